package dev.rwo.hardware.yaml;

/**
 * Finds text that every match of an expression contains, so that most expressions need not be tried, nor even compiled.
 * Errs towards the empty text, which says nothing.
 */
final class RequiredLiteral {
    private static final String PLAIN_ESCAPES = "bBdDsSwWAztnrfv";

    private final String expression;
    private final StringBuilder run = new StringBuilder();
    private String longest = "";
    private int at;

    private RequiredLiteral(String expression) {
        this.expression = expression;
    }

    /** The longest such text; empty when none is certain. */
    static String of(String expression) {
        return new RequiredLiteral(expression).find();
    }

    private String find() {
        while (at < expression.length()) {
            char c = expression.charAt(at);
            switch (c) {
                case '|' -> {
                    return "";
                }
                case '(' -> skipGroup();
                case '[' -> skipClass();
                case '\\' -> escape();
                case '?', '*', '{' -> optional(c);
                case '.', '^', '$', '+', ')', '}', ']' -> endRun();
                default -> literal(c);
            }
            at++;
        }
        endRun();
        return longest;
    }

    private void literal(char c) {
        if (c < 128) {
            run.append(c);
        } else {
            endRun();
        }
    }

    private void endRun() {
        if (run.length() > longest.length()) {
            longest = run.toString();
        }
        run.setLength(0);
    }

    /** What stands before a quantifier may not occur; it was one character, or a group that ended the run already. */
    private void optional(char quantifier) {
        if (!run.isEmpty()) {
            run.setLength(run.length() - 1);
        }
        endRun();
        if (quantifier == '{') {
            int end = expression.indexOf('}', at);
            at = end < 0 ? expression.length() : end;
        }
    }

    private void escape() {
        at++;
        char c = at < expression.length() ? expression.charAt(at) : 'b';
        if (!Character.isLetterOrDigit(c)) {
            literal(c);
            return;
        }
        endRun();
        if (PLAIN_ESCAPES.indexOf(c) < 0) {
            // With arguments, and rare: nothing after it is trusted.
            at = expression.length();
        }
    }

    private void skipGroup() {
        endRun();
        int depth = 0;
        while (at < expression.length()) {
            char c = expression.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '[') {
                skipClass();
            } else if (c == '(') {
                depth++;
            } else if (c == ')' && --depth == 0) {
                return;
            }
            at++;
        }
    }

    private void skipClass() {
        endRun();
        at++;
        if (at < expression.length() && expression.charAt(at) == '^') {
            at++;
        }
        if (at < expression.length() && expression.charAt(at) == ']') {
            at++;
        }
        while (at < expression.length() && expression.charAt(at) != ']') {
            at += expression.charAt(at) == '\\' ? 2 : 1;
        }
    }
}
