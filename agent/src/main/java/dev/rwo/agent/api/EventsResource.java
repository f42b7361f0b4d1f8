package dev.rwo.agent.api;

import dev.rwo.agent.Node;
import dev.rwo.agent.event.NodeEvent;
import dev.rwo.agent.event.NodeEvents;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What happens on this node, while it happens (server-sent events). */
@Path("/api/v1/events")
public class EventsResource {

    /** Proxies close a connection that is silent for a minute. */
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

    private final NodeEvents events;

    /** Tells of this node. */
    @Inject
    public EventsResource(Node node) {
        this.events = node.events();
    }

    /**
     * The events from now on; with {@code Last-Event-ID} also those since then that are still kept. A reader that does
     * not keep up is cut off and comes again with the last id it has.
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(summary = "Events as they happen: label changes, new profiles, readiness stages")
    public Multi<OutboundSseEvent> events(
            @HeaderParam("Last-Event-ID") @Nullable String lastEventId, @Context Sse sse) {
        Multi<OutboundSseEvent> happening = Multi.createFrom()
                .<NodeEvent>emitter(
                        emitter -> emitter.onTermination(events.listen(after(lastEventId), emitter::emit)),
                        NodeEvents.KEPT)
                .onItem()
                .transform(event -> event(sse, event));
        Multi<OutboundSseEvent> alive = Multi.createFrom()
                .ticks()
                .every(KEEP_ALIVE)
                .onOverflow()
                .drop()
                .onItem()
                .transform(tick -> sse.newEventBuilder().comment("alive").build());
        return Multi.createBy().merging().streams(happening, alive);
    }

    /** Whatever is not an id of this process, such as one from before a restart, means: from now on. */
    private long after(@Nullable String lastEventId) {
        long newest = events.newest();
        if (lastEventId == null || !lastEventId.matches("\\d{1,18}")) {
            return newest;
        }
        return Math.min(Long.parseLong(lastEventId), newest);
    }

    private static OutboundSseEvent event(Sse sse, NodeEvent event) {
        return sse.newEventBuilder()
                .id(Long.toString(event.id()))
                .name(event.kind())
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(event.data().deepCopy().put("at", event.at().toString()))
                .build();
    }
}
