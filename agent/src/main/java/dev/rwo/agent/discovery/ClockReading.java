package dev.rwo.agent.discovery;

import java.time.Duration;
import java.time.Instant;

/**
 * What a peer's clock said, by a node that proved to be of this site.
 *
 * @param nodeId whose clock
 * @param api where it was asked
 * @param ahead how far it is ahead of this box's clock; negative when behind
 * @param at when, by this box's clock
 */
public record ClockReading(String nodeId, String api, Duration ahead, Instant at) {}
