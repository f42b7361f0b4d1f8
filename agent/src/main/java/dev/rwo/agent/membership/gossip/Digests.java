package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.Member;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * What members tell of themselves, remembered so that each of it is asked for once. scalecube asks the member itself, for
 * every line of every table in which it meets it until the first answer is there: of a hundred members that start together
 * each is asked ten thousand times. Here whoever told of a member is asked for its digest too, one question for all lines,
 * and scalecube is answered from memory.
 *
 * <p>A member that was declared dead has to answer by itself before it counts as present again: what others still say of
 * it may be old.
 */
final class Digests {

    /** How long news waits for the digest that belongs to it; then scalecube asks the member itself, and waits as long. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /**
     * How long an answer is remembered when it comes. On a machine that is too slow for its members most come after
     * nobody waits any more; were they not taken, all would be asked for again.
     */
    private static final Duration LATE = Duration.ofSeconds(15);

    private static final int QUESTIONS_AT_ONCE = 64;
    /** As many members as a site has, and as many again that were there before. */
    private static final int REMEMBERED = 1024;

    /** What is known of one member. */
    private static final class Line {
        /** The newest incarnation that was heard of. */
        private int heard;
        /** The incarnation whose digest this is, or a later one. */
        private int incarnation = -1;

        /** The answer in which the digest came. */
        private @Nullable Object answer;

        private String mark = "";

        private boolean gone;

        private @Nullable Object newest() {
            return incarnation >= heard ? answer : null;
        }

        /** News says that this digest is that of a later incarnation as well. */
        private void hear(RecordReader.Entry entry) {
            heard = Math.max(heard, entry.incarnation());
            if (answer != null && mark.equals(entry.digest())) {
                incarnation = Math.max(incarnation, entry.incarnation());
            }
        }
    }

    /** Who is asked about: the member itself, or somebody else who told of it. */
    private record Asked(String member, boolean itself) {}

    private record Question(int incarnation, Mono<Message> answer) {}

    private final Transport wire;
    private final Scheduler timer;
    private final String boot;
    private final Runnable missed;
    private final LinkedHashMap<String, Line> lines = new LinkedHashMap<>();
    private final Map<Asked, Question> questions = new HashMap<>();

    /**
     * Nothing is known yet.
     *
     * @param missed run when a digest could not be had: scalecube does not take up a member without one
     */
    Digests(Transport wire, Scheduler timer, String boot, Runnable missed) {
        this.wire = wire;
        this.timer = timer;
        this.boot = boot;
        this.missed = missed;
    }

    /** Gives the message back once the digests of all members that it tells of are known, or when that took too long. */
    Mono<Message> complete(Message message, List<RecordReader.Entry> entries) {
        List<Mono<Message>> missing = entries.stream()
                .filter(entry -> entry.status() == MemberStatus.ALIVE
                        && !entry.member().id().equals(boot))
                .flatMap(entry -> missing(message.sender(), entry).stream())
                .toList();
        return missing.isEmpty()
                ? Mono.just(message)
                : Flux.fromIterable(missing)
                        .flatMap(
                                answer -> answer.timeout(PATIENCE, timer).onErrorResume(this::withoutIt),
                                QUESTIONS_AT_ONCE)
                        .then(Mono.just(message));
    }

    private Mono<Message> withoutIt(Throwable failure) {
        missed.run();
        return Mono.empty();
    }

    private synchronized Optional<Mono<Message>> missing(String teller, RecordReader.Entry entry) {
        Line line = line(entry.member().id());
        line.hear(entry);
        if (line.gone || line.newest() != null) {
            return Optional.empty();
        }
        return Optional.of(ask(teller, entry.member(), line, false, question(entry.member())));
    }

    /** Answers scalecube's question for a member's digest, from memory or by the member itself. */
    synchronized Mono<Message> answer(String address, Message question) {
        Member member = RecordReader.subject(question);
        if (member == null) {
            return wire.requestResponse(address, question);
        }
        Line line = line(member.id());
        Object newest = line.newest();
        return newest == null
                ? ask(address, member, line, true, question)
                : Mono.just(response(newest, question.correlationId()));
    }

