package dev.rwo.agent.upgrade.campaign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.CompareAndSwap;
import dev.rwo.agent.swarm.EngineState;
import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.OwnedLabels;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.BundleIntake;
import dev.rwo.agent.upgrade.UpgradeException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes an operator's orders, and other tools' questions for a restart, on any box: a manager writes them to the swarm, where
 * the leader's agent finds them; a worker passes them on to a manager.
 */
public final class CampaignDesk {

    /** Where a manager takes what another box passes on, and tells how the campaign stands. */
    public static final String PEER_PATH = "/api/v1/peer/campaign";

    private static final String REFUSES = " refuses: ";

    private final Orchestrator orchestrator;
    private final Neighbours neighbours;
    private final CampaignSight sight;
    private final BundleIntake intake;
    private final Clock clock;
    private final Consumer<Topic> news;

    /**
     * For one box.
     *
     * @param clock the wall's
     */
    CampaignDesk(
            Orchestrator orchestrator,
            Neighbours neighbours,
            CampaignSight sight,
            BundleIntake intake,
            Clock clock,
            Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.neighbours = neighbours;
        this.sight = sight;
        this.intake = intake;
        this.clock = clock;
        this.news = news;
    }

    /**
     * Takes a file of this box among its stored bundles, so that {@link #start} can begin with it.
     *
     * @return the bundle
     * @throws UpgradeException when it is no bundle of this site, or there is no space
     */
    public JsonNode take(Path file) throws UpgradeException {
        return intake.take(file).toJson();
    }

    /**
     * How the campaign stands, from the box that knows best: the leader, or else this one.
     *
     * @throws UpgradeException when nobody can tell
     */
    public JsonNode status() throws UpgradeException, OrchestratorException {
        EngineState engine = orchestrator.engine();
        if (leads(engine)) {
            return statusHere();
        }
        PeerException last = null;
        for (Member manager : neighbours.managers()) {
            try {
                return neighbours
                        .peers()
                        .only(manager.nodeId())
                        .get(manager.digest().api(), PEER_PATH);
            } catch (PeerException silent) {
                last = silent;
            }
        }
        if (engine.manager()) {
            return statusHere();
        }
        throw nobody(last);
    }

    private boolean leads(EngineState engine) throws OrchestratorException {
        return engine.manager() && orchestrator.node(engine.nodeId()).isLeader();
    }

    private static UpgradeException nobody(@Nullable PeerException last) {
        return last == null
                ? new UpgradeException("this box is no manager, and none is in sight just now: try again")
                : new UpgradeException("this box is no manager, and " + last.getMessage(), last);
    }

    /**
     * How the campaign stands, as this manager sees it.
     *
     * @throws UpgradeException when its engine does not answer for the swarm
     */
    public ObjectNode statusHere() throws UpgradeException {
        try {
            CampaignView view = sight.look(true);
            Plan<CampaignStep> plan =
                    CampaignPlanner.plan(view.asOfTheLeader(), sight.clock().instant(), clock.instant());
            return CampaignReport.of(view, plan.verdict());
        } catch (ObservationException unanswered) {
            throw new UpgradeException(String.valueOf(unanswered.getMessage()), unanswered);
        }
    }

    /**
     * Starts a campaign.
     *
     * @param order {@code url}, or {@code bundle} with {@code id} and {@code version} that this box has stored; and, as far
     *     as they are given, {@code window}, {@code maxUnavailable}, {@code canary} (a name or an ID), {@code allowOlder}
     * @param self this box's node ID
     * @throws UpgradeException when it cannot begin
     * @throws IllegalArgumentException when it makes no sense
     */
    public JsonNode start(JsonNode order, String self) throws UpgradeException, OrchestratorException {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        whole.put("order", "start");
        String url = order.path("url").asText();
        if (url.isEmpty()) {
            if (!order.path("bundle").isObject()) {
                throw new IllegalArgumentException("which bundle? give url, or bundle with id and version");
            }
            whole.set("bundle", Bundle.read(order.path("bundle")).toJson());
            whole.put("holder", self);
        } else {
            requireWeb(url);
            whole.set("bundle", intake.inspect(url).toJson());
            whole.put("url", url);
        }
        for (String option : List.of("window", "maxUnavailable", "canary", "allowOlder")) {
            if (order.has(option)) {
                whole.set(option, order.path(option));
            }
        }
        return order(whole);
    }

