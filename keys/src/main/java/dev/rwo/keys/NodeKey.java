package dev.rwo.keys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;

/** A node's own key (P-256), made on the node; it never leaves it. */
public final class NodeKey {
    private final KeyPair pair;

    private NodeKey(KeyPair pair) {
        this.pair = pair;
    }

    /** A new key from the system's random source. */
    public static NodeKey generate() {
        return new NodeKey(Certificates.generate("secp256r1"));
    }

    /**
     * The key kept in that file (PKCS#8 PEM); made, 0600, if there is none. After a power cut the file is whole or
     * absent. A key that cannot be read is never replaced: with it the node would lose its identity.
     *
     * @throws CredentialException if the file cannot be read, written or understood
     */
    public static NodeKey readOrGenerate(Path file) {
        if (Files.exists(file)) {
            return new NodeKey(Credential.keyPair(file));
        }
        NodeKey key = generate();
        try {
            DurableFiles.makePrivateDirectory(DurableFiles.parentOf(file));
            DurableFiles.write(file, key.pem().getBytes(StandardCharsets.US_ASCII), DurableFiles.PRIVATE);
        } catch (IOException e) {
            throw new CredentialException("cannot keep the node's key in " + file + ": " + e, e);
        }
        return key;
    }

    /** PKCS#8 PEM, with the public half inside; secret. */
    public String pem() {
        return Pem.of(pair);
    }

    /** The half that may be shown. */
    public PublicKey publicKey() {
        return pair.getPublic();
    }

    /** The half that must not. */
    public PrivateKey privateKey() {
        return pair.getPrivate();
    }

    /** Nothing secret. */
    @Override
    public String toString() {
        return "NodeKey";
    }
}
