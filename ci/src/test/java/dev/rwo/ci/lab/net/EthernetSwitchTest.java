package dev.rwo.ci.lab.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EthernetSwitchTest {

    private static final long EVERYBODY = 0xFFFF_FFFF_FFFFL;

    private final EthernetSwitch lan = new EthernetSwitch(3, 17);
    private final List<BlockingQueue<Integer>> received = new ArrayList<>();

    @BeforeEach
    void plugThreeIn() {
        for (int port = 0; port < 3; port++) {
            BlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
            received.add(queue);
            lan.plug(port, frame -> queue.add(frame.getInt(14)));
        }
    }

    @AfterEach
    void close() {
        lan.close();
    }

    private static long host(int port) {
        return 0x0200_0000_0000L + port;
    }

    private void send(int from, long to, int content) {
        ByteBuffer frame = ByteBuffer.allocate(18);
        frame.putShort((short) (to >> 32)).putInt((int) to);
        frame.putShort((short) (host(from) >> 32)).putInt((int) host(from));
        frame.putShort((short) 0x88B5).putInt(content).flip();
        lan.receive(from, frame);
    }

    @Test
    void aFrameGoesToEverybodyUntilItsTargetWasHeard() {
        send(0, host(1), 1);
        send(1, host(0), 2);
        send(0, host(1), 3);
        assertThat(received.get(0)).containsExactly(2);
        assertThat(received.get(1)).containsExactly(1, 3);
        assertThat(received.get(2)).containsExactly(1);
    }

    @Test
    void aBroadcastGoesToEverybodyElse() {
        send(0, EVERYBODY, 1);
        assertThat(received.get(0)).isEmpty();
        assertThat(received.get(1)).containsExactly(1);
        assertThat(received.get(2)).containsExactly(1);
    }

    @Test
    void aCutIsOneWayOnly() {
        lan.change(0, 1, rule -> rule.withCut(true));
        send(0, EVERYBODY, 1);
        send(1, EVERYBODY, 2);
        assertThat(received.get(0)).containsExactly(2);
        assertThat(received.get(1)).isEmpty();
        assertThat(received.get(2)).containsExactly(1, 2);
    }

    @Test
    void theSameSeedLosesTheSameFrames() {
        lan.changeAll(rule -> rule.withLoss(0.5));
        for (int content = 0; content < 100; content++) {
            send(0, EVERYBODY, content);
        }
        List<Integer> first = List.copyOf(received.get(1));
        assertThat(first).hasSizeBetween(20, 80);
        try (EthernetSwitch again = new EthernetSwitch(3, 17)) {
            List<Integer> second = new ArrayList<>();
            again.plug(1, frame -> second.add(frame.getInt(14)));
            again.plug(2, frame -> {});
            again.changeAll(rule -> rule.withLoss(0.5));
            for (int content = 0; content < 100; content++) {
                ByteBuffer frame = ByteBuffer.allocate(18);
                frame.putShort((short) -1).putInt(-1).putShort((short) 0x0200).putInt(0);
                frame.putShort((short) 0x88B5).putInt(content).flip();
                again.receive(0, frame);
            }
            assertThat(second).isEqualTo(first);
        }
    }

    @Test
    void lateFramesArriveInOrder() throws InterruptedException {
        lan.changeAll(rule -> rule.withDelay(Duration.ofMillis(20)));
        for (int content = 0; content < 50; content++) {
            send(0, EVERYBODY, content);
        }
        for (int content = 0; content < 50; content++) {
            assertThat(received.get(2).poll(30, TimeUnit.SECONDS)).isEqualTo(content);
        }
    }

    @Test
    void whatIsUnpluggedIsForgotten() {
        send(1, EVERYBODY, 1);
        lan.unplug(1);
        received.get(2).clear();
        send(0, host(1), 2);
        assertThat(received.get(1)).isEmpty();
        assertThat(received.get(2)).as("flooded again").containsExactly(2);
    }

    @Test
    void madeUpAddressesFillNoMemory() {
        for (int made = 0; made < 10_000; made++) {
            ByteBuffer frame = ByteBuffer.allocate(18);
            frame.putShort((short) -1).putInt(-1).putShort((short) 0x0400).putInt(made);
            lan.receive(0, frame.rewind());
        }
        send(1, host(0), 1);
        assertThat(received.get(0)).containsExactly(1);
    }

    @Test
    void runtsAndNonsenseRulesAreRefused() {
        lan.receive(0, ByteBuffer.allocate(5));
        assertThat(lan.figures().frames()).isZero();
        assertThatThrownBy(() -> LinkRule.PERFECT.withLoss(1.5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LinkRule.PERFECT.withDelay(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
