package dev.rwo.agent.control;

/** What can have changed in the world; a controller names the topics that make it look again. */
public enum Topic {
    /** A hardware fact: a device came or went, a new profile revision. */
    HARDWARE,
    /** The container engine: it started, stopped, or its configuration changed. */
    ENGINE,
    /** The swarm: membership, node labels, availability. */
    SWARM,
    /** Services, tasks and the stacks on disk. */
    WORKLOAD,
    /** The box's network addresses. */
    NETWORK
}
