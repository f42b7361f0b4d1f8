package dev.rwo.firstboot;

import dev.rwo.firstboot.config.ConfigProblem;
import dev.rwo.keys.Credential;
import dev.rwo.keys.CredentialException;
import dev.rwo.keys.JoinCredential;
import dev.rwo.keys.SiteName;
import dev.rwo.keys.TrustDocument;
import dev.rwo.keys.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes the site's credential from the seed to the node: once, and again when the same site renewed it. */
final class CredentialImport {

    private static final String FOLDER = "credential";

    /** As {@link Credential#files()} names them: comparing them is cheaper at each start than parsing them. */
    private static final List<String> FILES =
            List.of("site-name", "root-ca.crt", "issuing-ca.crt", "issuing-ca.key", "enrolment-secret");

    private static final Set<String> SECRET = Set.of("issuing-ca.key", "enrolment-secret", JoinCredential.JOIN_SECRET);

    /** The largest file of a credential is a certificate of about 1 KiB; a wrong file must not fill the memory. */
    private static final long LARGEST_BYTES = 64 * ByteCount.KIB;

    private final NodeLayout layout;
    private final Clock clock;
    private final AtomicFiles files;
    private final List<ConfigProblem> problems;
    private final List<Path> changed;

    CredentialImport(
            NodeLayout layout, Clock clock, AtomicFiles files, List<ConfigProblem> problems, List<Path> changed) {
        this.layout = layout;
        this.clock = clock;
        this.files = files;
        this.problems = problems;
        this.changed = changed;
    }

    void run() {
        if (!Files.isDirectory(layout.seedCredential(), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            checkSizes();
            if (isForApproval()) {
                takeForApproval();
                return;
            }
            if (isTakenOver()) {
                return;
            }
            Credential offered = Credential.read(layout.seedCredential());
            if (belongsElsewhere(offered)) {
                return;
            }
            if (!offered.validAt(clock.instant())
                    && clock.instant().isAfter(offered.issuing().getNotAfter().toInstant())) {
                refuse(
                        "its issuing authority expired on "
                                + offered.issuing().getNotAfter().toInstant() + " (the clock says "
                                + truncated(clock.instant()) + ")",
                        "renew it with the site's keys, or set the clock");
            }
            take(offered);
        } catch (CredentialException e) {
            refuse(OneLine.of(String.valueOf(e.getMessage())), "copy the site's whole credential folder again");
        } catch (IOException e) {
            refuse("cannot be taken over: " + OneLine.of(String.valueOf(e.getMessage())), "mend the stick or the disk");
        }
    }

    /** Trust mode {@code approve}: whom to trust and the right to ask, nothing that issues. */
    private boolean isForApproval() {
        return Files.isRegularFile(layout.seedCredential().resolve(JoinCredential.JOIN_SECRET))
                && !Files.exists(layout.seedCredential().resolve("issuing-ca.key"));
    }

    private void takeForApproval() throws IOException {
        if (Files.isRegularFile(layout.pki().resolve("issuing-ca.key"))) {
            return;
        }
        JoinCredential offered = JoinCredential.read(layout.seedCredential());
        if (!isOtherRoot(offered.root(), offered.site(), offered.files())) {
            write(offered.files());
        }
    }

    private static Instant truncated(Instant instant) {
        return Instant.ofEpochSecond(instant.getEpochSecond());
    }

    private void checkSizes() throws IOException {
        for (String name : FILES) {
            Path file = layout.seedCredential().resolve(name);
            if (Files.exists(file) && Files.size(file) > LARGEST_BYTES) {
                throw new IOException(name + " is larger than " + ByteCount.text(LARGEST_BYTES));
            }
        }
    }

    private boolean isTakenOver() throws IOException {
        for (String name : FILES) {
            Path mine = layout.pki().resolve(name);
            Path theirs = layout.seedCredential().resolve(name);
            if (!Files.isRegularFile(mine) || !Files.isRegularFile(theirs) || Files.mismatch(mine, theirs) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** The root certificate is the site: names can be the same by chance, and files can be half written. */
    private boolean belongsElsewhere(Credential offered) throws IOException {
        return isOtherRoot(offered.root(), offered.site(), offered.files());
    }

    private boolean isOtherRoot(X509Certificate offeredRoot, SiteName site, Map<String, byte[]> content)
            throws IOException {
        Path root = layout.rootCertificate();
        if (!Files.isRegularFile(root)) {
            return false;
        }
        byte[] bytes = content.getOrDefault(String.valueOf(root.getFileName()), new byte[0]);
        if (Arrays.equals(Files.readAllBytes(root), bytes) || isTrusted(offeredRoot)) {
            return false;
        }
        refuse(
                "it is of site " + site + " (another root certificate than this node's), and this node"
                        + " belongs to site " + ownSite() + " already; nothing was changed",
                "put the credential of its own site there, or reset the node first");
        return true;
    }

    /** The site's root may have changed since: the trust document knows the new one. */
    private boolean isTrusted(X509Certificate offered) throws IOException {
        if (!Files.isRegularFile(layout.trustDocument())) {
            return false;
        }
        try {
            return TrustDocument.parse(Files.readAllBytes(layout.trustDocument()))
                    .rootCertificates()
                    .contains(offered);
        } catch (TrustException damaged) {
            return false;
        }
    }

    private String ownSite() throws IOException {
        Path name = layout.pki().resolve("site-name");
        return Files.isRegularFile(name) ? OneLine.of(Files.readString(name)) : "another";
    }

    private void take(Credential offered) throws IOException {
        write(offered.files());
    }

    private void write(Map<String, byte[]> content) throws IOException {
        files.makeDirectories(layout.state(), AtomicFiles.PRIVATE_DIRECTORY);
        files.makeDirectories(layout.pki(), AtomicFiles.PRIVATE_DIRECTORY);
        for (Map.Entry<String, byte[]> file : content.entrySet()) {
            Path target = layout.pki().resolve(file.getKey());
            int mode = SECRET.contains(file.getKey()) ? AtomicFiles.PRIVATE_FILE : AtomicFiles.PUBLIC_FILE;
            if (files.write(target, file.getValue(), mode)) {
                changed.add(target);
            }
        }
    }

    private void refuse(String message, String remedy) {
        problems.add(ConfigProblem.of(FOLDER, message, remedy));
    }
}
