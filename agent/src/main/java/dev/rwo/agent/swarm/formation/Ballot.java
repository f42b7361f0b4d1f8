package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberTable;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a box has promised while a swarm is being founded, to another or, by claiming, to itself. Immutable; every
 * change gives a new one. Times are by a clock that never jumps.
 *
 * <p>Two candidates that both have everybody's word have no box in common that they saw: each box gives its word to one
 * at a time, and keeps it longer ({@link #KEPT_THOUGH_DEAD}) than a candidate may use it ({@link #FRESH}).
 *
 * @param promise to whom, null for nobody
 * @param numbers the last number that this box claimed with
 * @param born the newborn swarm that this box has acknowledged, null for none
 * @param notBefore when this box may claim again
 * @param refusals how many claims in a row were refused
 * @param refusal why the last one was, empty for none
 */
public record Ballot(
        @Nullable Promise promise,
        long numbers,
        @Nullable Born born,
        Duration notBefore,
        int refusals,
        String refusal) {

    /** Nothing promised, nothing claimed. */
    public static final Ballot EMPTY = new Ballot(null, 0, null, Duration.ZERO, 0, "");

    /** For how long everybody's word may be used, from the moment the first was asked. */
    public static final Duration FRESH = Duration.ofSeconds(4);

    /**
     * How long a promise is kept at least, also when its candidate seems dead, or told that it is no candidate any more:
     * well beyond {@link #FRESH} and the time in which gossip tells of a newborn swarm.
     */
    public static final Duration KEPT_THOUGH_DEAD = Duration.ofSeconds(15);

    /** How long a promise to a candidate lasts that lives but founds nothing. */
    public static final Duration KEPT = Duration.ofSeconds(60);

    /**
     * A box's word.
     *
     * @param candidate whose
     * @param boot which boot of it
     * @param number of its claim
     * @param since when it was given
     */
    public record Promise(String candidate, String boot, long number, Duration since) {}

    /**
     * A swarm that was just born.
     *
     * @param swarmId its ID
     * @param founder node ID of its founder
     * @param since when this box heard of it
     */
    public record Born(String swarmId, String founder, Duration since) {}

    /**
     * What a box knows when it is asked.
     *
     * @param uptime by a clock that never jumps
     * @param site the site's name
     * @param swarm why it counts as being in a swarm or founding one, one line; empty when it does not
     * @param lately the swarm that it saw lately, empty for none
     * @param members whom it sees
     */
    public record Sight(Duration uptime, String site, String swarm, String lately, MemberTable members) {}

    /**
     * What came of a question.
     *
     * @param ballot what is promised from now on
     * @param granted whether the asker has this box's word
     * @param reason why not, one line; empty when granted
     */
    public record Answer(Ballot ballot, boolean granted, String reason) {}

    /** What a box that restarts had promised; it counts as given now. */
    static Ballot restored(String candidate, String boot, long number, Duration uptime) {
        return candidate.isEmpty()
                ? EMPTY
                : new Ballot(new Promise(candidate, boot, number, uptime), 0, null, Duration.ZERO, 0, "");
    }

    /** Whether a promise to another box, or to itself, still stands. */
    public boolean isBound(Duration uptime, MemberTable members) {
        return standing(uptime, members).isPresent();
    }

    /** The promise that still stands. */
    public Optional<Promise> standing(Duration uptime, MemberTable members) {
        Promise given = promise;
        if (given == null) {
            return Optional.empty();
        }
        Duration age = uptime.minus(given.since());
        if (age.compareTo(KEPT_THOUGH_DEAD) < 0) {
            return Optional.of(given);
        }
        boolean waits = age.compareTo(KEPT) < 0
                && members.everyone()
                        .anyMatch(member -> member.nodeId().equals(given.candidate())
                                && member.boot().equals(given.boot())
                                && member.digest().candidate());
        return waits ? Optional.of(given) : Optional.empty();
    }

    /** The newborn swarm that gossip may not have told of yet. */
    public Optional<Born> newborn(Duration uptime) {
        Born news = born;
        return news != null && uptime.minus(news.since()).compareTo(KEPT) < 0 ? Optional.of(news) : Optional.empty();
    }

    /**
     * Starts a claim of this box's own.
     *
     * @return empty when its word is another's
     */
    public Optional<Ballot> claiming(Sight sight) {
        Member self = sight.members().self();
        Optional<Promise> other = standing(sight.uptime(), sight.members())
                .filter(given -> !given.candidate().equals(self.nodeId())
                        || !given.boot().equals(self.boot()));
        if (other.isPresent()) {
            return Optional.empty();
        }
        Promise own = new Promise(self.nodeId(), self.boot(), numbers + 1, sight.uptime());
        return Optional.of(new Ballot(own, numbers + 1, born, notBefore, refusals, refusal));
    }

    /** After a claim of this box's own that somebody refused, or that was too slow. */
    public Ballot refused(String why, Duration again) {
        return new Ballot(null, numbers, born, again, refusals + 1, why);
    }

    /** After a claim that was not even made, or not used: whoever has this box's word keeps it. */
    public Ballot putOff(String why, Duration again) {
        return new Ballot(promise, numbers, born, again, refusals + 1, why);
    }

    /** Answers a candidate. */
    public Answer hear(Claim claim, Sight sight) {
        if (isOutdated(claim)) {
            return refuse("a later claim of the same box is known");
        }
        if (claim.kind() == Claim.Kind.WITHDRAW) {
            boolean its = promise != null
                    && promise.candidate().equals(claim.candidate())
                    && promise.boot().equals(claim.boot());
            return new Answer(its ? withPromise(null) : this, true, "");
        }
        if (!sight.swarm().isEmpty()) {
            return refuse(sight.swarm());
        }
        Optional<String> obstacle = obstacle(claim, sight);
        if (obstacle.isPresent()) {
            return refuse(obstacle.get());
        }
        Promise given = new Promise(claim.candidate(), claim.boot(), claim.number(), sight.uptime());
        Born news =
                claim.kind() == Claim.Kind.BORN ? new Born(claim.swarmId(), claim.candidate(), sight.uptime()) : born;
        return new Answer(new Ballot(given, numbers, news, notBefore, refusals, refusal), true, "");
    }

    private boolean isOutdated(Claim claim) {
        return promise != null
                && promise.candidate().equals(claim.candidate())
                && promise.boot().equals(claim.boot())
                && promise.number() > claim.number();
    }

    private Optional<String> obstacle(Claim claim, Sight sight) {
        MemberTable members = sight.members();
        Optional<String> swarm = members.present().stream()
                .filter(member -> member.digest().inSwarm())
                .map(member -> "sees " + member.digest().name() + " in swarm "
                        + member.digest().swarmId())
                .findFirst();
        if (swarm.isPresent()) {
            return swarm;
        }
        if (!sight.lately().isEmpty() && !sight.lately().equals(claim.swarmId())) {
            return Optional.of("waits for swarm " + sight.lately() + ", which was there lately");
        }
        Optional<Born> other =
                newborn(sight.uptime()).filter(news -> !news.founder().equals(claim.candidate()));
        if (other.isPresent()) {
            return Optional.of("knows of the newborn swarm " + other.get().swarmId());
        }
        Optional<Promise> word = standing(sight.uptime(), members)
                .filter(given -> !given.candidate().equals(claim.candidate())
                        || !given.boot().equals(claim.boot()));
        if (word.isPresent()) {
            return Optional.of("acknowledged " + name(word.get().candidate(), members) + " already");
        }
        return claim.kind() == Claim.Kind.BORN ? Optional.empty() : better(claim, sight);
    }

    private static Optional<String> better(Claim claim, Sight sight) {
        String key = Precedence.key(claim.candidate(), sight.site());
        return sight.members()
                .everyone()
                .filter(member ->
                        member.digest().candidate() && !member.digest().inSwarm())
                .filter(member -> Precedence.key(member.nodeId(), sight.site()).compareTo(key) < 0)
                .min(Precedence.of(sight.site()))
                .map(member -> "sees " + member.digest().name() + ", which comes first");
    }

    /** A member's name, or its ID while the name is not known. */
    static String name(String nodeId, MemberTable members) {
        return members.byNodeId(nodeId).map(member -> member.digest().name()).orElse(nodeId);
    }

    private Answer refuse(String reason) {
        return new Answer(this, false, reason);
    }

    private Ballot withPromise(@Nullable Promise next) {
        return new Ballot(next, numbers, born, notBefore, refusals, refusal);
    }
}
