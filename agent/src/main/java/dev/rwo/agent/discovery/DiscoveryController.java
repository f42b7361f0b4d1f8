package dev.rwo.agent.discovery;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.discovery.AddressBook.Answer;
import dev.rwo.agent.discovery.AddressBook.Row;
import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.peer.PeerAddress;
import dev.rwo.firstboot.StageState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Announces this node, and introduces it at every address that it does not know yet. */
public final class DiscoveryController implements Controller<DiscoveryController.View, DiscoveryController.Change> {

    private static final Duration SWEEP = Duration.ofSeconds(30);

    /** Each may take two calls of ten seconds when the other side trickles. */
    private static final int AT_ONCE = 32;

    /** Of those, what anybody on the LAN can fill; the rest is for seeds and remembered peers. */
    private static final int MULTICAST_AT_ONCE = 24;

    private final Discovery discovery;
    private @Nullable LanAddress triedOn;

    /** Keeps that one up. */
    public DiscoveryController(Discovery discovery) {
        this.discovery = discovery;
    }

    /**
     * What decides.
     *
     * @param own the network to announce on; null for none
     * @param announcedOn the network on which it is announced; null for none
     * @param rows all known addresses
     * @param present node IDs that gossip knows already
     * @param failures why this node did not come together with others, what matters most first
     */
    public record View(
            @Nullable LanAddress own,
            @Nullable LanAddress announcedOn,
            List<Row> rows,
            Set<String> present,
            List<Failure> failures) {

        /** Copies. */
        public View {
            rows = List.copyOf(rows);
            present = Set.copyOf(present);
            failures = List.copyOf(failures);
        }

        /** For {@code rwo why}: a line, not eight hundred. */
        @Override
        public String toString() {
            return "View[own=" + own + ", announcedOn=" + announcedOn + ", addresses=" + rows.size() + ", verified="
                    + verified() + ", asking=" + underway(rows) + ", members=" + present.size() + "]";
        }

        long verified() {
            return rows.stream()
                    .filter(row -> row.answer() instanceof Answer.Verified)
                    .count();
        }
    }

    /** What it does. */
    public sealed interface Change extends Step {}

    /** Announces on another network; null ends it. */
    public record Announce(@Nullable LanAddress on, String reason) implements Change {}

    /** Asks at addresses who is there. */
    public record Introduce(List<PeerAddress> addresses, String reason) implements Change {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "discovery",
                null,
                Set.of(Topic.DISCOVERY, Topic.NETWORK, Topic.TRUST, Topic.MEMBERS),
                Set.of("lan.announcement", "peers.addresses"),
                SWEEP);
    }

    @Override
    public View observe() {
        return discovery.look();
    }

    @Override
    public Plan<Change> plan(View view, Instant now) {
        List<Change> steps = new ArrayList<>();
        List<PeerAddress> due = due(view, now);
        if (!due.isEmpty()) {
            steps.add(new Introduce(due, "nobody of this site is known yet at " + due.size() + " addresses"));
        }
        if (!Objects.equals(view.own(), view.announcedOn())) {
            steps.add(new Announce(view.own(), "the box's network changed"));
        }
        Verdict verdict = verdict(view);
        Optional<Instant> next = AddressBook.nextDue(view.rows());
        Duration wait = next.map(moment -> Duration.between(now, moment))
                .filter(soon -> soon.compareTo(SWEEP) < 0)
                .map(soon -> soon.compareTo(Duration.ofMillis(200)) < 0 ? Duration.ofMillis(200) : soon)
                .orElse(SWEEP);
        return new Plan<>(steps, verdict, wait);
    }

    private static Verdict verdict(View view) {
        int more = view.failures().size() - 1;
        String trouble =
                more < 0 ? "" : "; " + view.failures().getFirst().text() + (more > 0 ? " (and " + more + " more)" : "");
        String hint = more < 0 ? "" : view.failures().getFirst().hint();
        if (view.verified() == 0 && view.present().isEmpty()) {
            return Verdict.degraded("no peer known; " + view.rows().size() + " addresses tried" + trouble, hint);
        }
        return new Verdict(
                StageState.DONE,
                view.verified() + " addresses of this site known, "
                        + view.present().size() + " members" + trouble,
                hint);
    }

    /** Seeds and remembered peers first; of the others the one that waits longest, so that a flood starves nobody. */
    private static List<PeerAddress> due(View view, Instant now) {
        List<Row> waiting = view.rows().stream()
                .filter(row -> row.due() != null && !now.isBefore(row.due()))
                .filter(row -> !isMember(row, view.present()))
                .sorted(Comparator.comparing(Row::source)
                        .thenComparing(Row::due, Comparator.nullsLast(Comparator.naturalOrder())))
                .toList();
        int free = AT_ONCE - underway(view.rows());
        int multicastFree = MULTICAST_AT_ONCE
                - underway(view.rows().stream()
                        .filter(row -> row.source() == Source.MULTICAST)
                        .toList());
        List<PeerAddress> chosen = new ArrayList<>();
        for (Row row : waiting) {
            boolean multicast = row.source() == Source.MULTICAST;
            if (chosen.size() < free && (!multicast || multicastFree > 0)) {
                chosen.add(row.address());
                multicastFree -= multicast ? 1 : 0;
            }
        }
        return chosen;
    }

    private static boolean isMember(Row row, Set<String> present) {
        return row.answer() instanceof Answer.Verified verified
                && present.contains(verified.hello().nodeId());
    }

    private static int underway(List<Row> rows) {
        return (int) rows.stream().filter(row -> row.due() == null).count();
    }

    @Override
    public Outcome act(Change step) {
        return switch (step) {
            case Introduce introduce -> {
                long begun = introduce.addresses().stream()
                        .filter(discovery::introduceAt)
                        .count();
                yield begun > 0 ? Outcome.applied() : Outcome.unchanged();
            }
            case Announce announce -> announce(announce);
        };
    }

    private Outcome announce(Announce step) {
        if (!Objects.equals(step.on(), triedOn)) {
            triedOn = step.on();
            discovery.retryAll();
        }
        try {
            discovery.announceOn(step.on());
            return Outcome.applied();
        } catch (IOException unable) {
            return new Outcome.Failed("multicast cannot be used on "
                    + (step.on() == null ? "any network" : step.on().describe()) + ": " + unable.getMessage());
        }
    }
}
