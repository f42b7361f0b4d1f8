package dev.rwo.hardware.yaml;

/**
 * One mistake in a rule file, for a person.
 *
 * @param file what the rules are called
 * @param line from 1
 * @param column from 1
 * @param message what is wrong and what is expected, one line
 */
public record RuleProblem(String file, int line, int column, String message) {

    /** The mistake that an exception tells. */
    public static RuleProblem of(RuleFormatException mistake) {
        return new RuleProblem(mistake.file(), mistake.line(), mistake.column(), mistake.problem());
    }

    /** {@code file:line:column: message}, which editors turn into a link. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + message;
    }
}
