package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.MovingClock;
import dev.rwo.agent.fabric.LanAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.jmdns.impl.DNSIncoming;
import javax.jmdns.impl.DNSOutgoing;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.constants.DNSConstants;
import javax.jmdns.impl.constants.DNSRecordClass;
import javax.jmdns.impl.constants.DNSRecordType;
import org.junit.jupiter.api.Test;

/** What the LAN sends, and what becomes of it before jmdns sees it. */
class MdnsGateTest {

    private static final InetAddress OWN = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress PEER = InetAddress.ofLiteral("10.0.0.2");

    /** It prints every packet that it cannot read; in the agent application.properties turns it off. */
    private static final Logger QUIET = Logger.getLogger("javax.jmdns");

    static {
        QUIET.setLevel(Level.OFF);
    }

    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-23T01:00:00Z"));
    private final List<Sighting> seen = new ArrayList<>();
    private final Announcement announcement = new Announcement(
            new LanAddress("eth0", OWN, 24, true), 8443, 8444, "0123456789ab", "boot", "shop-17", "0.1");
    private final MdnsGate gate = new MdnsGate(announcement, () -> Set.of(OWN), seen::add, clock);

    private Optional<byte[]> pass(byte[] data, InetAddress from) {
        return gate.pass(new DatagramPacket(data, data.length, from, 5353));
    }

    static byte[] announcementOf(String name, int port, String... text) throws IOException {
        java.io.ByteArrayOutputStream properties = new java.io.ByteArrayOutputStream();
        for (String entry : text) {
            byte[] bytes = entry.getBytes(StandardCharsets.ISO_8859_1);
            properties.write(bytes.length);
            properties.write(bytes);
        }
        String full = name + "._rwo._tcp.local.";
        DNSOutgoing out = new DNSOutgoing(DNSConstants.FLAGS_QR_RESPONSE | DNSConstants.FLAGS_AA);
        out.addAnswer(new DNSRecord.Service(full, DNSRecordClass.CLASS_IN, true, 120, 0, 0, port, name + ".local."), 0);
        out.addAnswer(new DNSRecord.Text(full, DNSRecordClass.CLASS_IN, true, 120, properties.toByteArray()), 0);
        return out.data();
    }

    private static byte[] question(String name, DNSRecordType type) throws IOException {
        DNSOutgoing out = new DNSOutgoing(DNSConstants.FLAGS_QR_QUERY);
        out.addQuestion(MdnsGate.ask(name, type));
        return out.data();
    }

    @Test
    void anAnnouncementIsASightingOfItsSenderAndNothingReachesJmdns() throws Exception {
        assertThat(pass(announcementOf("rwo-x", 8443, "id=node-2", "site=shop-17"), PEER))
                .isEmpty();
        assertThat(seen).singleElement().satisfies(sighting -> {
            assertThat(sighting.address()).hasToString("10.0.0.2:8443");
            assertThat(sighting.nodeId()).isEqualTo("node-2");
            assertThat(sighting.site()).isEqualTo("shop-17");
        });
    }

    @Test
    void whatIsClaimedIsCutAndCleaned() throws Exception {
        pass(announcementOf("rwo-x", 8443, "id=\u001b[2J" + "x".repeat(200), "site=a\nb"), PEER);
        assertThat(seen).singleElement().satisfies(sighting -> {
            assertThat(sighting.nodeId()).hasSize(64).startsWith("?[2Jxxx");
            assertThat(sighting.site()).isEqualTo("a?b");
        });
    }

    @Test
    void aSenderOutsideTheSubnetIsIgnored() throws Exception {
        pass(announcementOf("rwo-x", 8443), InetAddress.ofLiteral("10.0.1.2"));
        pass(announcementOf("rwo-x", 8443), InetAddress.ofLiteral("169.254.3.4"));
        pass(announcementOf("rwo-x", 8443), InetAddress.ofLiteral("fe80::1"));
        assertThat(seen).isEmpty();
        assertThat(gate.dropped.sum()).isEqualTo(3);
    }

    @Test
    void theOwnVoiceIsNobody() throws Exception {
        pass(announcementOf("rwo-x", 8443), OWN);
        assertThat(seen).isEmpty();
    }

    @Test
    void printersAreNotEvenCounted() throws Exception {
        DNSOutgoing out = new DNSOutgoing(DNSConstants.FLAGS_QR_RESPONSE);
        out.addAnswer(
                new DNSRecord.Service("p._ipp._tcp.local.", DNSRecordClass.CLASS_IN, true, 120, 0, 0, 631, "p.local."),
                0);
        pass(out.data(), PEER);
        assertThat(seen).isEmpty();
        assertThat(gate.dropped.sum()).isZero();
    }

