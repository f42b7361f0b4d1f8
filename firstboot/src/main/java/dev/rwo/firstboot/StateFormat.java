package dev.rwo.firstboot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * In which format the agent's own state in {@code /var/lib/rwo} is: the file {@code state-format}, for example {@code 1 0.1.0}. An
 * agent that finds a later one than it knows touches nothing.
 *
 * @param number counts up from 1
 * @param since the first OS version whose agent can read it; no older one is installed over it
 */
public record StateFormat(int number, String since) {

    /**
     * What this agent writes. To be raised, both parts, when an agent of before would misread or lose what is written now. The agent
     * that raises it goes on with the former format until {@link #of} says the new one, which is after its version has passed its
     * trial: until then the box may have to go back.
     */
    public static final StateFormat CURRENT = new StateFormat(1, "0.1.0");

    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}) ([0-9A-Za-z.~^+-]{1,64})\\s*");

    /** Of the state below a root; {@link #CURRENT} where there is none yet. */
    public static StateFormat of(NodeLayout layout) {
        try {
            Matcher text = TEXT.matcher(Files.readString(layout.stateFormat()));
            // Written whole or not at all: what is no format was written by nobody of ours.
            return text.matches() ? new StateFormat(Integer.parseInt(text.group(1)), text.group(2)) : CURRENT;
        } catch (IOException none) {
            return CURRENT;
        }
    }

    /** Why this agent must not touch the state; empty when it may. */
    public static Optional<String> obstacle(NodeLayout layout) {
        StateFormat found = of(layout);
        return found.number() <= CURRENT.number()
                ? Optional.empty()
                : Optional.of("the state in " + layout.state() + " is of format " + found.number()
                        + ", and this version knows formats up to " + CURRENT.number()
                        + ": it touches nothing. Start version "
                        + found.since() + " or newer on this box, or flash it anew");
    }

    /** Says that the state is of the current format from now on. */
    public static void adopt(NodeLayout layout) throws IOException {
        new AtomicFiles()
                .write(
                        layout.stateFormat(),
                        (CURRENT.number() + " " + CURRENT.since() + "\n").getBytes(StandardCharsets.UTF_8),
                        AtomicFiles.PUBLIC_FILE);
    }
}
