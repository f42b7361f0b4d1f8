package dev.rwo.ci.sim;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: what happens next happens at once, in the order of its moment, and nothing waits. */
final class Timeline {

    private record Event(long at, long order, Runnable what) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private long now;
    private long order;

    /** Milliseconds since the beginning. */
    long now() {
        return now;
    }

    /** Lets something happen so many milliseconds from now. */
    void in(long millis, Runnable what) {
        events.add(new Event(now + Math.max(0, millis), order++, what));
    }

    /** The next event; false when there is none until then. */
    boolean step(long until) {
        Event next = events.peek();
        if (next == null || next.at() > until) {
            now = until;
            return false;
        }
        events.remove();
        now = next.at();
        next.what().run();
        return true;
    }
}
