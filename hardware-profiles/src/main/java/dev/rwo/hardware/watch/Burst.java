package dev.rwo.hardware.watch;

import java.time.Instant;
import java.util.List;

/**
 * Events that came close together: a reason to look at the hardware once.
 *
 * @param count how many events that mean something
 * @param lost whether the kernel had to drop events: what changed is not known, only that something did
 * @param causes the first different ones, at most 8, for example {@code add usb 1-2} or {@code link eth1 down}
 * @param first when the first was received
 */
public record Burst(int count, boolean lost, List<String> causes, Instant first) {
    /** Copies the list. */
    public Burst {
        causes = List.copyOf(causes);
    }

    /** One line for the history, for example {@code add usb 1-2, add block sdb and 5 more}. */
    public String summary() {
        String named = String.join(", ", causes);
        int others = count - causes.size();
        String more = others > 0 ? named + " and " + others + " more" : named;
        return !lost ? more : more.isEmpty() ? "events were lost" : more + ", events were lost";
    }
}
