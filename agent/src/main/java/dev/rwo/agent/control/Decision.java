package dev.rwo.agent.control;

import java.time.Instant;
import java.util.List;

/**
 * The last round of a controller, for {@code rwo why}.
 *
 * @param controller its name
 * @param trigger what made it look: a topic, {@code start}, {@code sweep} or {@code retry}
 * @param at when the round ended
 * @param view what it saw, printed; empty when the world did not answer
 * @param verdict what it said of its stage
 * @param steps each step's reason and what came of it, in order
 */
public record Decision(
        String controller, String trigger, Instant at, String view, Verdict verdict, List<String> steps) {

    /** Copies the steps. */
    public Decision {
        steps = List.copyOf(steps);
    }
}
