package dev.rwo.agent.trust;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.keys.TrustDocument;
import dev.rwo.keys.TrustException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the node's trust document the newest of the site, and on the leader carries rotations on and revocations into
 * the swarm. Works behind the identity's stage.
 */
public final class TrustController implements Controller<TrustController.View, TrustController.Move> {

    private static final Duration SWEEP = Duration.ofSeconds(30);
    /** A rotation waits for members; news of them come by gossip, this is the net below. */
    private static final Duration ROTATING = Duration.ofSeconds(3);

    private final TrustDesk desk;
    private final Membership membership;
    private final Supplier<List<String>> discovered;

    /**
     * For one node.
     *
     * @param discovered where APIs of nodes are that discovery found, {@code ip:port}: a node whose gossip key is old
     *     hears of no member and asks them
     * @param news told {@link Topic#TRUST} after a change
     */
    public TrustController(
            TrustDesk desk, Membership membership, Supplier<List<String>> discovered, Consumer<Topic> news) {
        this.desk = desk;
        this.membership = membership;
        this.discovered = discovered;
        desk.store().onChange(document -> {
            membership.tell(digest -> digest.withTrust(document.version()));
            news.accept(Topic.TRUST);
        });
        membership.tell(digest -> digest.withTrust(desk.store().version()));
    }

    /**
     * What decides.
     *
     * @param version of the document held
     * @param newer where newer documents are, the newest first
     * @param strangers where nodes are that gossip does not reach; asked while there is no member
     * @param advice what the rotation under way needs; nothing on a node that does not lead
     * @param expulsion what is left to do in the swarm about revoked nodes; nothing on a node that does not lead
     */
    public record View(
            long version,
            List<String> newer,
            List<String> strangers,
            RotationPlanner.Advice advice,
            Expulsion.Open expulsion) {

        /** Short. */
        @Override
        public String toString() {
            return "version " + version + ", newer at " + newer + (advice.line().isEmpty() ? "" : ", " + advice.line());
        }
    }

    /** What it does. */
    public sealed interface Move extends Step {}

    /** Fetches a document. */
    public record Fetch(String api, String reason) implements Move {}

    /** Carries a rotation on. */
    public record Carry(RotationPlanner.Move move, String reason) implements Move {}

    /** Removes a revoked node from the swarm. */
    public record Evict(ClusterNode node, String reason) implements Move {}

    /** Makes the swarm's join tokens and authority anew. */
    public record RenewSecrets(Set<String> due, String reason) implements Move {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "trust", null, Set.of(Topic.MEMBERS, Topic.TRUST, Topic.SWARM), Set.of("node.trust"), SWEEP);
    }

    @Override
    public View observe() throws ObservationException {
        TrustStore store = desk.store();
        long version = store.version();
        List<Member> present = membership.members().present();
        List<String> newer = desk.trusted().stream()
                .map(Member::digest)
                .filter(digest -> digest.trust() > version && !digest.api().isEmpty())
                .sorted(Comparator.comparingLong(MemberDigest::trust).reversed())
                .map(MemberDigest::api)
                .limit(3)
                .toList();
        List<String> strangers = present.isEmpty() ? discovered.get() : List.of();
        TrustDocument held = store.document().orElse(null);
        boolean leads = membership.members().self().digest().role() == MemberDigest.SwarmRole.LEADER;
        boolean alone =
                present.isEmpty() && membership.members().self().digest().role() == MemberDigest.SwarmRole.NONE;
        if (held == null || !newer.isEmpty() || !(leads || alone)) {
            return new View(version, newer, strangers, RotationPlanner.Advice.NOTHING, Expulsion.Open.NOTHING);
        }
        RotationPlanner.Advice advice = RotationPlanner.isRotating(held)
                ? RotationPlanner.plan(held, desk.holders(held.retiring() != null, store.ownAuthority()))
                : RotationPlanner.Advice.NOTHING;
        try {
            return new View(
                    version, newer, strangers, advice, leads ? desk.expulsion().open() : Expulsion.Open.NOTHING);
        } catch (OrchestratorException unanswered) {
            throw new ObservationException(Verdict.waiting(String.valueOf(unanswered.getMessage()), ""));
        }
    }

    @Override
    public Plan<Move> plan(View view, Instant now) {
        List<Move> moves = new ArrayList<>();
        for (String api : view.newer()) {
            moves.add(new Fetch(api, "a member has a newer trust document"));
        }
        for (String api : view.strangers()) {
            moves.add(new Fetch(api, "no member is heard: another node may have a newer trust document"));
        }
        for (ClusterNode node : view.expulsion().remaining()) {
            moves.add(new Evict(node, node.hostname() + " is revoked and still in the swarm"));
        }
        if (!view.expulsion().due().isEmpty()) {
            moves.add(new RenewSecrets(view.expulsion().due(), "a revoked node knows the swarm's join tokens"));
        }
        view.advice()
                .next()
                .ifPresent(move -> moves.add(new Carry(move, view.advice().line())));
        Verdict verdict = Verdict.done(
                view.advice().line().isEmpty()
                        ? "trust document " + view.version()
                        : view.advice().line());
        Plan<Move> plan = new Plan<>(moves, verdict);
        return view.advice().line().isEmpty() ? plan : plan.lookingAgainIn(ROTATING);
    }

    @Override
    public Outcome act(Move step) {
        try {
            return switch (step) {
                case Fetch fetch -> desk.fetch(fetch.api()) ? Outcome.applied() : Outcome.unchanged();
                case Carry carry -> {
                    desk.make(carry.move(), carry.reason());
                    yield Outcome.applied();
                }
                case Evict evict -> {
                    desk.expulsion().evict(evict.node());
                    yield Outcome.applied();
                }
                case RenewSecrets renew -> {
                    desk.expulsion().renewSecrets(renew.due());
                    yield Outcome.applied();
                }
            };
        } catch (TrustException | IOException | OrchestratorException refused) {
            return new Outcome.Failed(String.valueOf(refused.getMessage()));
        }
    }
}
