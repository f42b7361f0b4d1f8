package dev.rwo.agent.upgrade;

import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.NodeLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Whom this box trusts to sign its OS: the roots that its site trusts now, and the vendors whose certificates the operator put into
 * {@code update-keys.d}.
 */
final class UpdateKeyring {

    private final NodeLayout layout;
    private final Supplier<? extends Collection<X509Certificate>> roots;

    UpdateKeyring(NodeLayout layout, Supplier<? extends Collection<X509Certificate>> roots) {
        this.layout = layout;
        this.roots = roots;
    }

    /** Writes it for RAUC, which reads it each time. */
    void write() throws UpgradeException {
        Set<String> pems = new TreeSet<>();
        try {
            for (X509Certificate root : roots.get()) {
                pems.add(pem(root));
            }
            addVendors(pems);
            AtomicFiles files = new AtomicFiles();
            files.makeDirectories(layout.upgrades(), AtomicFiles.PRIVATE_DIRECTORY);
            files.write(
                    layout.updateKeyring(),
                    String.join("", pems).getBytes(StandardCharsets.US_ASCII),
                    AtomicFiles.PRIVATE_FILE);
        } catch (IOException | CertificateEncodingException unusable) {
            throw new UpgradeException("whom to trust cannot be written down: " + unusable.getMessage(), unusable);
        }
        if (pems.isEmpty()) {
            throw new UpgradeException("this box belongs to no site, so it trusts nobody to sign its OS");
        }
    }

    private void addVendors(Set<String> pems) throws IOException {
        try (DirectoryStream<Path> vendors = Files.newDirectoryStream(layout.vendorKeys(), "*.crt")) {
            for (Path vendor : vendors) {
                pems.add(Files.readString(vendor).strip() + "\n");
            }
        } catch (NoSuchFileException none) {
            // Most sites trust only themselves.
        }
    }

    private static String pem(X509Certificate certificate) throws CertificateEncodingException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
