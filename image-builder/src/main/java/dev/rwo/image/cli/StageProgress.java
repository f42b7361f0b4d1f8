package dev.rwo.image.cli;

import dev.rwo.image.vm.SerialLog;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Understands the lines by which an agent tells its stages on the console: {@code rwo: stage NAME STATE REASON}. */
record StageProgress(String stage, String state, String reason) {
    private static final Pattern LINE = Pattern.compile("rwo: stage (\\S+) (\\S+)\\s?(.*)");

    static Optional<StageProgress> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.find()
                ? Optional.of(new StageProgress(
                        matcher.group(1), matcher.group(2), matcher.group(3).strip()))
                : Optional.empty();
    }

    /** The line that tells that a stage is usable. */
    static Pattern usable(String stage) {
        return Pattern.compile("rwo: stage " + Pattern.quote(stage) + " (done|degraded)\\b");
    }

    /** A line of progress for a person, with the seconds since power-on. */
    static Optional<String> describe(SerialLog.Line line) {
        return parse(line.text())
                .map(stage -> String.format(
                                Locale.ROOT,
                                "%6.0f s  %-10s %-9s %s",
                                line.at().toMillis() / 1000.0,
                                stage.stage,
                                stage.state,
                                stage.reason)
                        .stripTrailing());
    }
}
