package dev.rwo.agent.membership.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Digests over a wire that is answered by hand. */
class DigestsTest {

    private static final String TELLER = "10.0.0.2:8444";

    /** Keeps what is asked, until the test answers. */
    private static final class Wire implements Transport {
        private final List<String> asked = new ArrayList<>();
        private final Map<String, Sinks.One<Message>> open = new HashMap<>();

        @Override
        public Mono<Message> requestResponse(String address, Message request) {
            return Mono.defer(() -> {
                String question = address + ' ' + subject(request) + ' ' + request.header(Qualifiers.INCARNATION);
                asked.add(question);
                Sinks.One<Message> answer = Sinks.one();
                open.put(question, answer);
                return answer.asMono();
            });
        }

        private void answer(String question, Message message) {
            assertThat(open).containsKey(question);
            Objects.requireNonNull(open.get(question)).tryEmitValue(message);
        }

        @Override
        public String address() {
            return "10.0.0.1:8444";
        }

        @Override
        public Mono<Transport> start() {
            return Mono.just(this);
        }

        @Override
        public Mono<Void> stop() {
            return Mono.empty();
        }

        @Override
        public boolean isStopped() {
            return false;
        }

        @Override
        public Mono<Void> send(String address, Message message) {
            return Mono.empty();
        }

        @Override
        public Flux<Message> listen() {
            return Flux.never();
        }
    }

    private final Wire wire = new Wire();
    private final HandTimer timer = new HandTimer();
    private final AtomicInteger missed = new AtomicInteger();
    private final Digests digests = new Digests(wire, timer, "self", missed::incrementAndGet);

    private static String subject(Message message) {
        Member member = RecordReader.subject(message);
        return member == null ? "nobody" : member.id();
    }

    private static String asked(String question) {
        return question.substring(question.indexOf(' ') + 1, question.lastIndexOf(' '));
    }

    private static Member member(String id) {
        return new Member(id, null, id + ":8444", "rwo");
    }

    private static RecordReader.Entry alive(String id, int incarnation) {
        return news(id, incarnation, "");
    }

    private static RecordReader.Entry news(String id, int incarnation, String digest) {
        String mark = digest.isEmpty() ? "" : DigestMark.of(digest.getBytes(StandardCharsets.US_ASCII));
        return new RecordReader.Entry(member(id), MemberStatus.ALIVE, incarnation, "", 0, mark, null);
    }

