package dev.rwo.ci.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The smallest image that runs something: a static busybox. */
final class DemoImage {

    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private DemoImage() {}

    /** What this machine lacks for it, in one line that says what to do; empty when nothing. */
    static Optional<String> missing() {
        return Files.isExecutable(BUSYBOX)
                ? Optional.empty()
                : Optional.of("needs " + BUSYBOX + ", which runs in the containers: apt-get install busybox-static");
    }

    /** Writes it as an archive for {@code docker import}. */
    static Path write(Path folder) throws IOException {
        Path archive = folder.resolve("idle.tar");
        if (!Files.exists(archive)) {
            Path bin = Files.createDirectories(folder.resolve("idle/bin"));
            Files.copy(BUSYBOX, bin.resolve("busybox"));
            Files.createSymbolicLink(bin.resolve("sleep"), Path.of("busybox"));
            Files.createSymbolicLink(bin.resolve("sh"), Path.of("busybox"));
            Commands.run(
                    Duration.ofSeconds(20),
                    Map.of(),
                    "",
                    List.of("tar", "-C", folder.resolve("idle").toString(), "-cf", archive.toString(), "."));
        }
        return archive;
    }

    /** As {@link #runEverywhere(SiteNode, String)} with the service {@code till}. */
    static void runEverywhere(SiteNode manager) {
        runEverywhere(manager, "till");
    }

    /**
     * Starts a service on every box of the swarm of which this one is a manager; each box must have the
     * image as {@code idle:1}.
     *
     * @throws LabException when the box is no manager, or its swarm has no leader
     */
    static void runEverywhere(SiteNode manager, String service) {
        manager.docker(
                "service",
                "create",
                "--detach",
                "--no-resolve-image",
                "--mode",
                "global",
                "--name",
                service,
                "idle:1",
                "/bin/sleep",
                "86400");
    }
}
