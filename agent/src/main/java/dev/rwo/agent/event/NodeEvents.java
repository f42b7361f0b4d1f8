package dev.rwo.agent.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Tells every listener of every event, and remembers the last {@value #KEPT}. */
public final class NodeEvents {

    /** A reader who was away longer than this reads the state anew. */
    public static final int KEPT = 512;

    private final Clock clock;
    private final Deque<NodeEvent> kept = new ArrayDeque<>();
    private final List<Consumer<NodeEvent>> listeners = new CopyOnWriteArrayList<>();
    private long last;

    /** With the clock that stamps the events. */
    public NodeEvents(Clock clock) {
        this.clock = clock;
    }

    /** Publishes an event. Listeners are called on the caller's thread, in the order of the events. */
    public synchronized void publish(String kind, ObjectNode data) {
        NodeEvent event = new NodeEvent(++last, kind, clock.instant(), data);
        kept.addLast(event);
        if (kept.size() > KEPT) {
            kept.removeFirst();
        }
        listeners.forEach(listener -> listener.accept(event));
    }

    /**
     * Tells a listener of the events after a certain one that are still kept, and then of every new one; none is left
     * out between and none comes twice.
     *
     * @param after id of the last event that the listener knows; the newest one to be told only of new ones
     * @param listener must be quick; called under the lock that orders the events
     * @return ends it
     */
    public synchronized Runnable listen(long after, Consumer<NodeEvent> listener) {
        kept.stream().filter(event -> event.id() > after).forEach(listener);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Id of the newest event, 0 before the first. */
    public synchronized long newest() {
        return last;
    }
}
