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

    /** What the service of {@link #serve} answers. */
    static final String PAGE = "the shop is open";

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
            Files.writeString(Files.createDirectory(folder.resolve("idle/www")).resolve("index.html"), PAGE + "\n");
            // Takes no new requests when it is told to end, and gives those that it has their answers.
            Files.writeString(
                    folder.resolve("idle/serve"),
                    "busybox httpd -f -p 8080 -h /www & listener=$!; trap 'kill $listener; sleep 2; exit' TERM; wait");
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

    /** Starts a web server of so many replicas, which answers on port 8080 of the boxes that run one. */
    static void serve(SiteNode manager, String service, int replicas) {
        manager.docker(
                "service",
                "create",
                "--detach",
                "--no-resolve-image",
                "--replicas",
                String.valueOf(replicas),
                "--publish",
                "mode=host,target=8080,published=8080",
                "--name",
                service,
                "idle:1",
                "/bin/sh",
                "/serve");
    }
}
