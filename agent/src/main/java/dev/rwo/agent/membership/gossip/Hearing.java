package dev.rwo.agent.membership.gossip;

import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Whether anybody is heard at all: a node that hears nobody has reason to doubt itself first. */
final class Hearing {

    private static final int REMEMBERED = 32;

    private final LongSupplier nanos;
    private final BooleanSupplier hasThirds;
    private final SequencedSet<String> failures = new LinkedHashSet<>();
    private String last = "";
    private long lastAt;
    private long otherAt;
    private int missed;

    /**
     * Hears nobody yet.
     *
     * @param hasThirds whether there are members besides this one and one more: with two nodes, silence says nothing
     */
    Hearing(LongSupplier nanos, BooleanSupplier hasThirds) {
        this.nanos = nanos;
        this.hasThirds = hasThirds;
        lastAt = nanos.getAsLong();
        otherAt = lastAt;
    }

    /** A message came from this address. */
    synchronized void heard(String address) {
        long now = nanos.getAsLong();
        if (!address.equals(last)) {
            otherAt = lastAt;
            last = address;
        }
        lastAt = now;
    }

    /** Whether nobody but the given one was heard since then, though there are others. */
    synchronized boolean isSilent(long since, String besides) {
        if (!hasThirds.getAsBoolean()) {
            return false;
        }
        long at = last.equals(besides) ? otherAt : lastAt;
        boolean silent = at - since < 0;
        missed = silent ? missed + 1 : 0;
        return silent;
    }

    /** How many probes in a row failed in silence. */
    synchronized int missed() {
        return missed;
    }

    synchronized void answered() {
        missed = 0;
    }

    /** A probe failed; should its answer come after all, it was we who were too quick. */
    synchronized void failed(String question) {
        if (failures.size() >= REMEMBERED) {
            failures.removeFirst();
        }
        failures.add(question);
    }

    /** Whether this answers a probe that failed. */
    synchronized boolean isTooLate(String question) {
        return failures.remove(question);
    }
}
