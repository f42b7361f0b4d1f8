package dev.rwo.keys;

import java.net.InetAddress;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.jspecify.annotations.Nullable;

/** Issues the certificates that nodes show to each other and to operators: server and client in one. */
public final class NodeCertificates {
    /** How long a node's certificate lives, counted from its issue. */
    public static final Duration LIFETIME = Duration.ofDays(30);

    /** How far a certificate begins in the past, so that a peer whose clock is a little behind accepts it. */
    public static final Duration BACKDATED = Duration.ofHours(1);

    private static final Duration SELF_SIGNED_LIFETIME = Duration.ofDays(3650);
    private static final List<KeyPurposeId> BOTH_SIDES =
            List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth);
    private static final Pattern NODE_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** RFC 1123, one label. */
    private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    private NodeCertificates() {}

    /**
     * Issues a node's certificate, valid for {@link #LIFETIME} from now, but never beyond its authority.
     *
     * <p>It begins {@link #BACKDATED} ago or together with the issuing authority, whichever is later: a box whose clock
     * stands at the epoch (dead battery) then still gets a certificate that its peers accept, since a site is older
     * than its nodes.
     *
     * @param nodeId identifies the node in the URI {@code rwo://<site>/node/<id>}: 1 to 64 of letters, digits,
     *     {@code . _ -}
     * @param nodeName the host name, one label of at most 63 characters
     * @param addresses further addresses it answers at; loopback is always among them
     * @throws CredentialException if the authority has expired by this clock
     * @throws IllegalArgumentException if id or name are not as above
     */
    public static NodeCertificate issue(
            Credential issuer,
            NodeKey key,
            String nodeId,
            String nodeName,
            SiteName site,
            Collection<InetAddress> addresses,
            Clock clock) {
        return issue(issuer, key.publicKey(), nodeId, nodeName, site, addresses, clock);
    }

    /** As {@link #issue(Credential, NodeKey, String, String, SiteName, Collection, Clock)}, for another node's key. */
    public static NodeCertificate issue(
            Credential issuer,
            PublicKey key,
            String nodeId,
            String nodeName,
            SiteName site,
            Collection<InetAddress> addresses,
            Clock clock) {
        check(NODE_ID, nodeId, "a node id: use 1 to 64 of letters, digits, '.', '_' and '-'");
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant begins =
                latest(now.minus(BACKDATED), issuer.issuing().getNotBefore().toInstant());
        Instant authorityEnds = issuer.issuing().getNotAfter().toInstant();
        Instant wanted = latest(now, begins).plus(LIFETIME);
        Instant ends = wanted.isBefore(authorityEnds) ? wanted : authorityEnds;
        if (!now.isBefore(authorityEnds)) {
            throw new CredentialException("the issuing authority of site " + issuer.site() + " expired on "
                    + authorityEnds + " and this box's clock says " + now
                    + "; set the clock, or put a new credential on the seed partition");
        }
        Certificates.Subject subject = new Certificates.Subject(
                subjectName(site, nodeName),
                key,
                begins,
                ends,
                null,
                BOTH_SIDES,
                names(nodeName, addresses, "rwo://" + site + "/node/" + nodeId));
        return new NodeCertificate(List.of(Certificates.sign(subject, issuer.issuer()), issuer.issuing()));
    }

    /**
     * A certificate for a box without a credential, so that its API can be reached over TLS all the same. Valid for ten
     * years: nobody can check more than that it is still the same.
     *
     * @throws IllegalArgumentException if the name is not a host name of one label
     */
    public static NodeCertificate selfSigned(NodeKey key, String nodeName, Clock clock) {
        Instant begins = clock.instant().truncatedTo(ChronoUnit.SECONDS).minus(BACKDATED);
        X500Name name = subjectName(new SiteName("none"), nodeName);
        Certificates.Subject subject = new Certificates.Subject(
                name,
                key.publicKey(),
                begins,
                begins.plus(SELF_SIGNED_LIFETIME),
                null,
                BOTH_SIDES,
                names(nodeName, List.of(), null));
        return new NodeCertificate(
                List.of(Certificates.sign(subject, new Certificates.Issuer(name, key.publicKey(), key.privateKey()))));
    }

    private static X500Name subjectName(SiteName site, String nodeName) {
        check(NODE_NAME, nodeName, "a node name: use one host name label of letters, digits and '-', at most 63");
        return Certificates.name(site, "node", nodeName);
    }

    private static GeneralNames names(String nodeName, Collection<InetAddress> addresses, @Nullable String uri) {
        Set<GeneralName> names = new LinkedHashSet<>();
        for (String host : List.of(nodeName, nodeName + ".local", "localhost")) {
            names.add(new GeneralName(GeneralName.dNSName, host));
        }
        List<byte[]> all = new ArrayList<>();
        all.add(new byte[] {127, 0, 0, 1});
        all.add(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        addresses.forEach(address -> all.add(address.getAddress()));
        for (byte[] address : all) {
            names.add(new GeneralName(GeneralName.iPAddress, new DEROctetString(address)));
        }
        if (uri != null) {
            names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
        }
        return new GeneralNames(names.toArray(new GeneralName[0]));
    }

    private static void check(Pattern pattern, String value, String what) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not " + what);
        }
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
