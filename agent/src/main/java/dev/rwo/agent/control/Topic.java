package dev.rwo.agent.control;

/** What can have changed in the world; a controller names the topics that make it look again. */
public enum Topic {
    /** The kernel reported a device, or the operator's label rules changed: the hardware is to be looked at. */
    DEVICES,
    /** What is known of the hardware changed: labels, profile revision. */
    HARDWARE,
    /** The container engine: it started, stopped, or its configuration changed. */
    ENGINE,
    /** The swarm: membership, node labels, availability. */
    SWARM,
    /** Services, tasks and the stacks on disk. */
    WORKLOAD,
    /** The box's network addresses. */
    NETWORK,
    /** The site's members as gossip sees them: who is there, and what they tell of themselves. */
    MEMBERS,
    /** Addresses where others may be: heard on the LAN, looked up, or answered. */
    DISCOVERY,
    /** Whom the site trusts: authorities, revoked nodes, gossip keys. */
    TRUST
}
