package dev.rwo.ci.bench;

import java.util.regex.Pattern;

/** A moment of a boot, and the first line on the serial port that tells of it. In the order of a boot. */
enum Milestone {
    /** The firmware has handed over to the kernel's stub. */
    KERNEL("firmware done, kernel begins", "EFI stub: Loaded initrd"),
    /** The first words of the initrd's systemd: the kernel is up. */
    INITRD("kernel done, initrd begins", "Booting initrd of"),
    /** The first words of the root file system's systemd: root is verified and mounted. */
    USERSPACE(
            "initrd done, userspace begins",
            "Welcome to |systemd\\[1\\]: Switching root|Starting initrd-switch-root\\.service"),
    /** The engine has told systemd that it is ready. */
    ENGINE("engine ready", "Started docker\\.service"),
    /** The agent has told systemd that it serves. */
    AGENT("agent ready", "Started rwo-agent\\.service"),
    /** The node takes workloads. */
    ACTIVE("active", "rwo: stage active done");

    private final String title;
    private final Pattern line;

    Milestone(String title, String line) {
        this.title = title;
        this.line = Pattern.compile(line);
    }

    String title() {
        return title;
    }

    boolean isToldBy(String text) {
        return line.matcher(text).find();
    }

    /** Whether a boot without the agent comes by here. */
    boolean needsAgent() {
        return this == AGENT || this == ACTIVE;
    }
}
