package dev.rwo.ci.sim;

/** A defect that is built in on purpose, to see that the simulator finds it, and by which rule. */
enum Mutation {
    /** None: the product. */
    NONE(""),
    /** Candidates found without asking anybody. */
    NO_ACKNOWLEDGEMENT("two swarms count"),
    /** Whoever is asked agrees, whatever it promised and sees. */
    EASY_VOTERS("two swarms count"),
    /** Candidates found as soon as they start. */
    NO_LISTENING("two swarms count"),
    /** Nodes are activated on a swarm that may still be given up. */
    WORKS_TOO_EARLY("does not count yet"),
    /** A manager's agent writes though another one leads. */
    FOLLOWERS_WRITE("does not lead"),
    /** A manager that sees no leader takes the swarm over by force. */
    TAKES_OVER_ALONE("accept writes"),
    /** Managers are unmade while others of them are away. */
    IGNORES_QUORUM("managers reachable"),
    /** A manager that finds no leader is left as it is. */
    FORGETS_LEADERLESS("managers of"),
    /** Every box becomes a manager. */
    PROMOTES_ALL("too many managers"),
    /** There is never a third manager. */
    STOPS_AT_TWO("managers of"),
    /** Writing the hardware's labels drops all others. */
    OVERWRITES_LABELS("the operator's"),
    /** The entry of a box that was flashed goes, and nothing of it is kept. */
    KEEPS_NOTHING("was lost"),
    /** What was kept of a box is thrown away when it is back. */
    RESTORES_NOTHING("the operator's");

    /** A part of what the rule says that finds it. */
    final String found;

    Mutation(String found) {
        this.found = found;
    }
}
