package dev.rwo.image.build;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A Debian tree with mkosi and its tools, so that the workstation needs little itself and every build uses the same
 * versions. Made once by mmdebstrap; commands run in it with the work directory at {@value #WORK}.
 */
final class ToolsTree {

    /** Where commands in the tree see the work directory. */
    static final String WORK = "/rwo/work";

    /** Where commands in the tree see the agent's packaged tree. */
    static final String AGENT = "/rwo/agent";

    /** 2026-01-01T00:00:00Z: all time stamps in an image, as the agent's packaged tree has them. */
    static final String SOURCE_DATE_EPOCH = "1767225600";

    /** Counts up when the tree must be made anew although its packages are the same. */
    private static final int RECIPE = 1;

    private static final List<String> PACKAGES = List.of(
            "apt-utils",
            "bubblewrap",
            "ca-certificates",
            "cpio",
            "cryptsetup-bin",
            "debian-archive-keyring",
            "dosfstools",
            "e2fsprogs",
            "erofs-utils",
            "fdisk",
            "gpg",
            "gpgv",
            "kmod",
            "mkosi",
            "mtools",
            "openssl",
            "python3",
            "rauc",
            "squashfs-tools",
            "systemd",
            "systemd-boot",
            "systemd-container",
            "systemd-repart",
            "systemd-ukify",
            "udev",
            "uidmap",
            "util-linux",
            "xz-utils",
            "zstd");

    /** mkosi copies trees through /var/tmp: in memory that is twice as fast, when there is plenty (KiB). */
    private static final long PLENTY_OF_MEMORY = 10L * 1024 * 1024;

    private final BuildHost host;
    private final Path workDir;
    private final Optional<AptSources> sources;
    private final Path tree;
    private final Path script;

    ToolsTree(BuildHost host, Path workDir, Optional<AptSources> sources) {
        this.host = host;
        this.workDir = workDir;
        this.sources = sources;
        this.tree = workDir.resolve("tools");
        this.script = workDir.resolve("in-tools.sh");
    }

    /** Identifies the tree: changes when it has to be made anew. */
    static String key() {
        return Digests.sha256(RECIPE + AptSources.SUITE + String.join(",", PACKAGES));
    }

    /** Whether the tree is there as it has to be. */
    boolean isCurrent() throws IOException {
        Path key = workDir.resolve("tools.key");
        return Files.isDirectory(tree)
                && Files.exists(key)
                && Files.readString(key).equals(key());
    }

    /** Makes the tree, in place of an older one. */
    void make() throws IOException, ImageBuildException {
        Path key = workDir.resolve("tools.key");
        Path part = workDir.resolve("tools.part");
        Files.deleteIfExists(key);
        delete(tree);
        delete(part);
        List<String> argv = new ArrayList<>(host.enterNamespaces());
        argv.add("--mount-proc");
        argv.addAll(List.of(
                "mmdebstrap",
                "--variant=apt",
                "--mode=root",
                "--skip=check/qemu",
                "--aptopt=Acquire::Languages \"none\"",
                "--aptopt=APT::Install-Recommends \"false\"",
                "--include=" + String.join(",", PACKAGES),
                AptSources.SUITE,
                part.toString()));
        sources.ifPresent(s -> argv.addAll(s.toOneLine()));
        new LoggedCommand("the Debian tools tree", argv, environment(), log("tools"), Duration.ofMinutes(20)).run();
        Files.move(part, tree);
        Files.writeString(key, key());
    }

    /**
     * A command in the tree, in its own namespaces.
     *
     * @param what for messages, see {@link LoggedCommand}
     * @param agentDist becomes {@value #AGENT}, read-only
     * @param logName name of the log file without {@code .log}
     */
    LoggedCommand command(
            String what, Optional<Path> agentDist, String logName, Duration deadline, List<String> command)
            throws IOException {
        try (InputStream resource = ToolsTree.class.getResourceAsStream("in-tools.sh")) {
            if (resource == null) {
                throw new IOException("in-tools.sh is missing in the program");
            }
            Files.write(script, resource.readAllBytes());
        }
        List<String> argv = new ArrayList<>(host.enterNamespaces());
        argv.addAll(List.of("/bin/sh", script.toString(), tree.toString(), workDir.toString()));
        argv.add(agentDist.map(Path::toString).orElse("-"));
        argv.add(scratch());
        argv.addAll(command);
        return new LoggedCommand(what, argv, environment(), log(logName), deadline);
    }

    /** How commands in the tree call a path below the work directory. */
    String inside(Path path) {
        return WORK + "/" + workDir.relativize(path);
    }

    /** Deletes a tree that may hold files of subordinate users, which only a user namespace may delete. */
    void delete(Path path) throws ImageBuildException {
        if (!path.startsWith(workDir) || path.equals(workDir)) {
            throw new IllegalArgumentException(path + " is not below " + workDir);
        }
        if (Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            List<String> argv = new ArrayList<>(host.enterNamespaces());
            argv.addAll(List.of("rm", "-rf", "--one-file-system", path.toString()));
            new LoggedCommand("deleting " + path, argv, environment(), log("delete"), Duration.ofMinutes(5)).run();
        }
    }

    private Path log(String name) {
        return workDir.resolve("logs").resolve(name + ".log");
    }

    private String scratch() throws IOException {
        long available = Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
        if (available > PLENTY_OF_MEMORY) {
            return "tmpfs";
        }
        Path directory = workDir.resolve("tmp");
        Files.createDirectories(directory);
        return directory.toString();
    }

    /** Nothing of the caller's environment but its proxies. */
    private static Map<String, String> environment() {
        Map<String, String> environment = new TreeMap<>(Map.of(
                "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME", "/root",
                "LANG", "C.UTF-8",
                "TERM", "dumb",
                "MTOOLSRC", "/dev/null",
                "SOURCE_DATE_EPOCH", SOURCE_DATE_EPOCH));
        for (String name : List.of("http_proxy", "https_proxy", "no_proxy")) {
            String value = System.getenv(name);
            if (value != null) {
                environment.put(name, value);
            }
        }
        return environment;
    }
}
