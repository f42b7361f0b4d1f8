package dev.rwo.agent.swarm.twonode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.swarm.twonode.Takeover.TakeoverException;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A standby whose own swarm directory says "worker"; the replica says "keeper". */
class TakeoverTest {

    private static final String SWARM = "s1";
    private static final Duration NOW = Duration.ofSeconds(1000);

    @TempDir
    private Path root;

    private final List<String> commands = new ArrayList<>();
    private final List<Duration> deadlines = new ArrayList<>();
    private final StandbyEngine engine = new StandbyEngine(SWARM);
    private String failing = "";
    private Runnable atStop = () -> {};

    private Path own;
    private EngineGate gate;
    private SwarmDirectory directory;
    private ReplicaStore store;
    private PairLink link;
    private Takeover takeover;

    @BeforeEach
    void makeStandby() throws Exception {
        own = SwarmFiles.write(root.resolve("docker/swarm"), "worker");
        gate = new EngineGate(
                root.resolve("standby/hold"), root.resolve("run/permit"), this::run, TwoNodeTiming.DEFAULT);
        directory = new SwarmDirectory(own);
        store = new ReplicaStore(root.resolve("standby"), directory);
        Path keeper = SwarmFiles.write(root.resolve("keeper/swarm"), "keeper");
        store.pull(
                new KeeperPeers(new ReplicaStore(root.resolve("keeper/standby"), new SwarmDirectory(keeper)), SWARM),
                "10.0.0.1:8443");
        link = new PairLink(
                "me",
                "box-me",
                "boot",
                TwoNodeTiming.DEFAULT,
                PairMemory.NOTHING.withPlace(Role.STANDBY, true, SWARM, 0).withPeer("other", "box-other", ""),
                "",
                changed -> {});
        takeover = new Takeover(engine, gate, directory, store, this::run, link, () -> NOW);
    }

    private String run(Duration deadline, String... command) throws HostCommandException {
        String line = String.join(" ", command);
        commands.add(line);
        deadlines.add(deadline);
        if (line.contains(" stop ")) {
            engine.stop();
            atStop.run();
        }
        if (!failing.isEmpty() && line.contains(failing)) {
            throw new HostCommandException(command[0], "exited with status 1", "");
        }
        if (line.contains(" start ")) {
            engine.start(Files.exists(own) && SwarmFiles.read(own).equals("keeper"));
        }
        return "";
    }

    private void begin() {
        assertThat(link.beginTakeover(Duration.ofSeconds(45), NOW)).isTrue();
    }

    private void takeOver() throws Exception {
        takeover.run(SWARM, 1, InetAddress.getByName("10.0.0.2"), "");
    }

    private void keeperComesBack() {
        link.receive(
                new Contact("other", "box-other", "b", 1, SWARM, 0, true, true, false, "", false), NOW.plusSeconds(1));
    }

    @Test
    void theReplicaLeadsWithTheNewEpoch() throws Exception {
        begin();
        takeOver();
        assertThat(SwarmFiles.read(own)).isEqualTo("keeper");
        assertThat(engine.labels()).containsEntry("rwo.epoch", "1");
        assertThat(directory.isReplaced()).isFalse();
        assertThat(link.memory().taking()).isEqualTo(Taking.RAISED);
    }

    @Test
    void aDamagedReplicaIsFoundBeforeAnythingIsBegunAndIsFetchedAnew() throws Exception {
        try (var files = Files.list(root.resolve("standby"))) {
            Path archive = files.filter(file -> file.toString().endsWith(".zip"))
                    .findFirst()
                    .orElseThrow();
            Files.writeString(archive, "noise");
        }
        assertThatThrownBy(() -> takeover.check(SWARM)).hasMessageContaining("damaged");
        assertThat(store.kept().exists()).isFalse();
        assertThat(link.memory().taking()).isEqualTo(Taking.NO);
        assertThat(commands).isEmpty();
    }

    @Test
    void anEngineThatDoesNotStartOnTheReplicaGoesBackToItsOwnSwarm() throws Exception {
        begin();
        failing = "systemctl start";
        assertThatThrownBy(this::takeOver).isInstanceOf(TakeoverException.class);
        assertThat(link.memory().taking()).isEqualTo(Taking.PLACED);
        assertThat(SwarmFiles.read(own)).isEqualTo("keeper");
        failing = "";
        takeover.giveUp(false);
        assertThat(SwarmFiles.read(own)).isEqualTo("worker");
        assertThat(link.memory().taking()).isEqualTo(Taking.NO);
        assertThat(link.message().taking()).isFalse();
        assertThat(gate.armed()).isFalse();
        assertThat(engine.runs()).isTrue();
        // And the replica is still there for the next try.
        begin();
        takeOver();
        assertThat(SwarmFiles.read(own)).isEqualTo("keeper");
    }

