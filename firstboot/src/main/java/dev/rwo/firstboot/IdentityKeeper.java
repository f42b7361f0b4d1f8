package dev.rwo.firstboot;

import dev.rwo.firstboot.config.HostName;
import dev.rwo.firstboot.config.NodeConfig;
import dev.rwo.keys.Credential;
import dev.rwo.keys.CredentialException;
import dev.rwo.keys.JoinCredential;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeCertificates;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.SiteName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Looks after identity, key and certificate at one start of a node. */
final class IdentityKeeper {

    /** RFC 5280, 4.2.1.6: the tags of a host name and of a URI among a certificate's alternative names. */
    private static final int DNS_NAME = 2;

    private static final int URI_NAME = 6;

    private final NodeLayout layout;
    private final NodeConfig config;
    private final Collection<InetAddress> addresses;
    private final Clock clock;
    private final AtomicFiles files;
    private final List<String> events = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private boolean joining;
    private String warning = "";
    private String hint = "";

    IdentityKeeper(
            NodeLayout layout, NodeConfig config, Collection<InetAddress> addresses, Clock clock, AtomicFiles files) {
        this.layout = layout;
        this.config = config;
        this.addresses = List.copyOf(addresses);
        this.clock = clock;
        this.files = files;
    }

    IdentityResult run() {
        Optional<Identity> kept = kept();
        UUID id = kept.map(Identity::id).orElseGet(this::newId);
        HostName name = config.nodeName() == null ? Identity.nameOf(id) : config.nodeName();
        SiteName credentialSite = credentialSite();
        SiteName joinSite = credentialSite == null ? joinSite() : null;
        joining = joinSite != null;
        SiteName site = credentialSite != null ? credentialSite : joinSite != null ? joinSite : config.site();
        Instant createdAt = kept.map(Identity::createdAt)
                .orElseGet(() -> Instant.ofEpochSecond(clock.instant().getEpochSecond()));
        Identity identity = new Identity(id, name, site, createdAt);
        if (joining) {
            awaitApproval();
        } else if (credentialSite == null) {
            String who = config.site() == null ? "this box has no site yet" : "it cannot prove that it is of " + site;
            String seed = layout.ownSystem() ? "the seed" : layout.seed().toString();
            warn(
                    "no site credential " + (layout.ownSystem() ? "on " : "in ") + seed + ": " + who,
                    "copy the site's credential folder to " + seed + " and restart");
        } else if (config.site() != null && !config.site().equals(credentialSite)) {
            warn(
                    "rwo.yaml says site " + config.site() + ", but the credential is of " + credentialSite
                            + ", which counts",
                    "correct 'site:' in rwo.yaml, or put the other site's credential on the seed of a reset node");
        }
        keep(identity, kept);
        ensureCertificate(identity, credentialSite);
        return new IdentityResult(identity, finding(identity), events);
    }

    /** Trust mode {@code approve}: until a person lets the node in, it has a certificate of its own making. */
    private void awaitApproval() {
        boolean letIn = Files.isRegularFile(layout.trustDocument());
        if (!letIn) {
            warn("waiting to be let in", "on a node of the site, look with: rwo approve");
        }
    }

    private @Nullable SiteName joinSite() {
        try {
            Path name = layout.pki().resolve("site-name");
            return Files.isRegularFile(layout.pki().resolve(JoinCredential.JOIN_SECRET)) && Files.isRegularFile(name)
                    ? new SiteName(Files.readString(name).strip())
                    : null;
        } catch (IOException | IllegalArgumentException e) {
            failures.add("the site's name cannot be read: " + OneLine.of(String.valueOf(e.getMessage())));
            return null;
        }
    }

    private StageFinding finding(Identity identity) {
        if (!failures.isEmpty()) {
            return new StageFinding(
                    Stage.IDENTITY,
                    StageState.FAILED,
                    failures.getFirst(),
                    "mend the data disk or the credential and restart");
        }
        if (joining && !warning.isEmpty()) {
            return new StageFinding(Stage.IDENTITY, StageState.WAITING, warning, hint);
        }
        if (!warning.isEmpty()) {
            return new StageFinding(Stage.IDENTITY, StageState.DEGRADED, warning, hint);
        }
        return new StageFinding(Stage.IDENTITY, StageState.DONE, identity.name() + " of " + identity.site(), "");
    }

