package dev.rwo.image.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The machine that builds: how its user enters fresh namespaces, and whether that is possible at all.
 *
 * @param root whether the build runs as root; a plain user gets a user namespace with its subordinate ids
 */
record BuildHost(boolean root) {

    /** From the packages mmdebstrap, uidmap and util-linux. */
    private static final List<String> PROGRAMS = List.of("mmdebstrap", "unshare", "newuidmap", "newgidmap");

    /** The host that this process runs on. */
    static BuildHost current() {
        try {
            return new BuildHost(
                    Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0));
        } catch (IOException | UnsupportedOperationException e) {
            return new BuildHost("root".equals(System.getProperty("user.name")));
        }
    }

    /**
     * First part of a command line: what follows runs as pid 1 of new namespaces, and everything it started or
     * mounted ends with it.
     */
    List<String> enterNamespaces() {
        List<String> command = new ArrayList<>(List.of("unshare"));
        if (!root) {
            command.addAll(List.of("--user", "--map-auto", "--map-root-user"));
        }
        command.addAll(List.of("--mount", "--pid", "--fork", "--kill-child"));
        return command;
    }

    /**
     * Why no image can be built here, as one line with the remedy.
     *
     * @param machine root of the file system: {@code /}
     * @param path the directories of PATH
     * @param user name of the user who builds
     */
    Optional<String> obstacle(Path machine, List<Path> path, String user) {
        for (String program : PROGRAMS) {
            if (!root || program.equals("mmdebstrap") || program.equals("unshare")) {
                if (path.stream().noneMatch(directory -> Files.isExecutable(directory.resolve(program)))) {
                    return Optional.of(
                            program
                                    + " is not installed: sudo apt-get install mmdebstrap uidmap util-linux debian-archive-keyring");
                }
            }
        }
        if (root) {
            return Optional.empty();
        }
        if (kernelSetting(machine, "kernel/apparmor_restrict_unprivileged_userns")
                .equals("1")) {
            return Optional.of("this host forbids user namespaces to plain users"
                    + " (kernel.apparmor_restrict_unprivileged_userns=1): build with sudo, or run:"
                    + " sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0");
        }
        if (kernelSetting(machine, "kernel/unprivileged_userns_clone").equals("0")) {
            return Optional.of("this host forbids user namespaces to plain users"
                    + " (kernel.unprivileged_userns_clone=0): build with sudo, or run:"
                    + " sudo sysctl kernel.unprivileged_userns_clone=1");
        }
        if (kernelSetting(machine, "user/max_user_namespaces").equals("0")) {
            return Optional.of("this host allows no user namespaces (user.max_user_namespaces=0): build with sudo");
        }
        for (String table : List.of("etc/subuid", "etc/subgid")) {
            if (lines(machine.resolve(table)).stream().noneMatch(line -> line.startsWith(user + ":"))) {
                return Optional.of(
                        "user " + user + " has no subordinate ids in /" + table + ": build with sudo, or run:"
                                + " sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 " + user);
            }
        }
        return Optional.empty();
    }

    private static String kernelSetting(Path machine, String name) {
        return String.join("", lines(machine.resolve("proc/sys").resolve(name))).trim();
    }

    /** The lines of a file, none when it does not exist: these files belong to optional features. */
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
