package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.peer.PeerException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the other boxes' labels for the leader, in the background: a box that does not answer must not hold up the
 * labels of the others. Each is asked when gossip says that its labels changed, and on a slow sweep.
 */
public final class LabelCourier {

    private static final Logger LOG = Logger.getLogger(LabelCourier.class);

    /** Gossip tells of every change; this is for what it might have lost. */
    private static final Duration SWEEP = Duration.ofMinutes(10);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final int LAST_DOUBLING = 6;

    private final Neighbours neighbours;
    private final Clock clock;
    private final Consumer<Topic> news;
    private final Map<String, Parcel> parcels = new ConcurrentHashMap<>();
    private volatile String announced = "";

    /** What came of asking one box. */
    private static final class Parcel {
        private @Nullable BoxLabels labels;
        private String profile = "";
        private Instant due = Instant.MIN;
        private int failures;
        private boolean asking;
    }

    /**
     * For one leader.
     *
     * @param news told {@link Topic#HARDWARE} when labels arrive that were not known
     */
    public LabelCourier(Neighbours neighbours, Clock clock, Consumer<Topic> news) {
        this.neighbours = neighbours;
        this.clock = clock;
        this.news = news;
    }

    /** What is known of a box, asking it in the background when that may be old; empty until it first answers. */
    Optional<BoxLabels> of(Member member) {
        Parcel parcel = parcels.computeIfAbsent(member.digest().swarmNode(), id -> new Parcel());
        synchronized (parcel) {
            boolean changed = !parcel.profile.equals(member.digest().profile());
            if (!parcel.asking
                    && ((changed && parcel.failures == 0) || !clock.instant().isBefore(parcel.due))) {
                parcel.asking = true;
                Thread.ofVirtual().name("labels-of-" + member.digest().name()).start(() -> ask(member, parcel));
            }
            return Optional.ofNullable(parcel.labels);
        }
    }

    /** Forgets the boxes of which the swarm has no entry any more. */
    void keepOnly(Collection<String> swarmNodes) {
        parcels.keySet().retainAll(Set.copyOf(swarmNodes));
    }

    /** A box says itself that its labels changed, sooner than gossip does. */
    public void changed(String swarmNode) {
        Parcel parcel = parcels.get(swarmNode);
        if (parcel != null) {
            synchronized (parcel) {
                parcel.due = Instant.MIN;
                parcel.failures = 0;
            }
        }
        news.accept(Topic.HARDWARE);
    }

    /** Tells the leader that this box's labels changed, in the background and once a change; gossip tells it later. */
    void announce(String swarmNode, String hash) {
        if (swarmNode.isEmpty() || hash.equals(announced)) {
            return;
        }
        announced = hash;
        Optional<Member> leader = neighbours.managers().stream()
                .filter(member -> member.digest().role() == SwarmRole.LEADER)
                .findFirst();
        leader.ifPresent(member -> Thread.ofVirtual().name("labels-changed").start(() -> announce(member, swarmNode)));
    }

    private void announce(Member leader, String swarmNode) {
        try {
            neighbours
                    .peers()
                    .post(
                            leader.digest().api(),
                            "/api/v1/peer/labels/changed",
                            JsonNodeFactory.instance.objectNode().put("swarmNode", swarmNode));
        } catch (PeerException | RuntimeException silent) {
            LOG.debugf("the leader hears of new labels by gossip: %s", silent.getMessage());
        }
    }

    private void ask(Member member, Parcel parcel) {
        String api = member.digest().api();
        try {
            BoxLabels labels = BoxLabels.fromJson(neighbours.peers().get(api, "/api/v1/peer/labels"));
            boolean isNews;
            synchronized (parcel) {
                isNews = !labels.equals(parcel.labels);
                parcel.labels = labels;
                parcel.profile = member.digest().profile();
                parcel.failures = 0;
                parcel.due = clock.instant().plus(SWEEP);
                parcel.asking = false;
            }
            if (isNews) {
                news.accept(Topic.HARDWARE);
            }
        } catch (PeerException | RuntimeException refused) {
            failed(member, parcel, String.valueOf(refused.getMessage()));
        }
    }

    private void failed(Member member, Parcel parcel, String why) {
        synchronized (parcel) {
            parcel.due = clock.instant().plus(FIRST_RETRY.multipliedBy(1L << Math.min(parcel.failures, LAST_DOUBLING)));
            parcel.failures++;
            parcel.asking = false;
            if (parcel.failures == 1) {
                LOG.warnf("the labels of %s cannot be read: %s", member.digest().name(), why);
            }
        }
    }

    /** Tells a box that labels which its rules once set are gone from the swarm. */
    void release(Member member, Set<String> keys) throws PeerException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        keys.stream().sorted().forEach(body.putArray("keys")::add);
        neighbours.peers().post(member.digest().api(), "/api/v1/peer/labels/released", body);
    }
}
