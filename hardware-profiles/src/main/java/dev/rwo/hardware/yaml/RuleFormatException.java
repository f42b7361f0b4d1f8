package dev.rwo.hardware.yaml;

/** Rules that cannot be used. The message is one line: {@code file:line:column: what is wrong and what is expected}. */
public final class RuleFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_PROBLEM = 300;

    private final String file;
    private final int line;
    private final int column;
    private final String problem;

    /**
     * @param file what the rules are called, usually a file name
     * @param line from 1
     * @param column from 1
     * @param problem what is wrong and what is expected; put on one line and cut at 300 characters
     */
    public RuleFormatException(String file, int line, int column, String problem) {
        super(file + ":" + line + ":" + column + ": " + oneLine(problem));
        this.file = file;
        this.line = line;
        this.column = column;
        this.problem = oneLine(problem);
    }

    /** What the rules are called. */
    public String file() {
        return file;
    }

    /** Line of the mistake, from 1. */
    public int line() {
        return line;
    }

    /** Column of the mistake, from 1. */
    public int column() {
        return column;
    }

    /** What is wrong and what is expected, without the place. */
    public String problem() {
        return problem;
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ").strip();
        return line.length() <= MAX_PROBLEM ? line : line.substring(0, MAX_PROBLEM) + "...";
    }
}
