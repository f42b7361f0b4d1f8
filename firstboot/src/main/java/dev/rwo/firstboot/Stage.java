package dev.rwo.firstboot;

import java.util.Locale;

/** The steps from power-on to a working node, in the order in which they are shown. */
public enum Stage {
    /** {@code /var} is on a disk, writable and not full. */
    DATA("data disk"),
    /** The node has an id, a name, a key and a certificate. */
    IDENTITY("identity"),
    /** Settings, credential and stacks of the seed partition are taken over. */
    SEED("seed import"),
    /** The node has an address. */
    NETWORK("network"),
    /** The hardware is known. */
    PROFILE("hardware profile"),
    /** The container engine answers. */
    ENGINE("container engine"),
    /** The node is a member of a swarm. */
    SWARM("swarm"),
    /** The hardware's labels are on the node in the swarm. */
    LABELS("labels"),
    /** The node takes workloads. */
    ACTIVE("active"),
    /** The site's stacks are deployed. */
    WORKLOADS("workloads");

    private final String title;

    Stage(String title) {
        this.title = title;
    }

    /** The name in files, in the API and in metrics: {@code data}, {@code identity}, ... */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name for people. */
    public String title() {
        return title;
    }
}
