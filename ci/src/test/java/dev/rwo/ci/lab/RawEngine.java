package dev.rwo.ci.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks an engine past the agent: no code of the product's takes part. */
final class RawEngine {

    private RawEngine() {}

    /**
     * Posts JSON.
     *
     * @return the status line and everything after it
     */
    static String post(LabEngine engine, String path, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head = "POST " + path + " HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: " + body.length
                + "\r\n\r\n";
        return exchange(engine, head, body);
    }

    /** Asks for JSON; the answer without its head. */
    static String get(LabEngine engine, String path) throws IOException {
        return body(exchange(engine, "GET " + path + " HTTP/1.0\r\n\r\n", new byte[0]));
    }

    /** Deletes; what comes back is of no interest. */
    static void delete(LabEngine engine, String path) throws IOException {
        exchange(engine, "DELETE " + path + " HTTP/1.0\r\n\r\n", new byte[0]);
    }

    /** An answer without its head. */
    static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static String exchange(LabEngine engine, String head, byte[] body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(Path.of(engine.host().getPath())));
            write(channel, head.getBytes(StandardCharsets.UTF_8));
            write(channel, body);
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }
}
