package dev.rwo.ci.lab.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.ci.lab.LabException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** Asks the warden: one JSON object a line each way. */
final class WardenClient {

    private final WardenPlace place;

    WardenClient(WardenPlace place) {
        this.place = place;
    }

    static ObjectNode request(String verb) {
        return JsonNodeFactory.instance.objectNode().put("verb", verb);
    }

    /** Whether a warden listens. */
    boolean isUp() {
        try (SocketChannel channel = connect()) {
            return channel.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }

    private SocketChannel connect() throws IOException {
        if (!Files.exists(place.socket())) {
            throw new IOException("no socket");
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(place.socket()));
            return channel;
        } catch (IOException refused) {
            channel.close();
            throw refused;
        }
    }

    /** Answers what the warden answered, and throws its refusal. */
    JsonNode ask(ObjectNode request) {
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
            String line = lines.readLine();
            if (line == null) {
                throw new LabException("the lab ended while it was asked; see " + place.log(), null);
            }
            JsonNode answer = new ObjectMapper().readTree(line);
            if (answer.has("error")) {
                throw new LabException(answer.path("error").asText());
            }
            return answer;
        } catch (IOException nobody) {
            throw new LabException("no lab is up: ./rwo lab up --nodes 5", nobody);
        }
    }
}
