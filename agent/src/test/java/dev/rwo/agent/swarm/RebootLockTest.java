package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RebootLockTest {

    @Test
    void aLockReadsBackAsItWasWrittenBesideOtherLabels() {
        RebootLock lock = RebootLock.fleetLock("box-1", "zincati").withBooted().withReleased();
        Map<String, String> cluster = lock.addedTo(Map.of("rwo.trust", "4"));
        assertThat(RebootLock.in(cluster)).containsExactly(lock);
        assertThat(lock.removedFrom(cluster)).containsOnlyKeys("rwo.trust");
    }

    @Test
    void aDamagedLockIsHeldAllTheSame() {
        List<RebootLock> locks = RebootLock.in(Map.of("rwo.reboot.box-1", "{"));
        assertThat(RebootLock.find(locks, "box-1")).isPresent();
    }

    @Test
    void aMarkTellsWhatTheNodeWasAndWhatItIsDrainedFor() {
        ClusterNode node = Nodes.node(Availability.PAUSE, Map.of("team", "blue"));
        ClusterNode marked =
                Nodes.node(Availability.DRAIN, DrainMark.upgrade(node, "0.3.0").addedTo(node));
        assertThat(DrainMark.of(marked)).contains(new DrainMark(Availability.PAUSE, "upgrade-0.3.0"));
        assertThat(DrainMark.of(marked).orElseThrow().reason()).isEqualTo("the upgrade to 0.3.0");
        assertThat(DrainMark.removedFrom(marked)).containsOnlyKeys("team");
        assertThat(DrainMark.of(node)).isEmpty();
    }

    @Test
    void aMarkIsNeitherTheHardwaresNorKeptForTheOperator() {
        assertThat(OwnedLabels.isHardware(OwnedLabels.DRAINED)).isFalse();
        assertThat(OwnedLabels.isOperators(OwnedLabels.DRAINED)).isFalse();
    }

    @Test
    void aNodeThatIsForgottenWhileDrainedForARestartComesBackAsItWas() {
        ClusterNode drained = Nodes.node(
                Availability.DRAIN, Map.of(OwnedLabels.NODE_ID, "box-1", OwnedLabels.DRAINED, "active.upgrade-0.3.0"));
        assertThat(KeptNode.of(drained, 7).orElseThrow().availability()).isEqualTo(Availability.ACTIVE);
    }
}