    /**
     * The answer to another member's question for the digest of a third; one without a digest when it is not known here, so
     * that the asker need not wait.
     */
    synchronized Message reply(Message question) {
        Member member = Objects.requireNonNull(RecordReader.subject(question));
        Object known = known(member, Qualifiers.incarnation(question));
        return response(known == null ? WireCodec.noDigest(member) : known, question.correlationId());
    }

    /** What the member tells of itself in that incarnation or in a later one. */
    private @Nullable Object known(Member member, int incarnation) {
        Line line = lines.get(member.id());
        return line == null || line.incarnation < incarnation ? null : line.answer;
    }

    /**
     * Whether this declares an incarnation dead that has refuted it. For scalecube a death ends every incarnation: of two
     * hundred members four do not hear of a refutation, and what they then say would end the member everywhere.
     */
    synchronized boolean isRefuted(RecordReader.Entry entry) {
        Line line = lines.get(entry.member().id());
        return entry.status() == MemberStatus.DEAD && line != null && line.heard > entry.incarnation();
    }

    /** The mark of the digest that the member has in that incarnation; empty when it is not known here. */
    synchronized String mark(Member member, int incarnation) {
        Line line = lines.get(member.id());
        return line == null || line.incarnation < incarnation ? "" : line.mark;
    }

    /** Whether the question is for a third's digest; scalecube answers those for this node's. */
    boolean isForThird(Message question) {
        Member member = RecordReader.subject(question);
        return member != null && !member.id().equals(boot);
    }

    /** The member was declared dead. */
    synchronized void gone(String member) {
        Line line = lines.get(member);
        if (line != null) {
            line.gone = true;
            line.answer = null;
            line.mark = "";
            line.incarnation = -1;
        }
    }

    private Line line(String member) {
        Line line = lines.computeIfAbsent(member, id -> new Line());
        while (lines.size() > REMEMBERED) {
            String oldest = lines.pollFirstEntry().getKey();
            questions.remove(new Asked(oldest, true));
            questions.remove(new Asked(oldest, false));
        }
        return line;
    }

    private Mono<Message> ask(String whom, Member member, Line line, boolean itself, Message question) {
        Asked asked = new Asked(member.id(), itself);
        Question last = questions.get(asked);
        if (last != null && last.incarnation() >= line.heard) {
            return last.answer();
        }
        int incarnation = line.heard;
        Message told = Message.with(question)
                .header(Qualifiers.INCARNATION, Integer.toString(incarnation))
                .build();
        Mono<Message> answer = wire.requestResponse(whom, told)
                .timeout(LATE, timer)
                .filter(Digests::hasDigest)
                .switchIfEmpty(Mono.error(() -> new NoSuchElementException(whom + " does not know it")))
                .doOnNext(digest -> heard(member, incarnation, itself, digest))
                .doFinally(end -> ended(asked, incarnation))
                .cache();
        questions.put(asked, new Question(incarnation, answer));
        return answer;
    }

    private synchronized void heard(Member member, int incarnation, boolean itself, Message digest) {
        Member subject = RecordReader.subject(digest);
        if (subject == null || !subject.id().equals(member.id())) {
            return;
        }
        Line line = line(member.id());
        if (itself) {
            line.gone = false;
        }
        if (!line.gone && incarnation >= line.incarnation) {
            line.incarnation = incarnation;
            line.answer = digest.data();
            line.mark = mark(digest);
        }
    }

    private static boolean hasDigest(Message answer) {
        byte[] digest = RecordReader.digest(answer);
        return digest != null && digest.length > 0;
    }

    private static String mark(Message answer) {
        byte[] digest = RecordReader.digest(answer);
        return digest == null ? "" : DigestMark.of(digest);
    }

    private synchronized void ended(Asked asked, int incarnation) {
        questions.computeIfPresent(asked, (key, last) -> last.incarnation() == incarnation ? null : last);
    }

    private Message question(Member member) {
        return Message.withData(WireCodec.question(member))
                .qualifier(Qualifiers.METADATA_REQ)
                .correlationId(UUID.randomUUID().toString())
                .sender(wire.address())
                .build();
    }

    private Message response(Object answer, String question) {
        return Message.withData(answer)
                .qualifier(Qualifiers.METADATA_RESP)
                .correlationId(question)
                .sender(wire.address())
                .build();
    }
}