    /** The operator switched the old box on again while the first try failed. */
    @Test
    void theEngineIsNotStartedWithTheKeepersIdentityWhenTheKeeperIsBack() throws Exception {
        begin();
        atStop = this::keeperComesBack;
        assertThatThrownBy(this::takeOver).hasMessageContaining("box-other is back as the keeper");
        assertThat(commands).containsExactly("systemctl stop docker.service");
        assertThat(SwarmFiles.read(own)).isEqualTo("worker");
        assertThat(link.memory().taking()).isEqualTo(Taking.BEGUN);
    }

    @Test
    void afterTheEpochWasRaisedTheEngineDoesNotStartBesideTheKeeper() throws Exception {
        begin();
        takeOver();
        engine.stop();
        commands.clear();
        keeperComesBack();
        assertThatThrownBy(this::takeOver).hasMessageContaining("box-other runs as the keeper");
        assertThat(commands).containsExactly("systemctl stop docker.service");
        assertThat(gate.permit()).isNull();
    }

    /** Power failed between the new epoch and the end, and the operator switched the old box on again meanwhile. */
    @Test
    void aTakeoverThatLostPowerAfterTheEpochWasRaisedIsGivenUpForAKeeperThatRuns() throws Exception {
        begin();
        engine.refuseToTidy();
        assertThatThrownBy(this::takeOver).isInstanceOf(TakeoverException.class);
        assertThat(link.memory().taking()).isEqualTo(Taking.RAISED);
        engine.stop();
        takeover.giveUp(false);
        assertThat(SwarmFiles.read(own)).isEqualTo("worker");
        assertThat(directory.isReplaced()).isFalse();
        assertThat(link.memory().taking()).isEqualTo(Taking.NO);
        assertThat(link.memory().role()).isEqualTo(Role.STANDBY);
        assertThat(gate.armed()).isFalse();
        assertThat(engine.runs()).isTrue();
    }

    @Test
    void aBoxThatForgotItsOwnSwarmAlreadyJoinsTheKeeperAnew() throws Exception {
        begin();
        takeOver();
        engine.stop();
        takeover.giveUp(false);
        assertThat(own).doesNotExist();
        assertThat(link.memory().role()).isEqualTo(Role.NONE);
        assertThat(link.memory().taking()).isEqualTo(Taking.NO);
        assertThat(gate.armed()).isFalse();
        assertThat(engine.runs()).isTrue();
    }

    /** Otherwise the engine would start with the keeper's identity before the agent could listen for the keeper. */
    @Test
    void aBoxThatLosesPowerWithTheReplicaInPlaceComesUpHeld() throws Exception {
        begin();
        failing = "systemctl start";
        assertThatThrownBy(this::takeOver).isInstanceOf(TakeoverException.class);
        assertThat(gate.armed()).isTrue();
    }

    @Test
    void givingUpTellsTheOtherOnlyAfterTheEngineStopped() throws Exception {
        begin();
        engine.refuseToLead();
        assertThatThrownBy(this::takeOver).hasMessageContaining("the engine does not lead");
        List<Boolean> told = new ArrayList<>();
        atStop = () -> told.add(link.memory().taking() == Taking.NO);
        takeover.giveUp(true);
        assertThat(told).containsExactly(false);
        assertThat(gate.permit()).isEqualTo(NOW);
    }

    @Test
    void thePermitCoversEverythingThatATakeoverWaitsFor() throws Exception {
        gate.arm(NOW);
        begin();
        takeOver();
        Duration waits = deadlines.stream().reduce(Duration.ZERO, Duration::plus);
        assertThat(takeover.longest()).isGreaterThan(waits.plusSeconds(60 + 80));
        assertThat(gate.permit()).isEqualTo(NOW.plus(takeover.longest()));
    }

    @Test
    void aPlaceThatWasCutOffAnywhereIsPutBack() throws IOException, ReplicaException {
        Path aside = root.resolve("docker/swarm.rwo-old");
        Files.move(own, aside);
        directory.restore();
        assertThat(SwarmFiles.read(own)).isEqualTo("worker");
        directory.restore();
        assertThat(SwarmFiles.read(own)).isEqualTo("worker");
        Files.move(own, aside);
        SwarmFiles.write(own, "keeper");
        directory.restore();
        assertThat(SwarmFiles.read(own)).isEqualTo("worker");
        assertThat(directory.isReplaced()).isFalse();
    }
}
