package dev.rwo.ci.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The smallest image that runs something: a static busybox. */
final class DemoImage {

    private DemoImage() {}

    /** Writes it as an archive for {@code docker import}. */
    static Path write(Path folder) throws IOException {
        Path archive = folder.resolve("idle.tar");
        if (!Files.exists(archive)) {
            Path bin = Files.createDirectories(folder.resolve("idle/bin"));
            Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
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

    /**
     * Starts the service {@code till} on every box of the swarm of which this one is a manager; each box must have the
     * image as {@code idle:1}.
     *
     * @throws LabException when the box is no manager, or its swarm has no leader
     */
    static void runEverywhere(SiteNode manager) {
        manager.docker(
                "service",
                "create",
                "--detach",
                "--no-resolve-image",
                "--mode",
                "global",
                "--name",
                "till",
                "idle:1",
                "/bin/sleep",
                "86400");
    }
}
