package dev.rwo.ci.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.swarm.KeptNode;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What the simulator found in the planners, each as the shortest schedule that shows it. */
class FoundBySimulationTest {

    private static final long LONG = 20 * 60_000;

    /** The faults of each test are its own. */
    private static World site(int boxes) {
        World world = new World(17, boxes, Mutation.NONE, List.of(), null);
        world.workWanted = true;
        return world;
    }

    private static void until(World world, long millis) {
        while (world.time.step(millis)) {}
    }

    private static void until(World world, BooleanSupplier reached) {
        while (!reached.getAsBoolean()) {
            assertThat(world.time.now()).isLessThan(LONG);
            until(world, world.time.now() + 1);
        }
    }

    private static void endsWell(World world) {
        until(world, LONG);
        assertThat(world.rules.unfinished()).isEmpty();
    }

    private static long counting(World world) {
        return world.groups.stream().filter(group -> group.counts).count();
    }

    /** Seeds 57 and 67: it woke after a minute, believed that it had listened that long, and founded at once. */
    @Test
    void aBoxThatStoodStillHasNotListened() {
        World world = site(3);
        world.boxes.forEach(Box::powerOn);
        Box late = world.boxes.getFirst();
        world.time.in(200, () -> late.pauseAgent(true));
        world.time.in(60_000, () -> late.pauseAgent(false));
        endsWell(world);
        assertThat(counting(world)).isEqualTo(1);
    }

    /** Seed 1570: the founder was away for twenty seconds before anybody had joined, and the others founded another. */
    @Test
    void aFounderThatRebootsIsWaitedFor() {
        World world = site(3);
        world.boxes.forEach(Box::powerOn);
        until(world, () -> counting(world) > 0);
        Box founder = world.boxes.stream()
                .filter(box -> box.engine.group() != null)
                .findFirst()
                .orElseThrow();
        until(world, world.time.now() + 2_500);
        founder.powerOff();
        world.boxes.stream()
                .filter(box -> box != founder && box.engine.group() == null)
                .forEach(box -> assertThat(box.gossip.members().others()).isNotEmpty());
        world.time.in(60_000, founder::powerOn);
        endsWell(world);
        assertThat(counting(world)).isEqualTo(1);
    }

    /** Seed 49400: the whole site lost its power, and the first that was back had not joined yet: it founded another. */
    @Test
    void aSwarmThatABoxAcknowledgedIsWaitedForAfterAPowerCut() {
        World world = site(3);
        world.boxes.forEach(Box::powerOn);
        until(world, () -> counting(world) > 0);
        Box late = world.boxes.stream()
                .filter(box -> box.engine.group() == null)
                .findFirst()
                .orElseThrow();
        cut(world, late, true);
        until(world, world.time.now() + 3_000);
        world.boxes.forEach(Box::powerOff);
        cut(world, late, false);
        world.time.in(20_000, late::powerOn);
        world.boxes.stream().filter(box -> box != late).forEach(box -> world.time.in(60_000, box::powerOn));
        endsWell(world);
        assertThat(counting(world)).isEqualTo(1);
        assertThat(late.engine.group()).isNotNull();
    }

    /** Seed 262: workers left a swarm that was giving way while its leader had just begun to use it. */
    @Test
    void workersDoNotLeaveBeforeTheirLeader() {
        World world = site(4);
        world.workWanted = false;
        Box alone = world.boxes.getLast();
        cut(world, alone, true);
        world.boxes.forEach(Box::powerOn);
        until(world, 60_000);
        assertThat(counting(world)).isEqualTo(2);
        cut(world, alone, false);
        world.time.in(12_000, () -> world.workWanted = true);
        endsWell(world);
        assertThat(world.bothUsed()).isFalse();
    }

    /** The founder dies after the engine made the swarm and before anybody was told: nobody may ever hear of it. */
    @Test
    void aSwarmThatNobodyWasToldOfIsGivenUp() {
        World world = site(3);
        world.boxes.forEach(Box::powerOn);
        until(world, () -> !world.groups.isEmpty());
        Box founder = world.groups.getFirst().nodes.values().iterator().next().box;
        founder.killAgent();
        assertThat(counting(world)).isZero();
        world.time.in(120_000, founder::startAgent);
        endsWell(world);
        assertThat(counting(world)).isEqualTo(1);
    }

    /** Seed 85: the leader's wall clock went back half a year, and nobody was up for long enough to be promoted. */
    @Test
    void aLeaderWhoseClockJumpsGoesOnPromoting() {
        World world = new World(17, 5, Mutation.NONE, List.of(ManagerMind::new), null);
        world.boxes.forEach(Box::powerOn);
        until(world, 16_000);
        world.boxes.forEach(box -> box.jumpClock(-15_768_000_000L));
        until(world, 120_000);
        world.boxes.forEach(box -> box.jumpClock(31_536_000_000L));
        endsWell(world);
        assertThat(world.groups.getFirst().voters()).hasSize(3);
    }

    /** Seed 26915: the founder came and went while the other's engine was still starting, and was not waited for. */
    @Test
    void aSwarmThatWasSeenWhileTheEngineStartsIsWaitedFor() {
        World world = new World(26_915, 2, Mutation.NONE, List.of(), null);
        world.workWanted = true;
        Box founder = world.boxes.getFirst();
        Box late = world.boxes.getLast();
        founder.powerOn();
        until(world, 60_000);
        RaftGroup swarm = world.groups.getFirst();
        world.engineStart = 90_000;
        late.powerOn();
        until(world, () -> late.gossip.saw(swarm.id) >= 0);
        founder.powerOff();
        until(world, world.time.now() + 15_000);
        assertThat(late.engineUp).isFalse();
        world.time.in(180_000, founder::powerOn);
        endsWell(world);
        assertThat(counting(world)).isEqualTo(1);
    }

