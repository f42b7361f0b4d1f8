package dev.rwo.keys;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a node of trust mode {@code approve} gets with its image: whom to trust, and the right to ask. Nothing can be
 * issued with it, and neither gossip nor issuing keys follow from it.
 *
 * @param site the site
 * @param root what the site's nodes lead to
 * @param joinSecret proved when the node asks to be let in; secret
 */
public record JoinCredential(SiteName site, X509Certificate root, String joinSecret) {
    /** The file of the secret. */
    public static final String JOIN_SECRET = "join-secret";

    private static final int SHORTEST_SECRET = 43;

    /**
     * Reads and checks a credential.
     *
     * @throws CredentialException if a file is missing or malformed
     */
    public static JoinCredential read(Path directory) {
        X509Certificate root = Credential.certificate(directory.resolve(Credential.ROOT_CERTIFICATE));
        String secret = Credential.text(directory.resolve(JOIN_SECRET)).strip();
        if (!Credential.signed(root, root) || secret.length() < SHORTEST_SECRET) {
            throw new CredentialException(directory + ": " + Credential.ROOT_CERTIFICATE + " is no root, or "
                    + JOIN_SECRET + " is too short; copy the site's whole credential folder again");
        }
        return new JoinCredential(Credential.siteName(directory.resolve(Credential.SITE_NAME)), root, secret);
    }

    /** The files of the folder, by name, as they go on a seed partition; the last one is secret. */
    public Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(Credential.SITE_NAME, bytes(site.value() + "\n"));
        files.put(Credential.ROOT_CERTIFICATE, bytes(Pem.of(root)));
        files.put(JOIN_SECRET, bytes(joinSecret + "\n"));
        return files;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Nothing secret. */
    @Override
    public String toString() {
        return "JoinCredential[" + site + "]";
    }
}
