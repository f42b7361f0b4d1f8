package dev.rwo.agent.api;

import io.quarkus.security.credential.CertificateCredential;
import io.quarkus.security.identity.SecurityIdentity;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which node asks, from the URI {@code rwo://SITE/node/ID} in its certificate. */
final class CallerId {

    /** RFC 5280, 4.2.1.6: the tag of a uniformResourceIdentifier among alternative names. */
    private static final int URI = 6;

    private static final Pattern NODE = Pattern.compile("rwo://[^/]+/node/([A-Za-z0-9._-]+)");

    private CallerId() {}

    /** The node's ID; empty when the certificate is not a node's. */
    static String of(SecurityIdentity identity) {
        CertificateCredential credential = identity.getCredential(CertificateCredential.class);
        return credential == null ? "" : of(credential.getCertificate());
    }

    static String of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return "";
            }
            for (List<?> name : names) {
                Matcher node = NODE.matcher(String.valueOf(name.get(1)));
                if (Integer.valueOf(URI).equals(name.get(0)) && node.matches()) {
                    return node.group(1);
                }
            }
            return "";
        } catch (CertificateParsingException unreadable) {
            return "";
        }
    }
}
