package dev.rwo.ci.sim;

/** A defect that is built in on purpose, to see that the simulator finds it. */
enum Mutation {
    /** None: the product. */
    NONE,
    /** Candidates found without asking anybody. */
    NO_ACKNOWLEDGEMENT,
    /** Whoever is asked agrees, whatever it promised and sees. */
    EASY_VOTERS,
    /** Candidates found as soon as they start. */
    NO_LISTENING
}
