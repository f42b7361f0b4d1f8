package dev.rwo.agent.peer;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request and one answer of HTTP/1.1 (RFC 9112) over a connection that is closed afterwards. The JDK's clients
 * bound neither the size of an answer nor the whole time that a trickling one may take, and keep connections beyond a
 * change of trust.
 */
final class HttpMessage {

    /** Ours have a few hundred bytes. */
    private static final int LONGEST_HEAD = 16 * 1024;

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");

    private HttpMessage() {}

    /** A status and what came with it; never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(int status, byte[] body) {}

    static void send(OutputStream out, String method, String host, String path, byte[] body) throws IOException {
        if (!path.matches("/[!-~]*")) {
            throw new IllegalArgumentException("'" + PlainText.of(path, 80) + "' is not a path");
        }
        StringBuilder head = new StringBuilder(256)
                .append(method)
                .append(' ')
                .append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host)
                .append("\r\nAccept: application/json, application/problem+json, application/octet-stream\r\n")
                .append("Connection: close\r\n");
        if (!method.equals("GET")) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
        }
        head.append("\r\n");
        ByteArrayOutputStream whole = new ByteArrayOutputStream(head.length() + body.length);
        whole.write(head.toString().getBytes(StandardCharsets.US_ASCII));
        whole.write(body);
        whole.writeTo(out);
        out.flush();
    }

    /**
     * Reads an answer.
     *
     * @param largest how many bytes of body are accepted
     * @throws MalformedAnswerException when it is no answer, or too large
     */
    static Answer receive(InputStream in, int largest) throws IOException {
        int[] budget = {LONGEST_HEAD};
        Matcher statusLine = STATUS_LINE.matcher(line(in, budget));
        if (!statusLine.matches()) {
            throw new MalformedAnswerException("no HTTP answer");
        }
        int status = Integer.parseInt(statusLine.group(1));
        Map<String, String> headers = headers(in, budget);
        return new Answer(status, status == 204 || status == 304 ? new byte[0] : body(in, headers, largest));
    }

    private static byte[] body(InputStream in, Map<String, String> headers, int largest) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks(in, largest);
        }
        String length = headers.get("content-length");
        if (length == null) {
            byte[] body = in.readNBytes(largest + 1);
            requireFits(body.length, largest);
            return body;
        }
        if (!length.matches("\\d{1,9}")) {
            throw new MalformedAnswerException("no length");
        }
        int wanted = Integer.parseInt(length);
        requireFits(wanted, largest);
        return exactly(in, wanted);
    }

    private static byte[] chunks(InputStream in, int largest) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int[] budget = {LONGEST_HEAD};
            String size = line(in, budget).split(";", 2)[0].strip();
            if (!size.matches("[0-9A-Fa-f]{1,7}")) {
                throw new MalformedAnswerException("no size of a chunk");
            }
            int wanted = Integer.parseInt(size, 16);
            if (wanted == 0) {
                return body.toByteArray();
            }
            requireFits(body.size() + wanted, largest);
            body.write(exactly(in, wanted));
            if (!line(in, budget).isEmpty()) {
                throw new MalformedAnswerException("a chunk without end");
            }
        }
    }

    private static byte[] exactly(InputStream in, int wanted) throws IOException {
        byte[] bytes = in.readNBytes(wanted);
        if (bytes.length < wanted) {
            throw new EOFException("the answer was cut off");
        }
        return bytes;
    }

    private static void requireFits(int size, int largest) throws MalformedAnswerException {
        if (size > largest) {
            throw new MalformedAnswerException("an answer of more than " + largest / 1024 + " KiB");
        }
    }

    private static Map<String, String> headers(InputStream in, int[] budget) throws IOException {
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in, budget); !line.isEmpty(); line = line(in, budget)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static String line(InputStream in, int[] budget) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("it hung up before it answered");
            }
            if (--budget[0] < 0) {
                throw new MalformedAnswerException("an answer with an endless head");
            }
            if (next == '\n') {
                return line.toString();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
    }

    /** What came is no answer that a node gives. */
    static final class MalformedAnswerException extends IOException {

        private static final long serialVersionUID = 1L;

        MalformedAnswerException(String what) {
            super(what);
        }
    }
}
