package dev.rwo.firstboot.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * A text file as some editor left it, as text: UTF-8 with or without a byte order mark, or UTF-16, which Windows'
 * Notepad calls "Unicode". Whatever is no text becomes U+FFFD and is reported once with its place.
 *
 * @param text without byte order mark; every character may stand in YAML
 * @param problems at most one of encoding and one of unprintable characters
 */
record SourceText(String text, List<ConfigProblem> problems) {

    private static final char REPLACEMENT = '\uFFFD';
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    static SourceText decode(String file, byte[] content) {
        List<ConfigProblem> problems = new ArrayList<>();
        StringBuilder text = new StringBuilder(content.length);
        if (isUtf16(content, 0xFE, 0xFF)) {
            text.append(new String(content, StandardCharsets.UTF_16BE));
        } else if (isUtf16(content, 0xFF, 0xFE)) {
            text.append(new String(content, StandardCharsets.UTF_16LE));
        } else {
            decodeUtf8(file, content, text, problems);
        }
        if (!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text.deleteCharAt(0);
        }
        return new SourceText(printable(file, text, problems), List.copyOf(problems));
    }

    /** By its byte order mark, or, where an editor left that out, by a first character whose other byte is zero. */
    private static boolean isUtf16(byte[] content, int first, int second) {
        if (content.length < 2 || content.length % 2 != 0) {
            return false;
        }
        int a = content[0] & 255;
        int b = content[1] & 255;
        boolean bigEndian = first == 0xFE;
        return (a == first && b == second) || (bigEndian ? a == 0 && isAscii(b) : isAscii(a) && b == 0);
    }

    private static boolean isAscii(int b) {
        return b >= ' ' && b < 127;
    }

    private static void decodeUtf8(String file, byte[] content, StringBuilder text, List<ConfigProblem> problems) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(content);
        CharBuffer out = CharBuffer.allocate(content.length + 1);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                break;
            }
            if (problems.isEmpty()) {
                String before = new String(out.array(), 0, out.position());
                problems.add(at(
                        file,
                        before,
                        "this character is not UTF-8",
                        "save the file with the encoding UTF-8, in Notepad under Save As"));
            }
            in.position(in.position() + result.length());
            out.put(REPLACEMENT);
        }
        text.append(out.array(), 0, out.position());
    }

    private static String printable(String file, StringBuilder text, List<ConfigProblem> problems) {
        boolean reported = false;
        int step;
        for (int i = 0; i < text.length(); i += step) {
            int c = text.codePointAt(i);
            step = Character.charCount(c);
            if (StreamReader.isPrintable(c) && c != BYTE_ORDER_MARK) {
                continue;
            }
            if (!reported) {
                problems.add(at(
                        file,
                        text.substring(0, i),
                        "character U+%04X cannot be printed".formatted(c),
                        "remove it, or write the file anew if it is damaged"));
                reported = true;
            }
            text.setCharAt(i, REPLACEMENT);
        }
        return text.toString();
    }

    private static ConfigProblem at(String file, String before, String message, String remedy) {
        String unix = before.replace("\r\n", "\n").replace('\r', '\n');
        int line = 1 + (int) unix.chars().filter(c -> c == '\n').count();
        int column = unix.length() - unix.lastIndexOf('\n');
        return new ConfigProblem(file, line, column, "", message, remedy);
    }
}
