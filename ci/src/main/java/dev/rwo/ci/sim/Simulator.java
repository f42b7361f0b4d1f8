package dev.rwo.ci.sim;

import dev.rwo.firstboot.config.ClusterConfig;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs one seed. */
public final class Simulator {

    /**
     * How long after the last fault everybody must be in one swarm and active. A box that was flashed while two swarms
     * wait for a person joins none, and its entry goes only after the grace, which begins when Swarm has missed it.
     */
    private static final long HEALED_WITHIN =
            ClusterConfig.DEFAULT.memberGrace().plusMinutes(1).toMillis();

    private static final long LOOK_EVERY = 2_000;
    private static final int MOST_BOXES = 29;

    private Simulator() {}

    /**
     * What came of a run.
     *
     * @param seed its seed
     * @param boxes how many boxes the seed chose
     * @param broken the rule that was broken, empty for none
     * @param steps how many steps the planners took
     * @param swarms how many swarms were made
     * @param counted how many of them counted
     * @param millis how long it took in virtual time until all was well
     * @param replay the command that shows every event of this run
     */
    public record Report(
            long seed, int boxes, String broken, long steps, int swarms, int counted, long millis, String replay) {

        /** Whether every rule held. */
        public boolean isWell() {
            return broken.isEmpty();
        }
    }

    /** Runs a seed. */
    public static Report run(long seed) {
        return run(seed, 0, Mutation.NONE, null);
    }

    /**
     * Runs a seed.
     *
     * @param boxes how many, 0 for as many as the seed chooses
     * @param tracer told every event
     */
    static Report run(long seed, int boxes, @Nullable Consumer<String> tracer) {
        return run(seed, boxes, Mutation.NONE, tracer);
    }

    /**
     * Runs a seed with a defect built in.
     *
     * @param boxes how many, 0 for as many as the seed chooses
     * @param mutation which, {@code NONE} for none
     * @param tracer told every event
     * @throws IllegalArgumentException when there is no such defect
     */
    public static Report run(long seed, int boxes, String mutation, @Nullable Consumer<String> tracer) {
        return run(seed, boxes, Mutation.valueOf(mutation), tracer);
    }

    /** The defects that can be built in. */
    public static List<String> mutations() {
        return Stream.of(Mutation.values()).map(Mutation::name).toList();
    }

    static Report run(long seed, int boxes, Mutation mutation, @Nullable Consumer<String> tracer) {
        SplittableRandom choice = new SplittableRandom(~seed);
        // Small sites are the most and have the most special cases.
        int chosen = choice.nextInt(8) == 0 ? 2 + choice.nextInt(MOST_BOXES) : 2 + choice.nextInt(5);
        int size = boxes == 0 ? chosen : boxes;
        World world = new World(seed, size, mutation, minds(), tracer);
        Faults faults = new Faults(world, choice.nextInt(3) == 0);
        faults.schedule();
        return run(seed, world, faults, replay(seed, boxes, mutation));
    }

    private static String replay(long seed, int boxes, Mutation mutation) {
        return "ci/bench sim --seed " + seed + (boxes == 0 ? "" : " --boxes " + boxes)
                + (mutation == Mutation.NONE ? "" : " --mutation " + mutation) + " --trace";
    }

    /** What runs beside formation; a part that has a planner adds its mind here. */
    private static List<Function<Box, Mind>> minds() {
        return List.of(ManagerMind::new);
    }

    private static Report run(long seed, World world, Faults faults, String replay) {
        String broken = "";
        try {
            while (world.time.step(faults.last())) {}
            long end = faults.last() + HEALED_WITHIN;
            String unfinished = world.rules.unfinished();
            while (!unfinished.isEmpty() && world.time.now() < end) {
                long until = world.time.now() + LOOK_EVERY;
                while (world.time.step(until)) {}
                unfinished = world.rules.unfinished();
            }
            broken = unfinished.isEmpty() ? "" : "for ever: " + unfinished;
        } catch (Violation violation) {
            broken = String.valueOf(violation.getMessage());
            world.trace("rules", broken);
        }
        return new Report(
                seed,
                world.boxes.size(),
                broken,
                world.rules.steps,
                world.groups.size(),
                (int) world.groups.stream().filter(group -> group.counts).count(),
                world.time.now(),
                replay);
    }
}