    @Test
    void aQuestionForThisServiceIsWrittenAnewWithoutWhatElseIsInIt() throws Exception {
        DNSOutgoing out = new DNSOutgoing(DNSConstants.FLAGS_QR_QUERY);
        out.addQuestion(MdnsGate.ask("_rwo._tcp.local.", DNSRecordType.TYPE_PTR));
        out.addQuestion(MdnsGate.ask("_ipp._tcp.local.", DNSRecordType.TYPE_PTR));
        out.addAnswer(
                new DNSRecord.Pointer(
                        "_rwo._tcp.local.", DNSRecordClass.CLASS_IN, false, 99_999, "evil._rwo._tcp.local."),
                0);
        byte[] passed = pass(out.data(), PEER).orElseThrow();
        DNSIncoming message = new DNSIncoming(new DatagramPacket(passed, passed.length, PEER, 5353));
        assertThat(message.isQuery()).isTrue();
        assertThat(message.getQuestions())
                .singleElement()
                .satisfies(asked -> assertThat(asked.getName()).isEqualTo("_rwo._tcp.local."));
        assertThat(message.getNumberOfAnswers()).isZero();
    }

    @Test
    void itsOwnNameAndHostAreAnsweredForAndNoOthers() throws Exception {
        assertThat(pass(question("rwo-01234567-boot._rwo._tcp.local.", DNSRecordType.TYPE_SRV), PEER))
                .isPresent();
        assertThat(pass(question("rwo-01234567-boot.local.", DNSRecordType.TYPE_A), PEER))
                .isPresent();
        assertThat(pass(question("rwo-other._rwo._tcp.local.", DNSRecordType.TYPE_SRV), PEER))
                .isEmpty();
    }

    @Test
    void aFloodOfQuestionsIsAnsweredOnceASecond() throws Exception {
        byte[] question = question("_rwo._tcp.local.", DNSRecordType.TYPE_PTR);
        int answered = 0;
        for (int i = 0; i < 10_000; i++) {
            answered += pass(question, PEER).isPresent() ? 1 : 0;
            clock.move(Duration.ofMillis(1));
        }
        assertThat(answered).isBetween(9, 14);
        assertThat(gate.dropped.sum()).isGreaterThan(9_900);
    }

    @Test
    void aFloodOfAnnouncementsIsCutBeforeItIsParsed() throws Exception {
        byte[] announcement = announcementOf("rwo-x", 8443);
        for (int i = 0; i < 100_000; i++) {
            pass(announcement, PEER);
        }
        assertThat(seen).hasSizeLessThanOrEqualTo(20);
        assertThat(pass(announcement, InetAddress.ofLiteral("10.0.0.3"))).isEmpty();
        assertThat(seen).extracting(sighting -> sighting.address().host()).endsWith("10.0.0.3");
        clock.move(Duration.ofSeconds(1));
        seen.clear();
        pass(announcement, PEER);
        assertThat(seen).hasSize(1);
    }

    @Test
    void aClockThatIsSetBackDoesNotCloseTheGate() throws Exception {
        byte[] announcement = announcementOf("rwo-x", 8443);
        for (int i = 0; i < 500; i++) {
            pass(announcement, PEER);
        }
        clock.move(Duration.ofDays(-4000));
        pass(announcement, PEER);
        clock.move(Duration.ofSeconds(1));
        seen.clear();
        pass(announcement, PEER);
        assertThat(seen).hasSize(1);
    }

    @Test
    void garbageAboutUsIsDroppedWhateverItIs() throws Exception {
        byte[] good = announcementOf("rwo-x", 8443, "id=node-2");
        Random random = new Random(17);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = good.clone();
            for (int change = 0; change < 1 + i % 8; change++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = java.util.Arrays.copyOf(bad, random.nextInt(bad.length + 1));
            pass(i % 2 == 0 ? bad : cut, PEER);
            clock.move(Duration.ofMillis(200));
        }
        assertThat(seen).allSatisfy(sighting -> {
            assertThat(sighting.nodeId()).hasSizeLessThanOrEqualTo(64).matches("\\p{Print}*");
            assertThat(sighting.address().port()).isBetween(1, 65_535);
        });
    }

    @Test
    void aNameThatPointsAtItselfEndsToo() {
        byte[] loop = new byte[64];
        loop[2] = (byte) 0x84;
        loop[7] = 1;
        byte[] label = "\u0004_rwo".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(label, 0, loop, 12, label.length);
        loop[17] = (byte) 0xc0;
        loop[18] = 12;
        pass(loop, PEER);
        assertThat(seen).isEmpty();
    }
}
