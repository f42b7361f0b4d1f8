package dev.rwo.ci.lab.net;

import java.nio.ByteBuffer;

/** The far end of a cable: takes what the switch sends. */
@FunctionalInterface
public interface FrameSink {

    /**
     * Takes one Ethernet frame; never waits.
     *
     * @param frame from position 0 to its limit; belongs to the caller again when this returns
     */
    void send(ByteBuffer frame);
}
