package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.control.Topic;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Turns the engine's event stream into news for the controllers, and opens it again whenever it ends.
 *
 * <p>The engine listens long before it is ready (dockerd opens its sockets first) and answers the moment it is: until
 * its process starts the stream is tried once a second, then the open connection is the event.
 */
public final class EngineEvents implements Runnable, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EngineEvents.class);
    private static final Duration REOPEN = Duration.ofSeconds(1);

    private final Orchestrator orchestrator;
    private final Consumer<Topic> news;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** Listens to one engine. */
    public EngineEvents(Orchestrator orchestrator, Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.news = news;
    }

    @Override
    public void run() {
        boolean wasOpen = true;
        do {
            try {
                orchestrator.events(
                        () -> {
                            news.accept(Topic.ENGINE);
                            news.accept(Topic.SWARM);
                            news.accept(Topic.WORKLOAD);
                        },
                        this::tell);
            } catch (OrchestratorException ended) {
                LOG.debugf("engine events: %s", ended.getMessage());
                if (wasOpen) {
                    news.accept(Topic.ENGINE);
                }
                wasOpen = String.valueOf(ended.getMessage()).contains("ended");
            }
        } while (!stopping());
    }

    private void tell(JsonNode event) {
        switch (event.path("Type").asText()) {
            case "node" -> news.accept(Topic.SWARM);
            case "container", "service" -> news.accept(Topic.WORKLOAD);
            case "daemon" -> news.accept(Topic.ENGINE);
            default -> LOG.tracef("engine event %s", event);
        }
    }

    private boolean stopping() {
        try {
            return stopped.await(REOPEN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void close() {
        stopped.countDown();
    }
}
