package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ManagerRelayTest {

    private static final String NAMED = "192.0.2.1:2377";

    private final List<String> managers = new ArrayList<>();
    private final ManagerRelay relay = new ManagerRelay(0, () -> List.copyOf(managers));
    private ServerSocket manager;

    @BeforeEach
    void open() throws IOException {
        manager = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::answerInCapitals);
        relay.start();
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        manager.close();
    }

    private void answerInCapitals() {
        while (!manager.isClosed()) {
            try (Socket engine = manager.accept()) {
                String said = new String(engine.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                engine.getOutputStream().write(said.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
            } catch (IOException ended) {
                return;
            }
        }
    }

    private String address(ServerSocket server) {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /** What comes back before the connection ends. */
    private String say(String what) throws IOException {
        String[] door = relay.before(List.of(NAMED)).getFirst().split(":", 2);
        try (Socket engine = new Socket(door[0], Integer.parseInt(door[1]))) {
            engine.getOutputStream().write(what.getBytes(StandardCharsets.UTF_8));
            engine.shutdownOutput();
            return new String(engine.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String goneManager() throws IOException {
        try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return address(gone);
        }
    }

    @Test
    void anEngineJoinsByTheRelayAndAfterItByTheManagersNamed() {
        assertThat(relay.before(List.of(NAMED))).hasSize(2).last().isEqualTo(NAMED);
    }

    @Test
    void aConnectionGoesOnToAManagerThatAcceptsThoughTheFirstIsGone() throws IOException {
        managers.add(goneManager());
        managers.add(address(manager));
        assertThat(say("join")).isEqualTo("JOIN");
    }

    @Test
    void theManagersAreThoseOfThatMoment() throws IOException {
        managers.add(goneManager());
        assertThat(say("join")).isEmpty();
        managers.set(0, address(manager));
        assertThat(say("join")).isEqualTo("JOIN");
    }

    @Test
    void whereThePortIsTakenEnginesJoinByTheManagersThemselves() {
        try (ManagerRelay second = new ManagerRelay(manager.getLocalPort(), () -> managers)) {
            second.start();
            assertThat(second.before(List.of(NAMED))).containsExactly(NAMED);
        }
    }
}
