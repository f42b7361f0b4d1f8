package dev.rwo.ci.lab;

import dev.rwo.keys.TrustDocument;
import dev.rwo.keys.TrustException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What nobody may read in a log or in the arguments of a program. */
final class SiteSecrets {

    private SiteSecrets() {}

    /**
     * Those of a box as it is now: node key, issuing key, enrolment or join secret, WireGuard's key, gossip keys, and join
     * tokens while it is a manager.
     */
    static Set<String> of(SiteNode box) {
        Set<String> secrets = new TreeSet<>();
        for (String role : List.of("worker", "manager")) {
            joinToken(box, role).filter(token -> token.startsWith("SWMTKN-")).forEach(secrets::add);
        }
        try {
            fromFiles(box.layout().pki(), secrets);
            fromFiles(box.layout().seedCredential(), secrets);
            // There is none before the site's first rotation.
            if (Files.exists(box.layout().trustDocument())) {
                TrustDocument.parse(Files.readAllBytes(box.layout().trustDocument()))
                        .gossipKeys()
                        .forEach(key -> secrets.add(key.secret()));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (TrustException damaged) {
            throw new LabException("the trust document of " + box + " cannot be read", damaged);
        }
        return secrets;
    }

    private static void fromFiles(Path folder, Set<String> secrets) throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(file -> file.toString().matches(".*(\\.key|secret)"))
                    .toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> line.length() > 40 && !line.startsWith("-----"))
                        .forEach(secrets::add);
            }
        }
    }

    /** A manager that was promoted a moment ago does not say it yet, and a worker never. */
    private static Stream<String> joinToken(SiteNode box, String role) {
        try {
            return Stream.of(box.docker("swarm", "join-token", "--quiet", role).strip());
        } catch (LabException noManager) {
            return Stream.empty();
        }
    }
}
