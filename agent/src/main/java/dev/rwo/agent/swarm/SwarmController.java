package dev.rwo.agent.swarm;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.firstboot.Stage;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes the box a member of a swarm: the first box of a site creates it, drained. */
public final class SwarmController implements Controller<SwarmController.View, SwarmController.Create> {

    private static final Duration SWEEP = Duration.ofMinutes(1);

    private final Orchestrator orchestrator;
    private final AtomicReference<LanAddresses> addresses;
    private final String site;
    private final Supplier<String> obstacle;
    private final Consumer<Topic> news;

    /**
     * For one box.
     *
     * @param addresses the box's addresses, kept by the network controller
     * @param site the site's name, empty when the box has no site credential
     * @param obstacle why this box must not found a swarm just now, one line; empty when it may
     * @param news told {@link Topic#SWARM} after a change
     */
    public SwarmController(
            Orchestrator orchestrator,
            AtomicReference<LanAddresses> addresses,
            String site,
            Supplier<String> obstacle,
            Consumer<Topic> news) {
        this.orchestrator = orchestrator;
        this.addresses = addresses;
        this.site = site;
        this.obstacle = obstacle;
        this.news = news;
    }

    /**
     * What decides.
     *
     * @param engine the engine's own words
     * @param addresses the box's addresses
     * @param site the site's name, empty for none
     * @param obstacle why this box must not found a swarm just now, empty when it may
     */
    public record View(EngineState engine, LanAddresses addresses, String site, String obstacle) {}

    /**
     * Creates the swarm.
     *
     * @param advertised the address other nodes will use
     * @param overlayPool where overlay networks get their addresses
     */
    public record Create(InetAddress advertised, String overlayPool, String reason) implements Step {}

    @Override
    public Declaration declaration() {
        return new Declaration(
                "swarm",
                Stage.SWARM,
                Set.of(Topic.ENGINE, Topic.SWARM, Topic.NETWORK),
                Set.of("swarm.membership"),
                SWEEP);
    }

    @Override
    public View observe() throws ObservationException {
        try {
            return new View(orchestrator.engine(), addresses.get(), site, obstacle.get());
        } catch (OrchestratorException unanswered) {
            throw new ObservationException(Verdict.waiting("waiting for the container engine", ""));
        }
    }

    @Override
    public Plan<Create> plan(View view, Instant now) {
        EngineState engine = view.engine();
        return switch (engine.membership()) {
            case ACTIVE ->
                Plan.nothing(Verdict.done((engine.manager() ? "manager" : "worker") + " " + engine.nodeId() + " at "
                        + engine.advertised()));
            case PENDING -> Plan.nothing(Verdict.waiting("the engine is still joining its swarm", ""));
            case LOCKED ->
                Plan.nothing(
                        Verdict.failed("the swarm is locked", "unlock it with the key you kept: docker swarm unlock"));
            case ERROR ->
                Plan.nothing(Verdict.failed(
                        "the engine cannot work in its swarm: " + engine.error(), "see: journalctl -u docker"));
            case INACTIVE -> birth(view);
        };
    }

    private static Plan<Create> birth(View view) {
        if (view.site().isEmpty()) {
            return Plan.nothing(Verdict.waiting(
                    "this box belongs to no site yet",
                    "put the site's credential on the RWO-SEED partition: ./rwo image build --site NAME"));
        }
        if (!view.obstacle().isEmpty()) {
            return Plan.nothing(Verdict.waiting(view.obstacle(), ""));
        }
        return view.addresses()
                .primary()
                .map(address -> Plan.of(
                        new Create(
                                address.address(),
                                OverlayPool.choose(view.addresses().all()),
                                "the box is in no swarm and site " + view.site() + " has none in sight"),
                        Verdict.running("creating the swarm of site " + view.site())))
                .orElseGet(() -> Plan.nothing(Verdict.waiting("waiting for a network address", "")));
    }

    @Override
    public Outcome act(Create step) {
        try {
            boolean created = orchestrator.createCluster(step.advertised(), step.overlayPool());
            news.accept(Topic.SWARM);
            return created ? Outcome.applied() : Outcome.unchanged();
        } catch (OrchestratorException refused) {
            return new Outcome.Failed(String.valueOf(refused.getMessage()));
        }
    }
}
