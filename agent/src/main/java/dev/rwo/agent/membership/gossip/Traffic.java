package dev.rwo.agent.membership.gossip;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts messages and their bytes, before sealing. */
final class Traffic {

    private final Counter sentMessages;
    private final Counter sentBytes;
    private final Counter receivedMessages;
    private final Counter receivedBytes;

    Traffic(MeterRegistry meters) {
        sentMessages = counter(meters, "rwo.gossip.messages", "sent");
        sentBytes = counter(meters, "rwo.gossip.bytes", "sent");
        receivedMessages = counter(meters, "rwo.gossip.messages", "received");
        receivedBytes = counter(meters, "rwo.gossip.bytes", "received");
    }

    private static Counter counter(MeterRegistry meters, String name, String direction) {
        return Counter.builder(name).tag("direction", direction).register(meters);
    }

    void sent(int bytes) {
        sentMessages.increment();
        sentBytes.increment(bytes);
    }

    void received(int bytes) {
        receivedMessages.increment();
        receivedBytes.increment(bytes);
    }
}
