package dev.rwo.agent.discovery;

import dev.rwo.agent.membership.MemberTable;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Other boxes with this node's identity: a disk was copied. Safe for use by many threads. */
final class Twins {

    private static final Logger LOG = Logger.getLogger(Twins.class);

    /** An address is asked again after a minute at the latest. */
    private static final Duration GONE_AFTER = Duration.ofSeconds(150);

    /** More copies than anybody makes by mistake. */
    private static final int MOST = 64;

    private final String firstSeen;
    private final MeterRegistry meters;
    private final Runnable changed;

    /** By boot: agents with this node's ID that answered as such; gossip tells of others. */
    private final Map<String, Answering> answeringAsUs = new ConcurrentHashMap<>();

    private volatile DuplicatePlanner.Verdict verdict = new DuplicatePlanner.Verdict.Unique();
    private volatile boolean undecided;

    private record Answering(Twin twin, Instant last) {}

    /**
     * None is known yet.
     *
     * @param firstSeen hash of the machine in which this disk was used first, empty when not known
     * @param changed run when it turns out that there is one, or that there is none any more
     */
    Twins(String firstSeen, MeterRegistry meters, Runnable changed) {
        this.firstSeen = firstSeen;
        this.meters = meters;
        this.changed = changed;
        Gauge.builder("rwo.discovery.duplicates", this, Twins::gauge)
                .description("1 when another box has this node's identity")
                .register(meters);
    }

    private double gauge() {
        return verdict instanceof DuplicatePlanner.Verdict.Unique ? 0 : 1;
    }

    /** Judges anew by what gossip and the introductions say. */
    void look(MemberTable members, Instant now) {
        answeringAsUs.values().removeIf(twin -> twin.last().isBefore(now.minus(GONE_AFTER)));
        List<Twin> twins = new ArrayList<>(DuplicatePlanner.twins(members));
        Set<String> known = twins.stream().map(Twin::boot).collect(Collectors.toSet());
        answeringAsUs.values().stream()
                .map(Answering::twin)
                .filter(twin -> !known.contains(twin.boot()))
                .forEach(twins::add);
        DuplicatePlanner.Verdict before = verdict;
        DuplicatePlanner.Verdict found = DuplicatePlanner.plan(members.self(), firstSeen, twins, now);
        verdict = found;
        undecided = !twins.isEmpty() && found instanceof DuplicatePlanner.Verdict.Unique;
        if (!found.getClass().equals(before.getClass())) {
            failure(now).ifPresent(failure -> {
                meters.counter("rwo.discovery.duplicates.found").increment();
                LOG.errorf("rwo: %s", failure.text());
            });
            changed.run();
        }
    }

    /** An agent somewhere else said that it is this node. */
    void answered(Hello hello, String address, Instant now) {
        answeringAsUs.merge(
                hello.boot(),
                new Answering(
                        new Twin(
                                hello.boot(),
                                hello.name(),
                                address,
                                hello.hardware(),
                                !hello.swarmId().isEmpty(),
                                now),
                        now),
                (first, again) -> new Answering(first.twin(), now));
        if (answeringAsUs.size() > MOST) {
            answeringAsUs.clear();
        }
    }

    /** Moments of before mean nothing any more. */
    void clockWasSet() {
        answeringAsUs.clear();
    }

    /** Whether another with this identity was heard, and not for long enough yet to say which is the copy. */
    boolean undecided() {
        return undecided;
    }

    /** Why this box must give way; empty when it is no copy, or is the one that may stay. */
    Optional<String> obstacle() {
        return verdict instanceof DuplicatePlanner.Verdict.Copy copy
                ? Optional.of("this disk is a copy of node " + copy.original().name() + " at "
                        + copy.original().address() + ": flash this box anew to make it a node of its own")
                : Optional.empty();
    }

    /** What an operator has to know and to do; empty when there is no other. */
    Optional<Failure> failure(Instant now) {
        return switch (verdict) {
            case DuplicatePlanner.Verdict.Unique ignored -> Optional.empty();
            case DuplicatePlanner.Verdict.Copy copy ->
                Optional.of(new Failure(
                        Failure.Reason.DUPLICATE,
                        copy.original().address(),
                        obstacle().orElse(""),
                        "flash this box anew",
                        now));
            case DuplicatePlanner.Verdict.Original original ->
                Optional.of(new Failure(
                        Failure.Reason.DUPLICATE,
                        original.copy().address(),
                        "the box at " + original.copy().address() + " runs from a copy of this box's disk",
                        "flash that box anew",
                        now));
        };
    }
}