    private static void requireWeb(String url) {
        String scheme = url.matches("[!-~]+") ? String.valueOf(URI.create(url).getScheme()) : "";
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new IllegalArgumentException("a bundle's URL begins with https:// or http://");
        }
    }

    /**
     * Does what is ordered: where the leader is, so that its agent hears of it at once, or else on any manager.
     *
     * @throws UpgradeException when it is refused, or nobody can do it now
     * @throws IllegalArgumentException when it makes no sense
     */
    public JsonNode order(JsonNode order) throws UpgradeException, OrchestratorException {
        EngineState engine = orchestrator.engine();
        if (leads(engine)) {
            return orderHere(order);
        }
        PeerException last = null;
        for (Member manager : neighbours.managers()) {
            try {
                return neighbours
                        .peers()
                        .only(manager.nodeId())
                        .post(manager.digest().api(), PEER_PATH, order);
            } catch (PeerException failed) {
                if (failed.kind() == PeerException.Kind.REFUSED) {
                    String said = String.valueOf(failed.getMessage());
                    throw new UpgradeException(said.substring(said.indexOf(REFUSES) + REFUSES.length()), failed);
                }
                last = failed;
            }
        }
        if (engine.manager()) {
            return orderHere(order);
        }
        throw nobody(last);
    }

    /**
     * Does what is ordered, on this manager.
     *
     * @throws UpgradeException when it is refused
     * @throws IllegalArgumentException when it makes no sense
     */
    public ObjectNode orderHere(JsonNode order) throws UpgradeException, OrchestratorException {
        ObjectNode answer = switch (order.path("order").asText()) {
            case "start" -> begin(order);
            case "halt" -> halt();
            case "resume" -> resume();
            case "abort" -> abort();
            case "unlock" -> unlock(order.path("node").asText());
            case "pre-reboot" -> preReboot(order);
            case "steady-state" -> steadyState(order);
            default -> throw new IllegalArgumentException("no such order");
        };
        news.accept(Topic.SWARM);
        return answer;
    }

    /** What becomes of a cluster's labels. */
    @FunctionalInterface
    private interface Edit {
        SortedMap<String, String> of(Cluster cluster) throws UpgradeException, OrchestratorException;
    }

    private void write(Edit edit) throws UpgradeException, OrchestratorException {
        Optional<UpgradeException> refused = CompareAndSwap.retried(() -> {
            try {
                Cluster cluster = orchestrator.cluster();
                SortedMap<String, String> labels = edit.of(cluster);
                if (!labels.equals(cluster.labels())) {
                    orchestrator.labelCluster(cluster.version(), labels);
                }
                return Optional.<UpgradeException>empty();
            } catch (UpgradeException refusal) {
                return Optional.of(refusal);
            }
        });
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    private static ObjectNode done(String what) {
        return JsonNodeFactory.instance.objectNode().put("done", what);
    }

    private ObjectNode begin(JsonNode order) throws UpgradeException, OrchestratorException {
        Bundle bundle = Bundle.read(order.path("bundle"));
        List<ClusterNode> nodes = orchestrator.nodes();
        String window = order.path("window").asText();
        String canary = order.path("canary").asText();
        Settings settings = new Settings(
                window.isEmpty() ? null : Window.parse(window),
                order.path("maxUnavailable").asInt(order.has("maxUnavailable") ? 0 : 1),
                canary.isEmpty() ? "" : box(find(nodes, canary)),
                order.path("allowOlder").asBoolean());
        TreeSet<String> sick = new TreeSet<>(Services.sick(orchestrator.services()));
        write(cluster -> {
            Campaign before = Campaign.in(cluster.labels()).orElse(null);
            if (before != null && !before.state().isOver()) {
                throw new UpgradeException("an upgrade to " + before.version() + " is "
                        + before.state().word() + " already: rwo upgrade status, resume or abort");
            }
            return new Campaign(
                            cluster.version(),
                            bundle,
                            order.path("url").asText(),
                            order.path("holder").asText(),
                            settings,
                            Campaign.State.RUNNING,
                            "",
                            clock.instant().truncatedTo(ChronoUnit.SECONDS),
                            new TreeSet<>(),
                            sick)
                    .addedTo(cluster.labels());
        });
        ObjectNode answer = done("the upgrade to " + bundle.version() + " has begun on " + nodes.size()
                + (nodes.size() == 1 ? " node" : " nodes"));
        answer.put("next", ofSize(nodes.size()) + "rwo upgrade status --watch");
        return answer;
    }

    private static String ofSize(int nodes) {
        return switch (nodes) {
            case 1 -> "its services stop while the one box restarts. ";
            case 2 -> "the worker restarts first; while the manager restarts, nothing new is placed. ";
            default -> "";
        };
    }

    private static ClusterNode find(List<ClusterNode> nodes, String nameOrId) throws UpgradeException {
        List<ClusterNode> found = nodes.stream()
                .filter(node -> node.hostname().equals(nameOrId)
                        || box(node).equals(nameOrId)
                        || node.id().equals(nameOrId))
                .toList();
        if (found.isEmpty()) {
            throw new UpgradeException("no node is called " + plain(nameOrId) + ": see rwo nodes");
        }
        if (found.stream().map(CampaignDesk::box).distinct().count() > 1) {
            throw new UpgradeException("several nodes are called " + plain(nameOrId) + ": give the ID");
        }
        ClusterNode node = found.getFirst();
        if (box(node).isEmpty()) {
            throw new UpgradeException(plain(nameOrId) + " is not labelled yet: try again in a moment");
        }
        return node;
    }

    private static String plain(String text) {
        String line = text.replaceAll("[^ -~]", "?");
        return line.length() <= 80 ? line : line.substring(0, 80);
    }

    private static String box(ClusterNode node) {
        return node.labels().getOrDefault(OwnedLabels.NODE_ID, "");
    }

    private static Campaign campaign(Map<String, String> labels) throws UpgradeException {
        return Campaign.in(labels).orElseThrow(() -> new UpgradeException("there is no upgrade: rwo upgrade start"));
    }

    private ObjectNode halt() throws UpgradeException, OrchestratorException {
        write(cluster -> {
            Campaign campaign = campaign(cluster.labels());
            return switch (campaign.state()) {
                case RUNNING ->
                    campaign.with(Campaign.State.HALTED, "an operator halted it")
                            .addedTo(cluster.labels());
                case HALTED -> cluster.labels();
                case ABORTING, ABORTED, DONE -> throw over(campaign);
            };
        });
        return done("halted: a box that restarts already finishes that, and no other is taken");
    }

    private static UpgradeException over(Campaign campaign) {
        return new UpgradeException("the upgrade to " + campaign.version() + " is "
                + campaign.state().word() + ": start another");
    }

    private ObjectNode resume() throws UpgradeException, OrchestratorException {
        TreeSet<String> sick = new TreeSet<>(Services.sick(orchestrator.services()));
        write(cluster -> {
            Campaign campaign = campaign(cluster.labels());
            return switch (campaign.state()) {
                case RUNNING -> cluster.labels();
                case HALTED -> campaign.resumed(sick).addedTo(cluster.labels());
                case ABORTING, ABORTED, DONE -> throw over(campaign);
            };
        });
        return done("goes on; what failed is tried again");
    }

    private ObjectNode abort() throws UpgradeException, OrchestratorException {
        write(cluster -> {
            Campaign campaign = campaign(cluster.labels());
            return switch (campaign.state()) {
                case RUNNING, HALTED ->
                    campaign.with(Campaign.State.ABORTING, "").addedTo(cluster.labels());
                case ABORTING -> cluster.labels();
                case ABORTED, DONE -> throw over(campaign);
            };
        });
        return done("given up: boxes in hand are given back; those that run the new version keep it");
    }

    private ObjectNode unlock(String node) throws UpgradeException, OrchestratorException {
        List<ClusterNode> nodes = orchestrator.nodes();
        write(cluster -> {
            List<RebootLock> locks = RebootLock.in(cluster.labels());
            String box = RebootLock.find(locks, node).isPresent() ? node : box(find(nodes, node));
            RebootLock lock = RebootLock.find(locks, box)
                    .orElseThrow(() -> new UpgradeException(plain(node) + " is not held for a restart"));
            return lock.withReleased().addedTo(cluster.labels());
        });
        return done(plain(node) + " is waited for no longer");
    }

    // FleetLock: https://coreos.github.io/zincati/development/fleetlock/protocol/

    /** Which node a client speaks for: its own by its certificate, or the one that an operator's names. */
    private static ClusterNode fleetNode(List<ClusterNode> nodes, JsonNode order) throws UpgradeException {
        String caller = order.path("caller").asText();
        return find(nodes, caller.isEmpty() ? order.path("id").asText() : caller);
    }

    private static ObjectNode granted() {
        return JsonNodeFactory.instance.objectNode().put("granted", true);
    }

    private static ObjectNode denied(String kind, String value) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("granted", false)
                .put("kind", kind)
                .put("value", value);
    }

    private ObjectNode preReboot(JsonNode order) throws OrchestratorException {
        try {
            CampaignView view = sight.lookAtLocks();
            String box = box(fleetNode(orchestrator.nodes(), order));
            NodeSight node = view.nodes().stream()
                    .filter(each -> each.box().equals(box))
                    .findFirst()
                    .orElseThrow(() -> new UpgradeException(box + " is no node of the swarm"));
            if (!node.isHeldBy(RebootLock.Holder.FLEETLOCK) && !Quorum.allows(node, view.nodes())) {
                return denied("quorum", "without " + node.name() + " the managers could not decide");
            }
            write(cluster -> taken(cluster.labels(), box, order.path("id").asText()));
            boolean nowhere = view.nodes().stream()
                    .noneMatch(other -> !other.isSame(node) && other.lock() == null && other.takesTasks());
            if (nowhere
                    || (node.isDrained()
                            && node.isHeldBy(RebootLock.Holder.FLEETLOCK)
                            && node.movable().isEmpty())) {
                return granted();
            }
            return denied("draining", node.name() + " gives its tasks away: ask again in a few seconds");
        } catch (ObservationException unanswered) {
            return denied("no_answer", String.valueOf(unanswered.getMessage()));
        } catch (UpgradeException refused) {
            return denied("refused", String.valueOf(refused.getMessage()));
        }
    }

    private static SortedMap<String, String> taken(SortedMap<String, String> labels, String box, String client)
            throws UpgradeException {
        List<RebootLock> locks = RebootLock.in(labels);
        RebootLock held = RebootLock.find(locks, box).orElse(null);
        if (held != null) {
            if (held.holder() == RebootLock.Holder.UPGRADE) {
                throw new UpgradeException("this node is being upgraded just now");
            }
            return RebootLock.fleetLock(box, plain(client)).addedTo(labels);
        }
        int most = Campaign.in(labels)
                .filter(campaign -> !campaign.state().isOver())
                .map(campaign -> campaign.settings().maxUnavailable())
                .orElse(1);
        if (locks.size() >= most) {
            throw new UpgradeException(
                    "another node restarts just now: " + locks.getFirst().box());
        }
        return RebootLock.fleetLock(box, plain(client)).addedTo(labels);
    }

    private ObjectNode steadyState(JsonNode order) throws OrchestratorException {
        try {
            String box = box(fleetNode(orchestrator.nodes(), order));
            write(cluster -> RebootLock.find(RebootLock.in(cluster.labels()), box)
                    .filter(lock -> lock.holder() == RebootLock.Holder.FLEETLOCK)
                    .map(lock -> lock.withReleased().addedTo(cluster.labels()))
                    .orElse(cluster.labels()));
            return granted();
        } catch (UpgradeException refused) {
            return denied("refused", String.valueOf(refused.getMessage()));
        }
    }
}
