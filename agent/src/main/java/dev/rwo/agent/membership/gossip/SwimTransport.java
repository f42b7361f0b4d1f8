package dev.rwo.agent.membership.gossip;

import dev.rwo.agent.membership.MemberState;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.io.Externalizable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Stands between scalecube and the wire, and adds what scalecube lacks: Lifeguard's probes ({@link Probe}), seeds that
 * change and members that were lost ({@link SyncTargets}), news told once instead of n times ({@link News}), and digests asked
 * for once ({@link Digests}).
 */
final class SwimTransport implements Transport {

    /** scalecube's seeds are fixed at its start; these stand for those that are known when they are needed. */
    static final List<String> SEEDS = List.of("0.0.0.0:1", "0.0.0.0:2", "0.0.0.0:3");

    private static final Logger LOG = Logger.getLogger(SwimTransport.class);

    private static final int UNREAD = 8192;

    private final Transport wire;
    private final Probe.Surroundings surroundings;
    private final Supplier<List<String>> seeds;
    private final Roll roll;
    private final Runnable changed;
    private final SyncTargets targets;
    private final News news = new News();
    private final Digests digests;
    private final Outbox outbox;
    private final LocalHealth health;
    private final Hearing hearing;
    private final LongSupplier nanos;
    private final GossipSettings.Pace pace;
    private final String boot;
    private final Sinks.Many<Message> inbox = Sinks.many().multicast().directBestEffort();
    private long syncAt;
    private volatile String mark = "";

    SwimTransport(
            Probe.Surroundings surroundings, Supplier<List<String>> seeds, Roll roll, String boot, Runnable changed) {
        this.surroundings = surroundings;
        this.seeds = seeds;
        this.roll = roll;
        this.boot = boot;
        this.changed = changed;
        wire = surroundings.transport();
        health = surroundings.health();
        hearing = surroundings.hearing();
        nanos = surroundings.nanos();
        pace = surroundings.pace();
        digests = new Digests(wire, surroundings.timer(), boot, this::syncSoon);
        outbox = new Outbox(wire, surroundings.timer(), boot);
        targets = new SyncTargets(pace.retry());
        syncAt = nanos.getAsLong() + pace.sync().toNanos();
    }

    @Override
    public String address() {
        return wire.address();
    }

    @Override
    public Mono<Transport> start() {
        return wire.start().map(started -> {
            wire.listen().subscribe(this::hear, failure -> {}, inbox::tryEmitComplete);
            return this;
        });
    }

    @Override
    public Mono<Void> stop() {
        return wire.stop();
    }

    @Override
    public boolean isStopped() {
        return wire.isStopped();
    }

    @Override
    public Flux<Message> listen() {
        return inbox.asFlux().onBackpressureBuffer(UNREAD, BufferOverflowStrategy.DROP_OLDEST);
    }

    private void hear(Message message) {
        hearing.heard(message.sender());
        String qualifier = message.qualifier();
        if (qualifier.equals(Qualifiers.PING_ACK) && hearing.isTooLate(message.correlationId())) {
            health.worse();
        }
        switch (qualifier) {
            case Qualifiers.GOSSIP_REQ -> hearNews(message);
            case Qualifiers.SYNC, Qualifiers.SYNC_ACK ->
                digests.complete(message, RecordReader.entries(message)).subscribe(this::deliver);
            case Qualifiers.METADATA_REQ -> {
                if (digests.isForThird(message)) {
                    wire.send(message.sender(), digests.reply(message))
                            .subscribe(nothing -> {}, failure -> LOG.debug(failure));
                } else {
                    deliver(message);
                }
            }
            case Qualifiers.PING -> answer(message);
            default -> deliver(message);
        }
    }

    /**
     * A probe asks whether this node is there, not how far it is with the news. scalecube would answer when its turn comes:
     * when many members start together that is behind thousands of other messages, and an answer that is late is a
     * suspicion, which is more news for everybody.
     */
    private void answer(Message ping) {
        WireCodec.answer(ping, boot)
                .ifPresentOrElse(
                        data -> wire.send(
                                        ping.sender(),
                                        Message.withData(data)
                                                .qualifier(Qualifiers.PING_ACK)
                                                .correlationId(ping.correlationId())
                                                .sender(wire.address())
                                                .build())
                                .subscribe(nothing -> {}, failure -> LOG.debug(failure)),
                        () -> deliver(ping));
    }

