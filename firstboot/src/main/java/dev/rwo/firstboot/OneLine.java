package dev.rwo.firstboot;

/** Text for one line of a table: from whatever source, it must not break the display. */
final class OneLine {

    /** Two lines of an 80-column display, three of them with wrapping: longer texts are cut. */
    private static final int LONGEST = 400;

    private OneLine() {}

    static String of(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), LONGEST));
        boolean blank = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isBlank = Character.isISOControl(c) || Character.isWhitespace(c) || c == 0x2028 || c == 0x2029;
            if (!isBlank) {
                line.append(c);
            } else if (!blank) {
                line.append(' ');
            }
            blank = isBlank;
        }
        String stripped = line.toString().strip();
        return stripped.length() <= LONGEST ? stripped : stripped.substring(0, LONGEST - 3) + "...";
    }
}
