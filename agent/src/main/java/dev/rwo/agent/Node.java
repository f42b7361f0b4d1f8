package dev.rwo.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.console.Display;
import dev.rwo.agent.console.StatusScreen;
import dev.rwo.agent.control.ControlEngine;
import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Decision;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.discovery.Discovery;
import dev.rwo.agent.event.NodeEvents;
import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.agent.fabric.NetworkController;
import dev.rwo.agent.hardware.Hardware;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.node.AgentVersion;
import dev.rwo.agent.node.DataDiskController;
import dev.rwo.agent.node.IdentityController;
import dev.rwo.agent.node.PreparedNode;
import dev.rwo.agent.node.SeedController;
import dev.rwo.agent.swarm.DockerOrchestrator;
import dev.rwo.agent.swarm.EngineController;
import dev.rwo.agent.swarm.EngineEvents;
import dev.rwo.agent.swarm.EngineProxies;
import dev.rwo.agent.swarm.EngineUnit;
import dev.rwo.agent.swarm.Explainer;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.formation.Formation;
import dev.rwo.agent.swarm.managers.Leadership;
import dev.rwo.agent.swarm.managers.Recovery;
import dev.rwo.agent.swarm.twonode.TwoNodeDesk;
import dev.rwo.agent.trust.TrustOffice;
import dev.rwo.agent.upgrade.UpgradeService;
import dev.rwo.agent.upgrade.campaign.CampaignOffice;
import dev.rwo.agent.upgrade.stick.Sticks;
import dev.rwo.agent.workload.WorkloadController;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageBoard;
import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.StageStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** This node: puts the parts together, runs them, and says what they know. */
@ApplicationScoped
public class Node {

    private static final Logger LOG = Logger.getLogger(Node.class);
    private static final int API_PORT = 8443;

    private final PreparedNode prepared;
    private final AgentVersion version;
    private final DockerOrchestrator orchestrator;
    private final Hardware hardware;
    private final AtomicReference<LanAddresses> addresses =
            new AtomicReference<>(new LanAddresses(List.of(), Set.of(), Set.of()));
    private final SiteParts site;
    private final IdentityController identity;
    private final ControlEngine controllers;
    private final EngineEvents engineEvents;
    private final NodeEvents events;
    private final Display display;

    /** Puts the parts together; nothing runs yet. */
    @Inject
    public Node(
            AgentConfig config,
            HostCommands commands,
            MeterRegistry meters,
            TrustOffice office,
            TwoNodeDesk pair,
            CampaignOffice campaigns,
            Vertx vertx) {
        Clock clock = Clock.systemUTC();
        events = new NodeEvents(clock);
        prepared = PreparedNode.prepare(config.root());
        NodeLayout layout = prepared.layout();
        version = AgentVersion.of(layout);
        orchestrator = new DockerOrchestrator(config.engine().host(), commands);
        hardware = Hardware.of(config.root(), prepared, events, meters, clock, this::tell);
        site = new SiteParts(new SiteParts.Given(
                prepared,
                version.version(),
                orchestrator,
                hardware,
                addresses,
                this::obstacleToBirth,
                prepared.trust()::ownChanged,
                commands,
                clock,
                meters,
                vertx,
                this::tell));
        identity = new IdentityController(prepared, addresses, site::othersKnowTrust, site::rekeyByOthers);
        pair.open(site.pair());
        campaigns.open(site.campaigns());
        office.open(site.trustParts(identity::rekey));
        controllers = new ControlEngine(
                controllers(config.root(), commands, clock), prepared.board(), clock, meters, new SecureRandom());
        engineEvents = new EngineEvents(orchestrator, this::tell);
        display = new Display(config.display().device(), () -> StatusScreen.lines(screen()));
    }

    private List<Controller<?, ?>> controllers(Path root, HostCommands commands, Clock clock) {
        NodeLayout layout = prepared.layout();
        Consumer<Topic> news = this::tell;
        List<Controller<?, ?>> all = new ArrayList<>(List.of(
                new DataDiskController(layout),
                identity,
                new SeedController(prepared, commands),
                new NetworkController(root, addresses, () -> site.fabric().verdict(), news),
                hardware.controller(),
                new EngineController(
                        orchestrator,
                        hardware::facts,
                        layout.engineConfig(),
                        new EngineProxies(prepared.engineProxies(), layout.ownSystem()),
                        commands,
                        () -> site.keptStopped().or(() -> EngineUnit.missing(layout)),
                        news)));
        if (!prepared.config().cluster().witness()) {
            all.add(new WorkloadController(orchestrator, List.of(layout.imageStacks(), layout.stacks()), clock, news));
        }
        all.addAll(site.controllers());
        return all;
    }