    /** Answers to questions for digests come by other threads than messages do. */
    private synchronized void deliver(Message message) {
        inbox.tryEmitNext(message);
    }

    private void hearNews(Message gossip) {
        List<RecordReader.Entry> all = RecordReader.entries(gossip);
        List<RecordReader.Entry> unknown =
                all.stream().filter(entry -> isNews(entry, gossip.sender())).toList();
        if (unknown.isEmpty()) {
            return;
        }
        Message worth = unknown.size() == all.size()
                ? gossip
                : NewsBundle.forScalecube(pieces(unknown), RecordReader.teller(gossip), gossip.sender());
        digests.complete(worth, unknown).subscribe(this::deliver);
    }

    private static List<Externalizable> pieces(List<RecordReader.Entry> news) {
        return news.stream()
                .map(entry -> Objects.requireNonNull(entry.gossip()))
                .toList();
    }

    private boolean isNews(RecordReader.Entry entry, String teller) {
        boolean first = news.hear(entry, teller, nanos.getAsLong()) && !digests.isRefuted(entry);
        if (first && isAccusation(entry) && entry.member().id().equals(boot)) {
            health.worse();
        }
        return first;
    }

    private static boolean isAccusation(RecordReader.Entry entry) {
        return entry.status() == MemberStatus.SUSPECT || entry.status() == MemberStatus.DEAD;
    }

    /** What this node tells of itself from now on. */
    void says(byte[] digest) {
        mark = DigestMark.of(digest);
    }

    /** The member was declared dead: only it can say that it is not. */
    void gone(String member) {
        digests.gone(member);
        news.forget(member);
    }

    @Override
    public Mono<Message> requestResponse(String address, Message request) {
        if (request.qualifier().equals(Qualifiers.PING)) {
            return Mono.create(sink -> new Probe(surroundings, address, request, () -> helpers(address), sink).start());
        }
        if (SEEDS.contains(address)) {
            List<String> known = outside();
            int number = SEEDS.indexOf(address);
            return number < known.size()
                    ? wire.requestResponse(known.get(number), request)
                            .flatMap(table -> digests.complete(table, RecordReader.entries(table)))
                    : Mono.empty();
        }
        if (request.qualifier().equals(Qualifiers.METADATA_REQ)) {
            return digests.answer(address, request);
        }
        return wire.requestResponse(address, request);
    }

    private List<String> helpers(String target) {
        List<String> others = new ArrayList<>(roll.addresses());
        others.remove(target);
        Collections.shuffle(others, ThreadLocalRandom.current());
        return others.subList(0, Math.min(pace.helpers(), others.size()));
    }

    @Override
    public Mono<Void> send(String address, Message message) {
        return switch (message.qualifier()) {
            case Qualifiers.SYNC -> sync(address, message);
            case Qualifiers.SYNC_ACK -> wire.send(address, marked(message));
            case Qualifiers.GOSSIP_REQ -> Mono.fromRunnable(() -> tell(address, message));
            default -> wire.send(address, message);
        };
    }

    private void tell(String address, Message gossip) {
        for (RecordReader.Entry entry : RecordReader.entries(gossip)) {
            tellAccused(entry);
            boolean unsure = isAccusation(entry) && entry.author().equals(boot) && health.isRecovering();
            if (!unsure && news.isWorthTelling(entry, address, nanos.getAsLong())) {
                outbox.add(address, marked(entry));
            }
        }
    }

    /**
     * Whoever suspects a member tells it so itself, as Lifeguard's buddies do: of two hundred members four miss a piece of
     * news, and the accused must not be one of them. Without this a suspicion that comes with a table is told to nobody,
     * where it was news before: at a start of two hundred it went from table to table for ever.
     */
    private void tellAccused(RecordReader.Entry entry) {
        String accused = entry.member().address();
        if (entry.status() == MemberStatus.SUSPECT
                && entry.author().equals(boot)
                && news.isUntold(entry, accused, nanos.getAsLong())) {
            outbox.add(accused, Objects.requireNonNull(entry.gossip()));
        }
    }

