package dev.rwo.agent.control;

import dev.rwo.firstboot.Stage;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a controller is answerable for.
 *
 * @param name short name for logs, metrics and {@code rwo why}
 * @param stage the readiness stage whose state it alone reports; null for a controller that works behind another's stage
 *     and speaks only in {@code rwo why}
 * @param watches the topics that make it look again at once
 * @param owns what it alone writes, for example {@code swarm.node.labels}
 * @param sweep how long it may go without looking when nothing is heard; positive
 */
public record Declaration(String name, @Nullable Stage stage, Set<Topic> watches, Set<String> owns, Duration sweep) {

    /** Copies the sets. */
    public Declaration {
        watches = Set.copyOf(watches);
        owns = Set.copyOf(owns);
    }
}
