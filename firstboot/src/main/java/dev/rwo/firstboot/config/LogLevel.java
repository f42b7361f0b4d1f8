package dev.rwo.firstboot.config;

import java.util.Locale;
import java.util.Optional;

/** How much the agent tells, from least to most. */
public enum LogLevel {
    /** Only what went wrong. */
    ERROR,
    /** And what may go wrong. */
    WARN,
    /** And what an operator would act on. */
    INFO,
    /** And what a developer asks for. */
    DEBUG,
    /** Everything. */
    TRACE;

    /**
     * Reads a name in any case, {@code warning}, or one of the numbers of the Intel Retail Workload Orchestrator's
     * {@code LOG_LEVEL}: 1 is info and 2 is debug.
     */
    public static Optional<LogLevel> parse(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "error" -> Optional.of(ERROR);
            case "warn", "warning" -> Optional.of(WARN);
            case "info", "1" -> Optional.of(INFO);
            case "debug", "2" -> Optional.of(DEBUG);
            case "trace" -> Optional.of(TRACE);
            default -> Optional.empty();
        };
    }
}