    private Externalizable marked(RecordReader.Entry entry) {
        Externalizable gossip = Objects.requireNonNull(entry.gossip());
        if (entry.status() != MemberStatus.ALIVE || !entry.digest().isEmpty()) {
            return gossip;
        }
        String known = mark(entry);
        return known.isEmpty() ? gossip : DigestMark.marked(gossip, known);
    }

    private Message marked(Message table) {
        List<String> marks =
                RecordReader.entries(table).stream().map(this::mark).toList();
        return Message.with(table)
                .header(Qualifiers.DIGEST, DigestMark.joined(marks))
                .build();
    }

    private String mark(RecordReader.Entry entry) {
        return entry.member().id().equals(boot) ? mark : digests.mark(entry.member(), entry.incarnation());
    }

    /**
     * scalecube offers its table every {@code pace.look}: we read it, and send it to whom it does good. To a suspect it
     * is sent in any case: that is how scalecube asks it to refute.
     */
    private Mono<Void> sync(String address, Message table) {
        read(table);
        Set<String> receivers = new LinkedHashSet<>(
                targets.due(outside(), roll.lost(), roll.addresses().size(), nanos.getAsLong()));
        dev.rwo.agent.membership.Member member = roll.byAddress(address);
        if (member != null && member.state() == MemberState.SUSPECT) {
            receivers.add(address);
        }
        String partner = partner();
        if (partner != null) {
            receivers.add(partner);
        }
        if (receivers.isEmpty()) {
            return Mono.empty();
        }
        Message told = marked(table);
        return Flux.fromIterable(receivers)
                .flatMap(receiver -> wire.send(receiver, told).onErrorResume(failure -> Mono.empty()))
                .then();
    }

    private void read(Message table) {
        boolean any = false;
        for (RecordReader.Entry entry : RecordReader.entries(table)) {
            any |= switch (entry.status()) {
                case SUSPECT -> roll.change(entry.member().id(), MemberState.SUSPECT);
                case ALIVE -> roll.change(entry.member().id(), MemberState.ALIVE);
                case LEAVING -> roll.change(entry.member().id(), MemberState.LEFT);
                case DEAD -> false;
            };
        }
        if (any) {
            changed.run();
        }
    }

    /**
     * Seeds that are no members, and members that were lost. Each node has them in an order of its own: where all see all
     * others by mDNS, the first of them all would have to answer everybody.
     */
    private List<String> outside() {
        Set<String> lost = roll.lost();
        Set<String> outside = new LinkedHashSet<>(seeds.get());
        outside.addAll(lost);
        roll.addresses().stream().filter(address -> !lost.contains(address)).forEach(outside::remove);
        outside.remove(wire.address());
        List<String> shuffled = new ArrayList<>(outside);
        Collections.shuffle(shuffled, new Random(boot.hashCode()));
        return shuffled;
    }

    private synchronized @Nullable String partner() {
        long now = nanos.getAsLong();
        List<String> members = roll.addresses();
        if (syncAt - now > 0 || members.isEmpty()) {
            return null;
        }
        syncAt = now + jittered(pace.sync());
        return members.get(ThreadLocalRandom.current().nextInt(members.size()));
    }

    /** So that nodes that started together do not sync together for ever. */
    private static long jittered(Duration time) {
        return time.toNanos() / 100 * (75 + ThreadLocalRandom.current().nextInt(50));
    }

    /** A member could not be taken up, and news of it is told only once. */
    private synchronized void syncSoon() {
        long soon = nanos.getAsLong() + jittered(pace.retry());
        if (syncAt - soon > 0) {
            syncAt = soon;
        }
    }

    /** This node slept for so long that others have forgotten it: whatever can be learnt is to be learnt now. */
    synchronized void wakeUp() {
        targets.forget();
        syncAt = nanos.getAsLong();
    }
}
