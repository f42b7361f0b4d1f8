package dev.rwo.agent.swarm.twonode;

import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;

/** What befalls {@link TwoBoxes}, and how it is mended. */
final class PairFaults {

    private final TwoBoxes world;

    PairFaults(TwoBoxes world) {
        this.world = world;
    }

    void repair() {
        for (boolean[] row : world.up) {
            java.util.Arrays.fill(row, true);
        }
        world.forwarding = true;
        world.gatewayOn = true;
        world.witnessOn = true;
        world.boxes.forEach(PairBox::repair);
        world.note("all repaired");
    }

    void one() {
        int from = world.random.nextInt(4);
        int to = world.random.nextInt(4);
        PairBox box = world.boxes.get(world.random.nextInt(2));
        switch (world.random.nextInt(16)) {
            case 0, 1 -> {
                world.up[0][1] = world.up[1][0] = world.random.nextBoolean();
                world.note("between the boxes " + world.up[0][1]);
            }
            case 2, 3 -> {
                world.up[box.id][2] = world.up[2][box.id] = world.random.nextBoolean();
                world.note("gateway of " + box.id + " " + world.up[box.id][2]);
            }
            case 4 -> {
                world.up[box.id][3] = world.up[3][box.id] = world.random.nextBoolean();
                world.note("witness of " + box.id + " " + world.up[box.id][3]);
            }
            case 5 -> {
                world.up[from][to] = !world.up[from][to];
                world.note("one way " + from + " to " + to + " " + world.up[from][to]);
            }
            case 6, 7 -> {
                boolean plugged = world.random.nextBoolean();
                for (int other = 0; other < 4; other++) {
                    world.up[box.id][other] = world.up[other][box.id] = plugged;
                }
                world.note("cable of " + box.id + " " + plugged);
            }
            case 8 -> {
                world.gatewayOn = world.random.nextBoolean();
                world.note("gateway on " + world.gatewayOn);
            }
            case 9 -> {
                world.witnessOn = world.random.nextBoolean();
                if (world.witnessOn) {
                    world.witness = new Witness(TwoBoxes.TIMING, Duration.ofMillis(world.now));
                }
                world.note("witness (re)started " + world.witnessOn);
            }
            case 10 -> box.powerOff(world.random.nextInt(120_000));
            case 11 -> box.pauseAgent(world.random.nextInt(90_000));
            case 12 -> box.restartAgent();
            case 13 -> repair();
            case 14 -> box.freeze(world.random.nextInt(150_000));
            case 15 -> {
                if (world.mode == TwoNode.STANDBY) {
                    box.other().powerOff(20_000 + world.random.nextInt(120_000));
                }
            }
            default -> throw new IllegalStateException();
        }
    }
}
