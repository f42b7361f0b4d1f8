package dev.rwo.agent.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NodeEventsTest {

    private final NodeEvents events = new NodeEvents(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    private final List<Long> heard = new ArrayList<>();

    private void publish(int count) {
        for (int each = 0; each < count; each++) {
            events.publish("stage", JsonNodeFactory.instance.objectNode());
        }
    }

    @Test
    void aListenerHearsOnlyWhatComes() {
        publish(3);
        events.listen(events.newest(), event -> heard.add(event.id()));
        publish(2);
        assertThat(heard).containsExactly(4L, 5L);
    }

    @Test
    void whoWasAwayIsToldWhatCameMeanwhile() {
        publish(5);
        events.listen(2, event -> heard.add(event.id()));
        publish(1);
        assertThat(heard).containsExactly(3L, 4L, 5L, 6L);
    }

    @Test
    void onlyTheLastAreKept() {
        publish(NodeEvents.KEPT + 10);
        events.listen(0, event -> heard.add(event.id()));
        assertThat(heard)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(11, NodeEvents.KEPT + 10).boxed().toList());
    }

    @Test
    void whoLeavesHearsNothingMore() {
        Runnable leave = events.listen(0, event -> heard.add(event.id()));
        publish(1);
        leave.run();
        publish(1);
        assertThat(heard).containsExactly(1L);
    }
}
