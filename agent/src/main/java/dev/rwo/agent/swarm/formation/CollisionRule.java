package dev.rwo.agent.swarm.formation;

/**
 * Which of two swarms of one site goes on.
 *
 * <p>One that never ran a workload gives way to one that did; of two that did not, the one with the higher ID gives way,
 * because every box sees the same two IDs but not always the same number of members. Two that both ran workloads may
 * both hold data: a person decides.
 */
public final class CollisionRule {

    private CollisionRule() {}

    /** What a box does about another swarm. */
    public enum Ruling {
        /** Its own goes on. */
        STAY,
        /** Its own gives way: the box leaves it and joins the other. */
        GIVE_WAY,
        /** An operator decides. */
        ASK
    }

    /** From the view of a box in one of them. */
    public static Ruling of(String own, boolean ownUsed, String other, boolean otherUsed) {
        if (ownUsed && otherUsed) {
            return Ruling.ASK;
        }
        if (ownUsed != otherUsed) {
            return ownUsed ? Ruling.STAY : Ruling.GIVE_WAY;
        }
        return own.compareTo(other) > 0 ? Ruling.GIVE_WAY : Ruling.STAY;
    }
}
