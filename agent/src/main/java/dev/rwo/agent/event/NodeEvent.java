package dev.rwo.agent.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One thing that happened.
 *
 * @param id grows by one with each event of this process; starts at 1
 * @param kind what happened, for example {@code hardware.label} or {@code stage}
 * @param at when
 * @param data the details, as the API shows them; not to be changed
 */
public record NodeEvent(long id, String kind, Instant at, ObjectNode data) {}
