package dev.rwo.agent.peer;

/** Text that others made, cut and cleaned so that it can stand in a line for an operator. */
public final class PlainText {

    private PlainText() {}

    /**
     * Printable ASCII only; everything else becomes {@code ?}, so that nothing can steer a terminal or pose as
     * something else.
     *
     * @param longest how many characters are kept
     */
    public static String of(String text, int longest) {
        StringBuilder plain = new StringBuilder(Math.min(text.length(), longest));
        for (int i = 0; i < text.length() && plain.length() < longest; i++) {
            char c = text.charAt(i);
            plain.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return plain.toString();
    }
}
