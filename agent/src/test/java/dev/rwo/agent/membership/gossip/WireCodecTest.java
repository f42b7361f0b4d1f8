package dev.rwo.agent.membership.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.scalecube.cluster.transport.api.Message;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.Externalizable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WireCodecTest {

    private static final Path METADATA =
            Path.of("src/main/resources/META-INF/native-image/dev.rwo/rwo-agent-gossip/reachability-metadata.json");

    /** Writes messages by hand, as another implementation would, right or wrong. */
    private static final class Hand {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final DataOutputStream out = new DataOutputStream(bytes);

        @SuppressWarnings("EnumOrdinal") // that is the number on the wire
        Hand kind(WireKind kind) throws IOException {
            out.writeByte(kind.ordinal());
            return this;
        }

        Hand headers(Map<String, String> headers) throws IOException {
            out.writeInt(headers.size());
            for (Map.Entry<String, String> header : headers.entrySet()) {
                out.writeUTF(header.getKey());
                kind(WireKind.TEXT);
                out.writeUTF(header.getValue());
            }
            return this;
        }

        Hand member(String id) throws IOException {
            kind(WireKind.MEMBER);
            out.writeUTF(id);
            out.writeBoolean(false);
            out.writeUTF("10.0.0.1:8444");
            out.writeUTF("rwo");
            return this;
        }

        Hand record(String id) throws IOException {
            kind(WireKind.RECORD).member(id).kind(WireKind.STATUS);
            out.writeByte(1);
            out.writeInt(7);
            return this;
        }

        Hand number(int value) throws IOException {
            out.writeInt(value);
            return this;
        }

        byte[] done() {
            return bytes.toByteArray();
        }
    }

    private static Message decode(byte[] bytes) throws RefusedException {
        return WireCodec.decode(bytes, 0, bytes.length);
    }

    private static Map<String, String> headers(String qualifier) {
        return Map.of("q", qualifier, "sender", "10.0.0.1:8444", "cid", "1");
    }

    private static byte[] ping() throws IOException {
        return new Hand()
                .headers(headers(Qualifiers.PING))
                .kind(WireKind.PING)
                .member("a")
                .member("b")
                .kind(WireKind.NOTHING)
                .kind(WireKind.NOTHING)
                .done();
    }

    private static byte[] sync(int records) throws IOException {
        Hand hand =
                new Hand().headers(headers(Qualifiers.SYNC)).kind(WireKind.SYNC).number(records);
        for (int i = 0; i < records; i++) {
            hand.record("m" + i);
        }
        return hand.done();
    }

    private static byte[] gossip() throws IOException {
        return gossip(1);
    }

    private static byte[] gossip(int pieces) throws IOException {
        Hand hand = new Hand()
                .headers(headers(Qualifiers.GOSSIP_REQ))
                .kind(WireKind.GOSSIP_REQUEST)
                .number(pieces);
        for (int i = 0; i < pieces; i++) {
            hand.kind(WireKind.GOSSIP);
            hand.out.writeUTF("author");
            hand.kind(WireKind.MESSAGE)
                    .headers(Map.of("q", Qualifiers.MEMBERSHIP_GOSSIP))
                    .record(i == 0 ? "m" : "m" + i);
            hand.out.writeLong(42 + i);
        }
        hand.out.writeUTF("passed on by");
        return hand.done();
    }

    @Test
    void everyKindOfMessageSurvivesTheJourney() throws Exception {
        for (byte[] bytes : new byte[][] {ping(), sync(0), sync(300), gossip()}) {
            Message message = decode(bytes);
            assertThat(decode(WireCodec.encode(message)).toString()).isEqualTo(message.toString());
        }
    }

    @Test
    void aBundleOfNewsIsWhatScalecubeReadsAndEachPieceCanBeTakenOut() throws Exception {
        Message three = decode(gossip(3));
        List<RecordReader.Entry> entries = RecordReader.entries(three);
        assertThat(entries).extracting(RecordReader.Entry::number).containsExactly(42L, 43L, 44L);
        assertThat(RecordReader.teller(three)).isEqualTo("passed on by");
        List<Externalizable> pieces = entries.stream()
                .map(entry -> Objects.requireNonNull(entry.gossip()))
                .toList();
        Message sent = NewsBundle.message(pieces, "passed on by", "10.0.0.1:8444");
        Message received = decode(WireCodec.encode(sent));
        assertThat(RecordReader.teller(received)).isEqualTo("passed on by");
        assertThat(RecordReader.entries(received))
                .extracting(entry -> entry.member().id())
                .containsExactly("m", "m1", "m2");
        Message second = NewsBundle.forScalecube(pieces.subList(1, 2), "passed on by", "10.0.0.1:8444");
        assertThat(RecordReader.entries(second))
                .extracting(entry -> entry.member().id())
                .containsExactly("m1");
    }

    @Test
    void aPingIsAnsweredForItsBootAndForNoOther() throws Exception {
        Object answer = WireCodec.answer(decode(ping()), "b").orElseThrow();
        assertThat(answer).hasToString(decode(ping()).data().toString().replace("ackType=null", "ackType=DEST_OK"));
        assertThat(WireCodec.answer(decode(ping()), "a")).isEmpty();
    }

    @Test
    void recordsAreReadWithoutReflection() throws Exception {
        RecordReader.Entry news = RecordReader.entries(decode(gossip())).getFirst();
        assertThat(news.member().id()).isEqualTo("m");
        assertThat(news.incarnation()).isEqualTo(7);
        assertThat(news.author()).isEqualTo("author");
        assertThat(news.number()).isEqualTo(42);
        assertThat(RecordReader.entries(decode(sync(3)))).hasSize(3);
        assertThat(RecordReader.entries(decode(ping()))).isEmpty();
    }

    @Test
    void aSizeThatTheBytesDoNotBearOutIsRefused() throws IOException {
        byte[] huge = new Hand()
                .headers(headers(Qualifiers.SYNC))
                .kind(WireKind.SYNC)
                .number(Integer.MAX_VALUE)
                .done();
        byte[] negative = new Hand()
                .headers(headers(Qualifiers.SYNC))
                .kind(WireKind.SYNC)
                .number(-1)
                .done();
        byte[] metadata = new Hand()
                .headers(headers(Qualifiers.METADATA_RESP))
                .kind(WireKind.METADATA_RESPONSE)
                .member("a")
                .number(Integer.MAX_VALUE)
                .done();
        for (byte[] bytes : new byte[][] {huge, negative, metadata}) {
            assertThatThrownBy(() -> decode(bytes)).isInstanceOf(RefusedException.class);
        }
    }

    @Test
    void aMessageThatCarriesWhatItsNameDoesNotSayIsRefused() throws IOException {
        byte[] wrong = new Hand()
                .headers(headers(Qualifiers.SYNC))
                .kind(WireKind.PING)
                .member("a")
                .member("b")
                .kind(WireKind.NOTHING)
                .kind(WireKind.NOTHING)
                .done();
        byte[] absent = new Hand()
                .headers(headers(Qualifiers.PING))
                .kind(WireKind.PING)
                .kind(WireKind.NOTHING)
                .member("b")
                .kind(WireKind.NOTHING)
                .kind(WireKind.NOTHING)
                .done();
        byte[] anonymous = new Hand()
                .headers(Map.of("q", Qualifiers.SYNC))
                .kind(WireKind.SYNC)
                .number(0)
                .done();
        byte[] unknown =
                new Hand().headers(headers("sc/other")).kind(WireKind.TEXT).done();
        for (byte[] bytes : new byte[][] {wrong, absent, anonymous, unknown}) {
            assertThatThrownBy(() -> decode(bytes))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Refusal.MALFORMED_MESSAGE));
        }
    }

    @Property(tries = 2000)
    void noiseIsRefusedAndNothingElse(@ForAll @Size(max = 600) byte[] noise) {
        assertThat(catchThrowable(() -> decode(noise))).isInstanceOf(RefusedException.class);
    }

    @Property(tries = 2000)
    void aChangedMessageIsReadOrRefused(
            @ForAll @IntRange(max = 3) int which, @ForAll @IntRange(max = 2000) int where, @ForAll byte what)
            throws IOException {
        byte[] bytes = switch (which) {
            case 0 -> ping();
            case 1 -> sync(5);
            case 2 -> gossip();
            default -> sync(0);
        };
        bytes[where % bytes.length] = what;
        Throwable thrown = catchThrowable(() -> RecordReader.entries(decode(bytes)));
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(RefusedException.class);
        }
    }

    @Property(tries = 500)
    void aTruncatedMessageIsRefused(@ForAll @IntRange(max = 2000) int length) throws IOException {
        byte[] whole = gossip();
        int cut = length % whole.length;
        assertThatThrownBy(() -> WireCodec.decode(whole, 0, cut)).isInstanceOf(RefusedException.class);
    }

    @Test
    void theNativeImageKnowsAllThatIsMadeByName() throws IOException {
        Set<String> listed = new TreeSet<>();
        for (JsonNode entry :
                new ObjectMapper().readTree(Files.readAllBytes(METADATA)).path("reflection")) {
            listed.add(entry.path("type").asText());
        }
        Set<String> needed = new TreeSet<>(WireKind.reflected());
        needed.add(WireKind.ackType());
        assertThat(listed).isEqualTo(needed);
    }
}