    /** A swarm on a disk that forgets, or under an engine that is about to restart, would be lost or half made. */
    private String obstacleToBirth() {
        StageBoard board = prepared.board();
        if (!board.status(Stage.DATA).state().isUsable()) {
            return "waiting for a working data disk";
        }
        return board.status(Stage.ENGINE).state().isUsable() ? "" : "waiting for the container engine";
    }

    private void tell(Topic topic) {
        if (topic == Topic.NETWORK || topic == Topic.TRUST) {
            // Not by the thread that brings the news: gossip may have to start anew.
            Thread.ofVirtual().name("gossip-follows").start(site::follow);
        }
        controllers.trigger(topic);
    }

    void start(@Observes StartupEvent event) {
        prepared.board().onChange(this::announce);
        prepared.board().all().forEach(this::announce);
        if (prepared.layout().ownSystem()) {
            display.start();
        }
        hardware.start();
        site.upgrades().start();
        controllers.start();
        site.start();
        Thread.ofVirtual().name("engine-events").start(engineEvents);
    }

    void stop(@Observes ShutdownEvent event) throws IOException {
        engineEvents.close();
        controllers.close();
        site.close();
        hardware.close();
        display.close();
        orchestrator.close();
    }

    /** One line a change on console and in the journal; tools follow a boot by it. */
    private void announce(StageStatus status) {
        events.publish("stage", StageBoard.toJson(status));
        if (status.state() != StageState.PENDING) {
            LOG.logf(
                    status.state() == StageState.FAILED ? Logger.Level.ERROR : Logger.Level.INFO,
                    "rwo: stage %s %s %s",
                    status.stage().id(),
                    status.state().id(),
                    status.reason());
        }
        if (status.stage() == Stage.ENGINE && status.state().isUsable()) {
            tell(Topic.ENGINE);
        }
        display.refresh();
    }

    private StatusScreen.Content screen() {
        return new StatusScreen.Content(
                "RWO " + version.version(),
                prepared.siteName(),
                prepared.nodeName(),
                url().orElse(""),
                prepared.board().all());
    }

    private Optional<String> url() {
        return addresses
                .get()
                .primary()
                .map(LanAddress::address)
                .map(ip -> "https://" + ip.getHostAddress() + ":" + API_PORT);
    }

    /** The readiness stages. */
    public StageBoard board() {
        return prepared.board();
    }

    /** What happens here. */
    public NodeEvents events() {
        return events;
    }

    /** The engine and its swarm. */
    public Orchestrator orchestrator() {
        return orchestrator;
    }

    /** How this node comes into the swarm of its site. */
    public Formation formation() {
        return site.formation();
    }

    /** What the leader's agent does for the others. */
    public Leadership leadership() {
        return site.leadership();
    }

    /** Upgrades this box. */
    public UpgradeService upgrades() {
        return site.upgrades();
    }

    /** Bundles on sticks in this box. */
    public Sticks sticks() {
        return site.sticks();
    }

    /** Brings a site back that lost its majority. */
    public Recovery recovery() {
        return site.recovery();
    }

    /** What is known of boxes around. */
    @Produces
    @Singleton
    public Discovery discovery() {
        return site.discovery();
    }

    /** Answers why something can or cannot be placed. */
    public Explainer explainer() {
        return new Explainer(orchestrator, hardware::facts);
    }

    /** What the hardware says, empty until the first probe. */
    public Optional<NodeFacts> facts() {
        return hardware.facts();
    }

    /**
     * The last changes of hardware labels, the newest first.
     *
     * @param key only labels that begin so
     * @throws IOException when the history cannot be read
     */
    public List<ObjectNode> hardwareHistory(int limit, String key) throws IOException {
        return hardware.history(limit, key);
    }

    /** The last round of every controller. */
    public List<Decision> decisions() {
        return controllers.decisions();
    }

    /** Name, address, versions and stages: what the display shows. */
    public ObjectNode status() {
        ObjectNode json = prepared.board().toJson();
        ObjectNode node = json.putObject("node");
        node.put("id", prepared.nodeId())
                .put("name", prepared.nodeName())
                .put("site", prepared.siteName())
                .put("version", version.version())
                .put("agent", version.kind());
        url().ifPresent(url -> node.put("url", url));
        ArrayNode lan = node.putArray("addresses");
        addresses.get().all().forEach(address -> lan.add(address.describe()));
        return json;
    }
}
