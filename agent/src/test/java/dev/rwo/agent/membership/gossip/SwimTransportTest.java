package dev.rwo.agent.membership.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.membership.MemberDigest;
import io.scalecube.cluster.Member;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.io.Externalizable;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What goes to whom, over a wire that only writes down what it is given. */
class SwimTransportTest {

    private static final String SELF = "self";
    private static final String RANDOM_MEMBER = "10.0.0.9:8444";

    private record Sent(String address, Message message) {}

    private static final class Wire implements Transport {
        private final List<Sent> sent = new ArrayList<>();
        private final Sinks.Many<Message> arriving = Sinks.many().multicast().directBestEffort();

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
            return Mono.fromRunnable(() -> sent.add(new Sent(address, message)));
        }

        @Override
        public Mono<Message> requestResponse(String address, Message request) {
            return Mono.never();
        }

        @Override
        public Flux<Message> listen() {
            return arriving.asFlux();
        }
    }

    private final Wire wire = new Wire();
    private final HandTimer timer = new HandTimer();
    private final List<Message> delivered = new ArrayList<>();
    private final SwimTransport swim = new SwimTransport(
            new Probe.Surroundings(
                    wire,
                    address -> {},
                    GossipSettings.Pace.LAN,
                    new LocalHealth(() -> 0),
                    new Hearing(() -> 0, () -> true),
                    timer,
                    () -> 0),
            List::of,
            new Roll(Clock.systemUTC(), () -> 0, MemberDigest.of(SELF, SELF, "10.0.0.1:8443", "1")),
            SELF,
            () -> {});

    private static Member member(String id) {
        return new Member(id, null, id + ":8444", "rwo");
    }

    private static Externalizable piece(String author, String about, MemberStatus status, int incarnation) {
        Object line = WireCodec.made(WireKind.RECORD, output -> {
            output.writeObject(member(about));
            output.writeObject(status);
            output.writeInt(incarnation);
        });
        Message news =
                Message.withData(line).qualifier(Qualifiers.MEMBERSHIP_GOSSIP).build();
        return (Externalizable) WireCodec.made(WireKind.GOSSIP, output -> {
            output.writeUTF(author);
            output.writeObject(news);
            output.writeLong(1);
        });
    }

    private void tell(Externalizable piece) {
        swim.send(RANDOM_MEMBER, NewsBundle.forScalecube(List.of(piece), SELF, wire.address()))
                .subscribe();
        timer.pass(Duration.ofMillis(5));
    }

    private void arrives(Externalizable piece) {
        wire.arriving.tryEmitNext(NewsBundle.forScalecube(List.of(piece), "b", "b:8444"));
    }

    private SwimTransport started() {
        swim.start().subscribe();
        swim.listen().subscribe(delivered::add);
        return swim;
    }

    /** What was sent as the other side reads it. */
    private List<RecordReader.Entry> read(String address) {
        return wire.sent.stream()
                .filter(each -> each.address().equals(address))
                .map(each -> WireCodec.encode(each.message()))
                .flatMap(bytes -> {
                    try {
                        return RecordReader.entries(WireCodec.decode(bytes, 0, bytes.length)).stream();
                    } catch (RefusedException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    @Test
    void aMemberIsToldItselfThatItIsSuspectedAlsoWhenThatIsNoNews() {
        started();
        arrives(piece("b", "a", MemberStatus.SUSPECT, 0));
        tell(piece(SELF, "a", MemberStatus.SUSPECT, 0));
        assertThat(read("a:8444")).hasSize(1).allMatch(told -> told.status() == MemberStatus.SUSPECT);
        assertThat(read(RANDOM_MEMBER)).as("others know it from b").isEmpty();
        tell(piece(SELF, "a", MemberStatus.SUSPECT, 0));
        assertThat(read("a:8444")).as("once is enough").hasSize(1);
    }

    @Test
    void anotherMembersSuspicionIsThatMembersToTell() {
        tell(piece("b", "a", MemberStatus.SUSPECT, 0));
        assertThat(read("a:8444")).isEmpty();
    }

    @Test
    void newsOfThisNodeSaysWhichDigestItHas() {
        byte[] digest = "{}".getBytes(StandardCharsets.US_ASCII);
        swim.says(digest);
        tell(piece(SELF, SELF, MemberStatus.ALIVE, 3));
        assertThat(read(RANDOM_MEMBER)).extracting(RecordReader.Entry::digest).containsExactly(DigestMark.of(digest));
    }

    @Test
    void theDeathOfAnIncarnationThatRefutedItIsNotHandedOn() {
        started();
        arrives(piece("b", "a", MemberStatus.SUSPECT, 3));
        int before = delivered.size();
        // Its digest does not come: the news waits, but that it is there in incarnation 4 is known.
        arrives(piece("b", "a", MemberStatus.ALIVE, 4));
        arrives(piece("c", "a", MemberStatus.DEAD, 3));
        assertThat(delivered).hasSize(before);
        arrives(piece("c", "a", MemberStatus.DEAD, 4));
        assertThat(delivered).hasSize(before + 1);
        assertThat(Objects.requireNonNull(delivered.getLast()).qualifier()).isEqualTo(Qualifiers.GOSSIP_REQ);
    }
}
