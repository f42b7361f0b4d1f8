package dev.rwo.agent.peer;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a node's certificate names, by its alternative name {@code rwo://SITE/node/ID}. What the certificate is worth
 * is for the one to say who checked its chain.
 *
 * @param site the site's name
 * @param nodeId the node's ID
 */
public record NodeName(String site, String nodeId) {

    /** RFC 5280, 4.2.1.6: the tag of a uniformResourceIdentifier among alternative names. */
    private static final int URI = 6;

    private static final Pattern NAME =
            Pattern.compile("rwo://([a-z0-9-]{1,40})/node/([A-Za-z0-9][A-Za-z0-9._-]{0,63})");

    /** Reads it; empty for an operator's certificate, a self-signed one, or a stranger's. */
    public static Optional<NodeName> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names == null) {
                return Optional.empty();
            }
            for (List<?> name : names) {
                Matcher parts = NAME.matcher(String.valueOf(name.get(1)));
                if (name.getFirst().equals(URI) && parts.matches()) {
                    return Optional.of(new NodeName(parts.group(1), parts.group(2)));
                }
            }
            return Optional.empty();
        } catch (CertificateParsingException unreadable) {
            return Optional.empty();
        }
    }
}