    /** The first warning is the one to show: later ones follow from it. */
    private void warn(String text, String remedy) {
        if (warning.isEmpty()) {
            warning = text;
            hint = remedy;
        }
    }

    private Optional<Identity> kept() {
        Path file = layout.identity();
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            Optional<Identity> identity = Identity.fromJson(Files.readAllBytes(file));
            if (identity.isEmpty()) {
                setAside(file);
            }
            return identity;
        } catch (IOException e) {
            events.add(file + " cannot be read and is built anew from the machine id: " + e);
            return Optional.empty();
        }
    }

    /** Renames a damaged file, so that nothing is lost and it is not read again. */
    private void setAside(Path file) throws IOException {
        for (int n = 1; ; n++) {
            Path aside = file.resolveSibling(file.getFileName() + ".damaged-" + n);
            if (!Files.exists(aside)) {
                files.disk().rename(file, aside);
                files.disk().syncDirectory(AtomicFiles.parentOf(file));
                events.add(file + " is damaged; it is now " + aside.getFileName() + " and is built anew");
                return;
            }
        }
    }

    private UUID newId() {
        try {
            return MachineId.read(layout).nodeId();
        } catch (IOException e) {
            MachineId made = MachineId.random();
            warn(e.getMessage() + "; a new one was made", "look at the initrd's messages in 'journalctl -b'");
            try {
                files.makeDirectories(layout.state(), AtomicFiles.PRIVATE_DIRECTORY);
                byte[] line = (made.hex() + "\n").getBytes(StandardCharsets.US_ASCII);
                files.write(layout.machineId(), line, 0444);
            } catch (IOException unwritten) {
                failures.add("no machine id, and none can be kept: " + unwritten.getMessage());
            }
            return made.nodeId();
        }
    }

    private void keep(Identity identity, Optional<Identity> before) {
        try {
            files.makeDirectories(layout.state(), AtomicFiles.PRIVATE_DIRECTORY);
            if (files.write(layout.identity(), identity.toJson(), AtomicFiles.PRIVATE_FILE)) {
                String was = before.map(old -> " (was " + old.name() + " of " + siteText(old.site()) + ")")
                        .orElse("");
                events.add("this node is " + identity.name() + " of " + siteText(identity.site()) + ", id "
                        + identity.id() + was);
            }
        } catch (IOException e) {
            failures.add(String.valueOf(e.getMessage()));
        }
    }

    private static String siteText(@Nullable SiteName site) {
        return site == null ? "no site" : "site " + site;
    }

    /** From the one file that says it: parsing the whole credential is left to when something is to be issued. */
    private @Nullable SiteName credentialSite() {
        Path file = layout.pki().resolve("site-name");
        try {
            boolean complete = Files.isRegularFile(file)
                    && Files.isRegularFile(layout.pki().resolve("issuing-ca.key"))
                    && Files.isRegularFile(layout.pki().resolve("enrolment-secret"));
            return complete ? new SiteName(Files.readString(file).strip()) : null;
        } catch (IOException | IllegalArgumentException e) {
            failures.add(file + " does not hold the name of a site: " + OneLine.of(String.valueOf(e.getMessage())));
            return null;
        }
    }

    private void ensureCertificate(Identity identity, @Nullable SiteName credentialSite) {
        try {
            NodeKey key = key();
            Optional<NodeCertificate> current = certificateOf(key);
            String reason = current.map(found -> whyNotGood(found, key, identity, credentialSite))
                    .orElse("there is none");
            if (reason.isEmpty()) {
                return;
            }
            try {
                NodeCertificate issued = issue(identity, key, credentialSite);
                files.makeDirectories(layout.pki(), AtomicFiles.PRIVATE_DIRECTORY);
                byte[] pem = issued.pem().getBytes(StandardCharsets.US_ASCII);
                files.write(layout.nodeCertificate(), pem, AtomicFiles.PUBLIC_FILE);
                events.add("certificate issued until " + issued.notAfter() + ": " + reason);
            } catch (CredentialException e) {
                if (current.isEmpty() || !clock.instant().isBefore(current.get().notAfter())) {
                    throw e;
                }
                warn(
                        "the certificate cannot be renewed: " + e.getMessage(),
                        "put a new credential of the site on the seed and restart");
            }
        } catch (CredentialException | IOException e) {
            failures.add(OneLine.of(String.valueOf(e.getMessage())));
        }
    }

    private NodeCertificate issue(Identity identity, NodeKey key, @Nullable SiteName credentialSite) {
        if (credentialSite == null) {
            return NodeCertificates.selfSigned(key, identity.name().value(), clock);
        }
        Credential credential = Credential.effective(layout.pki());
        return NodeCertificates.issue(
                credential, key, identity.id().toString(), identity.name().value(), credentialSite, addresses, clock);
    }

    private NodeKey key() throws IOException {
        boolean existed = Files.exists(layout.nodeKey());
        try {
            return NodeKey.readOrGenerate(layout.nodeKey());
        } catch (CredentialException e) {
            if (!existed) {
                throw e;
            }
            // The key is no identity here: the id is the machine's, and the site's authority is at hand.
            setAside(layout.nodeKey());
            return NodeKey.readOrGenerate(layout.nodeKey());
        }
    }

    /** The power may have gone when a new key was in force and its certificate not yet. */
    private Optional<NodeCertificate> certificateOf(NodeKey key) throws IOException {
        Optional<NodeCertificate> current = certificate();
        if (current.filter(found -> isOf(found, key)).isPresent() || !Files.exists(layout.nextCertificate())) {
            return current;
        }
        try {
            NodeCertificate next = NodeCertificate.read(layout.nextCertificate());
            if (!isOf(next, key)) {
                return current;
            }
            files.write(
                    layout.nodeCertificate(), next.pem().getBytes(StandardCharsets.US_ASCII), AtomicFiles.PUBLIC_FILE);
            events.add("the certificate of the new key is in force, until " + next.notAfter());
            return Optional.of(next);
        } catch (CredentialException damaged) {
            return current;
        }
    }

    private static boolean isOf(NodeCertificate certificate, NodeKey key) {
        return certificate.leaf().getPublicKey().equals(key.publicKey());
    }

    private Optional<NodeCertificate> certificate() throws IOException {
        if (!Files.exists(layout.nodeCertificate())) {
            return Optional.empty();
        }
        try {
            return Optional.of(NodeCertificate.read(layout.nodeCertificate()));
        } catch (CredentialException e) {
            setAside(layout.nodeCertificate());
            return Optional.empty();
        }
    }

    /** Why a new certificate is needed; empty when this one will do. */
    private String whyNotGood(
            NodeCertificate current, NodeKey key, Identity identity, @Nullable SiteName credentialSite) {
        if (!isOf(current, key)) {
            return "the key is new";
        }
        if (joining && current.chain().size() > 1) {
            // Others signed it, and others sign the next one: the enrolment looks after that.
            return "";
        }
        if (!hasName(current, DNS_NAME, identity.name().value())) {
            return "the name is new";
        }
        String uri = "rwo://" + credentialSite + "/node/" + identity.id();
        if (credentialSite != null && !hasName(current, URI_NAME, uri)) {
            return current.chain().size() == 1 ? "the site's credential has arrived" : "the site or id is new";
        }
        if (credentialSite != null && !endsWithIssuer(current)) {
            return "the site's issuing authority is new";
        }
        for (InetAddress address : addresses) {
            if (credentialSite != null && !current.names(address)) {
                return "the node is now at " + address.getHostAddress();
            }
        }
        return current.dueForRenewal(clock.instant()) ? "a third of its life is over" : "";
    }

    private static boolean hasName(NodeCertificate certificate, int type, String value) {
        try {
            Collection<List<?>> names = certificate.leaf().getSubjectAlternativeNames();
            return names != null && names.stream().anyMatch(name -> name.equals(List.of(type, value)));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    /** Both files come from the same writer, so that equal authorities are equal texts. */
    private boolean endsWithIssuer(NodeCertificate certificate) {
        if (Files.isRegularFile(layout.trustDocument())) {
            X509Certificate counts = Credential.effective(layout.pki()).issuing();
            return certificate.chain().size() > 1 && certificate.chain().get(1).equals(counts);
        }
        try {
            return certificate
                    .pem()
                    .endsWith(Files.readString(layout.pki().resolve("issuing-ca.crt"), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            return false;
        }
    }
}
