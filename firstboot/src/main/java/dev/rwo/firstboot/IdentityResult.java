package dev.rwo.firstboot;

import java.util.List;

/**
 * What came of looking after the node's identity.
 *
 * @param identity who the node is; valid for this run even when it could not be written down
 * @param finding the stage: {@code DONE}, {@code DEGRADED} for a box without a site, {@code FAILED} without a usable key
 *     and certificate, in which case the API cannot be served
 * @param events what was done, one line each, for the log; empty when everything was in order already
 */
public record IdentityResult(Identity identity, StageFinding finding, List<String> events) {

    /** Copies the list. */
    public IdentityResult {
        events = List.copyOf(events);
    }
}