    private static Message digest(String id, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        WireOutput output = new WireOutput();
        try {
            output.writeObject(member(id));
            output.writeInt(bytes.length);
            output.write(bytes);
            byte[] all = output.bytes();
            return Message.withData(new WireInput(all, 0, all.length).fields(WireKind.METADATA_RESPONSE))
                    .qualifier(Qualifiers.METADATA_RESP)
                    .build();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Message question(String id) {
        return Message.withData(WireCodec.question(member(id)))
                .qualifier(Qualifiers.METADATA_REQ)
                .correlationId("question-" + id)
                .build();
    }

    /** Tells it as TELLER does; what becomes of it. */
    private AtomicReference<Message> tell(RecordReader.Entry... entries) {
        Message message = Message.withQualifier(Qualifiers.SYNC).sender(TELLER).build();
        AtomicReference<Message> arrived = new AtomicReference<>();
        digests.complete(message, List.of(entries)).subscribe(arrived::set);
        return arrived;
    }

    private AtomicReference<Message> ask(String id) {
        AtomicReference<Message> answer = new AtomicReference<>();
        digests.answer(id + ":8444", question(id)).subscribe(answer::set, failure -> {});
        return answer;
    }

    @Test
    void aTableWaitsUntilItsTellerAddedWhatItsMembersSayOfThemselves() {
        AtomicReference<Message> table = tell(alive("a", 0), alive("b", 3), alive("self", 9));
        assertThat(wire.asked).containsExactly(TELLER + " a 0", TELLER + " b 3");
        wire.answer(TELLER + " a 0", digest("a", "A"));
        assertThat(table.get()).isNull();
        wire.answer(TELLER + " b 3", digest("b", "B"));
        assertThat(table.get()).isNotNull();
        assertThat(subject(ask("b").get())).isEqualTo("b");
        assertThat(ask("b").get().correlationId()).isEqualTo("question-b");
        assertThat(wire.asked).as("scalecube's questions cost nothing").hasSize(2);
    }

    @Test
    void aHundredTablesOfAHundredMembersAskForEachMemberOnce() {
        RecordReader.Entry[] all = IntStream.range(0, 100)
                .mapToObj(number -> alive("m" + number, 0))
                .toArray(RecordReader.Entry[]::new);
        IntStream.range(0, 100).forEach(teller -> tell(all));
        List.copyOf(wire.open.keySet()).forEach(question -> wire.answer(question, digest(asked(question), "D")));
        List.copyOf(wire.open.keySet()).forEach(question -> wire.answer(question, digest(asked(question), "D")));
        assertThat(wire.asked).hasSize(100);
    }

    @Test
    void aTellerThatDoesNotKnowHoldsTheTableUpForThreeSecondsAndNoLonger() {
        AtomicReference<Message> table = tell(alive("a", 0));
        timer.pass(Duration.ofSeconds(2));
        assertThat(table.get()).isNull();
        assertThat(missed).hasValue(0);
        timer.pass(Duration.ofSeconds(2));
        assertThat(table.get()).isNotNull();
        assertThat(missed).as("so a table is asked for soon").hasValue(1);
        ask("a");
        assertThat(wire.asked).as("then the member itself is asked").containsExactly(TELLER + " a 0", "a:8444 a 0");
    }

    @Test
    void aNewIncarnationIsAskedForAgain() {
        tell(alive("a", 0));
        wire.answer(TELLER + " a 0", digest("a", "old"));
        tell(alive("a", 1));
        assertThat(wire.asked).containsExactly(TELLER + " a 0", TELLER + " a 1");
        assertThat(reply("a", 1))
                .as("what is known is older than what is asked for")
                .isEmpty();
        wire.answer(TELLER + " a 1", digest("a", "new"));
        assertThat(reply("a", 1)).isEqualTo("new");
    }

    private String reply(String id, int incarnation) {
        Message answer = digests.reply(Message.with(question(id))
                .header(Qualifiers.INCARNATION, Integer.toString(incarnation))
                .build());
        return new String(Objects.requireNonNull(RecordReader.digest(answer)), StandardCharsets.US_ASCII);
    }

    @Test
    void anIncarnationThatRefutesASuspicionIsNotAskedFor() {
        tell(alive("a", 0));
        wire.answer(TELLER + " a 0", digest("a", "same"));
        assertThat(tell(news("a", 1, "same")).get()).isNotNull();
        assertThat(reply("a", 1)).isEqualTo("same");
        assertThat(ask("a").get()).as("scalecube has its answer").isNotNull();
        assertThat(wire.asked).containsExactly(TELLER + " a 0");
        tell(news("a", 2, "other"));
        assertThat(wire.asked).containsExactly(TELLER + " a 0", TELLER + " a 2");
        tell(news("a", 1, "same"));
        assertThat(reply("a", 2)).as("old news does not vouch for the new").isEmpty();
    }

    @Test
    void aDeathThatWasRefutedEndsNobody() {
        tell(alive("a", 1));
        assertThat(digests.isRefuted(dead("a", 0))).isTrue();
        assertThat(digests.isRefuted(dead("a", 1))).isFalse();
        assertThat(digests.isRefuted(dead("b", 0))).isFalse();
        assertThat(digests.isRefuted(alive("a", 0))).isFalse();
    }

    private static RecordReader.Entry dead(String id, int incarnation) {
        return new RecordReader.Entry(member(id), MemberStatus.DEAD, incarnation, "", 0, "", null);
    }

    @Test
    void anAnswerThatComesLateIsNotAskedForAgain() {
        tell(alive("a", 0));
        timer.pass(Duration.ofSeconds(4));
        assertThat(missed).hasValue(1);
        wire.answer(TELLER + " a 0", digest("a", "A"));
        assertThat(tell(alive("a", 0)).get()).isNotNull();
        assertThat(ask("a").get()).isNotNull();
        assertThat(wire.asked).containsExactly(TELLER + " a 0");
    }

    @Test
    void aTableSaysWhichDigestsItsTellerKnows() {
        String marks = DigestMark.joined(
                List.of(news("a", 1, "same").digest(), "", news("c", 2, "other").digest()));
        List<RecordReader.Entry> lines = List.of(alive("a", 1), alive("b", 1), alive("c", 2));
        assertThat(DigestMark.added(lines, marks))
                .containsExactly(news("a", 1, "same"), alive("b", 1), news("c", 2, "other"));
        assertThat(DigestMark.added(lines, null)).isEqualTo(lines);
        assertThat(DigestMark.added(lines, marks + "x"))
                .as("marks of another table")
                .isEqualTo(lines);
    }

    @Test
    void whoDoesNotKnowADigestSaysSoAtOnce() {
        AtomicReference<Message> table = tell(alive("a", 0));
        wire.answer(TELLER + " a 0", digest("a", ""));
        assertThat(table.get()).isNotNull();
        assertThat(missed).hasValue(1);
        ask("a");
        assertThat(wire.asked).as("then the member itself is asked").containsExactly(TELLER + " a 0", "a:8444 a 0");
    }

    @Test
    void aMemberThatWasDeclaredDeadHasToSpeakForItself() {
        tell(alive("a", 0));
        wire.answer(TELLER + " a 0", digest("a", "A"));
        digests.gone("a");
        assertThat(tell(alive("a", 0)).get()).as("old news goes on").isNotNull();
        AtomicReference<Message> answer = ask("a");
        assertThat(wire.asked).containsExactly(TELLER + " a 0", "a:8444 a 0");
        assertThat(answer.get()).as("and nobody vouches for the dead").isNull();
        wire.answer("a:8444 a 0", digest("a", "A"));
        assertThat(answer.get()).isNotNull();
        ask("a");
        assertThat(wire.asked).hasSize(2);
    }

    @Test
    void anAnswerAboutSomebodyElseIsNotBelieved() {
        tell(alive("a", 0));
        wire.answer(TELLER + " a 0", digest("b", "B"));
        assertThat(ask("a").get()).isNull();
        assertThat(wire.asked).last().isEqualTo("a:8444 a 0");
    }
}
