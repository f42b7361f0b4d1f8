package dev.rwo.ci.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a lab needs of this machine. */
final class Requirements {

    /** Where Debian keeps what a plain user's PATH lacks. */
    static final List<String> SYSTEM_FOLDERS = List.of("/usr/sbin", "/sbin");

    private Requirements() {}

    /** What is lacking for a network of namespaces, in one line that says what to do; empty when nothing. */
    static Optional<String> missingForNetwork() {
        if (!isRoot()) {
            return Optional.of("needs root, to make namespaces");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return Optional.of("needs /dev/net/tun, to make network cards: modprobe tun");
        }
        return missing("to make namespaces", "ip:iproute2", "unshare:util-linux", "nsenter:util-linux");
    }

    /** What is lacking for a container engine. */
    static Optional<String> missingForEngine() {
        if (!isRoot()) {
            return Optional.of("needs root, to make namespaces for a container engine");
        }
        return missing(
                "to run a container engine",
                "dockerd:docker.io",
                "docker:docker.io",
                "ip:iproute2",
                "unshare:util-linux");
    }

    /** What is lacking that a box's agent calls, as it does on an image. */
    static Optional<String> missingForAgent() {
        return missing(
                "which the agent calls",
                "ping:iputils-ping",
                "conntrack:conntrack",
                "nft:nftables",
                "wg:wireguard-tools",
                "wireguard-go:wireguard-go");
    }

    /** The PATH for children: this process' with the system's folders. */
    static String path() {
        return System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":" + String.join(":", SYSTEM_FOLDERS);
    }

    private static Optional<String> missing(String purpose, String... programsAndPackages) {
        return Stream.of(programsAndPackages)
                .map(program -> program.split(":", 2))
                .filter(program -> !isInstalled(program[0]))
                .findFirst()
                .map(program -> "needs " + program[0] + ", " + purpose + ": apt-get install " + program[1]);
    }

    private static boolean isRoot() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
        } catch (IOException notLinux) {
            return false;
        }
    }

    private static boolean isInstalled(String program) {
        return Stream.of(path().split(":", -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
