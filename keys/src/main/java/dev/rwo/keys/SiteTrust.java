package dev.rwo.keys;

import dev.rwo.keys.PeerVerdict.Accepted;
import dev.rwo.keys.PeerVerdict.Reason;
import dev.rwo.keys.PeerVerdict.Refused;
import dev.rwo.keys.PeerVerdict.Role;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.jspecify.annotations.Nullable;

/** Says whether a certificate is good for this site, and if not why; pure, time is given. */
public final class SiteTrust {
    private static final int URI_NAME = 6;
    /** RFC 5280, 4.2.1.3: the bit keyCertSign. */
    private static final int KEY_CERT_SIGN = 5;

    private static final int LONGEST_CHAIN = 4;

    private final @Nullable TrustDocument document;
    private final @Nullable X509Certificate own;

    private SiteTrust(@Nullable TrustDocument document, @Nullable X509Certificate own) {
        this.document = document;
        this.own = own;
    }

    /** By a site's trust document. */
    public static SiteTrust of(TrustDocument document) {
        return new SiteTrust(document, null);
    }

    /** A box that waits to be let in trusts the root it was given. */
    public static SiteTrust pinned(SiteName site, X509Certificate root) {
        return of(new TrustDocument(
                0,
                site,
                List.of(new TrustDocument.TrustedRoot(root, "")),
                Set.of(),
                null,
                null,
                List.of(),
                List.of(new TrustDocument.GossipKey(0, Secrets.randomKey())),
                null,
                null,
                ""));
    }

    /** A box without a site trusts itself alone. */
    public static SiteTrust alone(X509Certificate own) {
        return new SiteTrust(null, own);
    }

    /** A box with nothing at all lets nobody in. */
    public static SiteTrust nobody() {
        return new SiteTrust(null, null);
    }

    /** What chains lead to. */
    public List<X509Certificate> roots() {
        if (document != null) {
            return document.rootCertificates();
        }
        return own == null ? List.of() : List.of(own);
    }

    /**
     * Judges a chain as TLS hands it over.
     *
     * @param chain the peer's own certificate first, then its authority; a root may follow
     */
    public PeerVerdict judge(List<X509Certificate> chain, Instant now) {
        if (chain.isEmpty() || chain.size() > LONGEST_CHAIN) {
            return new Refused(Reason.MALFORMED, "a chain of " + chain.size() + " certificates was shown");
        }
        X509Certificate leaf = chain.getFirst();
        if (document == null) {
            return leaf.equals(own)
                    ? new Accepted(Role.NODE, "", common(leaf), Fingerprint.of(leaf))
                    : new Refused(Reason.OTHER_SITE, who(leaf) + " was shown, and this box has no site yet");
        }
        return judge(document, leaf, chain, now);
    }

    private static PeerVerdict judge(
            TrustDocument document, X509Certificate leaf, List<X509Certificate> chain, Instant now) {
        X509Certificate authority = chain.size() > 1 ? chain.get(1) : leaf;
        Optional<X509Certificate> root = document.rootOf(authority);
        if (chain.size() < 2 || root.isEmpty() || !signs(authority) || !Credential.signed(leaf, authority)) {
            return new Refused(
                    Reason.OTHER_SITE,
                    who(leaf) + " is not of site " + document.site() + ": no root of it stands behind the certificate");
        }
        if (document.distrusted().contains(Fingerprint.of(authority))) {
            return new Refused(
                    Reason.AUTHORITY_REVOKED,
                    who(leaf) + " shows a certificate of an issuing authority that was replaced;"
                            + " put a credential made since then on its seed");
        }
        String uri = nodeUri(leaf, document.site());
        Optional<RevokedNode> revoked = document.revoked().stream()
                .filter(node ->
                        Fingerprint.of(leaf).equals(node.key()) || (!uri.isEmpty() && uri.equals(node.nodeId())))
                .findFirst();
        if (revoked.isPresent()) {
            return new Refused(
                    Reason.REVOKED,
                    who(leaf) + " was revoked on " + revoked.get().at() + "; it stays out");
        }
        for (X509Certificate each : List.of(leaf, authority, root.get())) {
            Refused untimely = untimely(leaf, each, now);
            if (untimely != null) {
                return untimely;
            }
        }
        return role(leaf, uri);
    }

    private static @Nullable Refused untimely(X509Certificate leaf, X509Certificate each, Instant now) {
        Instant begins = each.getNotBefore().toInstant();
        Instant ends = each.getNotAfter().toInstant();
        String whose = each.equals(leaf) ? who(leaf) : "the authority of " + who(leaf);
        if (now.isBefore(begins)) {
            return new Refused(
                    Reason.NOT_YET_VALID,
                    whose + " is valid from " + begins + " on, and this box's clock says " + now
                            + ": one of the two clocks is wrong");
        }
        if (now.isAfter(ends)) {
            return new Refused(
                    Reason.EXPIRED,
                    whose + " expired on " + ends + ", and this box's clock says " + now
                            + ": it was off for long, or one of the two clocks is wrong");
        }
        return null;
    }

    private static PeerVerdict role(X509Certificate leaf, String nodeId) {
        if (leaf.getBasicConstraints() < 0) {
            Fingerprint key = Fingerprint.of(leaf);
            String unit = part(leaf, BCStyle.OU);
            if (unit.equals("node") && !nodeId.isEmpty()) {
                return new Accepted(Role.NODE, nodeId, common(leaf), key);
            }
            if (unit.equals("operator")) {
                return new Accepted(Role.OPERATOR, common(leaf), common(leaf), key);
            }
        }
        return new Refused(Reason.NO_ROLE, who(leaf) + " is neither a node nor an operator");
    }

    private static boolean signs(X509Certificate authority) {
        boolean[] usage = authority.getKeyUsage();
        return authority.getBasicConstraints() >= 0
                && usage != null
                && usage.length > KEY_CERT_SIGN
                && usage[KEY_CERT_SIGN];
    }

    /** The ID in {@code rwo://SITE/node/ID}; empty when there is none of this site. */
    private static String nodeUri(X509Certificate leaf, SiteName site) {
        String begin = "rwo://" + site + "/node/";
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            if (names == null) {
                return "";
            }
            return names.stream()
                    .filter(name ->
                            name.size() == 2 && Integer.valueOf(URI_NAME).equals(name.getFirst()))
                    .map(name -> String.valueOf(name.get(1)))
                    .filter(name -> name.startsWith(begin))
                    .map(name -> name.substring(begin.length()))
                    .findFirst()
                    .orElse("");
        } catch (CertificateParsingException e) {
            return "";
        }
    }

    /** A subject as one short line of letters that no log can be hurt by. */
    private static String who(X509Certificate certificate) {
        String text = certificate.getSubjectX500Principal().getName().replaceAll("[^A-Za-z0-9 .,=_:/-]", "?");
        return text.length() > 120 ? text.substring(0, 120) : text;
    }

    private static String common(X509Certificate certificate) {
        return part(certificate, BCStyle.CN);
    }

    private static String part(X509Certificate certificate, ASN1ObjectIdentifier type) {
        try {
            RDN[] parts = X500Name.getInstance(
                            certificate.getSubjectX500Principal().getEncoded())
                    .getRDNs(type);
            return parts.length == 1
                    ? IETFUtils.valueToString(parts[0].getFirst().getValue())
                    : "";
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