    /** Seed 72701: it stood still between founding and telling, and told only those it had seen before. */
    @Test
    void aFounderThatStoodStillListensBeforeItsSwarmCounts() {
        World world = site(2);
        Box founder = world.boxes.getFirst();
        Box other = world.boxes.getLast();
        founder.powerOn();
        until(world, () -> !world.groups.isEmpty());
        founder.pauseAgent(true);
        other.powerOn();
        until(world, world.time.now() + 60_000);
        assertThat(counting(world)).isEqualTo(1);
        founder.pauseAgent(false);
        endsWell(world);
        assertThat(counting(world)).isEqualTo(1);
    }

    /**
     * Seeds 5693, 10654, 10866, 15896, 19681 and 22474: the clock of the leader went back, so that the new entry of the
     * box became active, by that clock, long before the old one had gone.
     */
    @Test
    void aBoxThatIsFlashedAfterTheLeadersClockWentBackHasTheOperatorsLabelsAgain() {
        World world = siteWithLabels(4);
        Box leader = leader(world);
        leader.jumpClock(-15_768_000_000L);
        Box flashed = other(world, leader);
        flashed.flash();
        // Active again before Swarm misses the old entry.
        flashed.powerOn();
        endsWell(world);
    }

    /** Nor does it matter how the clocks of two leaders differ, of which one removes the old entry. */
    @Test
    void aLeaderThatIsFlashedHasTheOperatorsLabelsAgainWhateverTheNextOnesClockSays() {
        World world = siteWithLabels(4);
        Box leader = leader(world);
        world.boxes.stream().filter(box -> box != leader).forEach(box -> box.jumpClock(-819_936_000_000L));
        leader.flash();
        leader.powerOn();
        endsWell(world);
    }

    /** A leader's agent that has just started knows of nobody for how long he has been there or away. */
    @Test
    void ofTwoMachinesWhoseFirmwareSaysTheSameNoneInheritsFromTheOther() {
        World world = siteWithManagers(4);
        world.boxes.get(2).machine = "junk";
        world.boxes.get(3).machine = "junk";
        world.boxes.forEach(Box::powerOn);
        until(world, 8 * 60_000);
        List<Box> twins = world.boxes.subList(2, 4);
        Box away = twins.getFirst() == leader(world) ? twins.getLast() : twins.getFirst();
        label(world, away);
        away.powerOff();
        until(world, world.time.now() + 15_000);
        leader(world).killAgent();
        world.time.in(5_000, leader(world)::startAgent);
        until(world, world.time.now() + LONG);
        RaftGroup swarm = world.groups.getFirst();
        assertThat(swarm.nodes).hasSize(3);
        assertThat(KeptNode.in(swarm.labels)).hasSize(1);
        swarm.nodes.values().forEach(entry -> assertThat(entry.labels).doesNotContainKey("site.till"));
        away.powerOn();
        until(world, world.time.now() + LONG);
        assertThat(world.rules.unfinished()).isEmpty();
    }

    /** Its entry is younger than what is kept of another of its kind, and yet it is not that one. */
    @Test
    void aMachineThatIsFlashedWhileOneOfItsKindIsAwayDoesNotInheritFromThatOne() {
        World world = siteWithManagers(5);
        List<Box> alike = world.boxes.subList(2, 5);
        alike.forEach(box -> box.machine = "junk");
        world.boxes.forEach(Box::powerOn);
        until(world, 8 * 60_000);
        List<Box> workers =
                alike.stream().filter(box -> box != leader(world)).limit(2).toList();
        Box away = workers.getFirst();
        label(world, away);
        away.powerOff();
        until(world, world.time.now() + LONG);
        Box flashed = workers.getLast();
        flashed.flash();
        world.time.in(20_000, flashed::powerOn);
        until(world, world.time.now() + LONG);
        away.powerOn();
        until(world, world.time.now() + LONG);
        assertThat(world.rules.unfinished()).isEmpty();
    }

    /** All are there and active, and the operator has labelled each. */
    private static World siteWithLabels(int boxes) {
        World world = siteWithManagers(boxes);
        world.boxes.forEach(Box::powerOn);
        until(world, 120_000);
        world.boxes.forEach(box -> label(world, box));
        return world;
    }

    private static World siteWithManagers(int boxes) {
        World world = new World(17, boxes, Mutation.NONE, List.of(ManagerMind::new), null);
        world.workWanted = true;
        return world;
    }

    private static void label(World world, Box box) {
        RaftGroup.Entry entry = Objects.requireNonNull(box.engine.entry());
        world.operator.set(world.groups.getFirst(), entry, "site.till", box.name);
        assertThat(entry.labels).containsEntry("site.till", box.name);
    }

    private static Box leader(World world) {
        return Objects.requireNonNull(world.groups.getFirst().leader).box;
    }

    private static Box other(World world, Box box) {
        return world.boxes.stream().filter(each -> each != box).findFirst().orElseThrow();
    }

    private static void cut(World world, Box box, boolean is) {
        for (Box other : world.boxes) {
            if (other != box) {
                world.net.cut(box.index, other.index, is);
                world.net.cut(other.index, box.index, is);
            }
        }
    }
}
