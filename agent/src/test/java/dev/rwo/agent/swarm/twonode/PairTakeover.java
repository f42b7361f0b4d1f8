package dev.rwo.agent.swarm.twonode;

import dev.rwo.agent.swarm.twonode.TwoNodeView.Failure;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import java.time.Duration;

/** A takeover by one box of {@link TwoBoxes}: each step may fail, and the box may go in between. */
final class PairTakeover {

    /** Two contacts, slow ones. */
    private static final long HEARING = 15_000;

    private final TwoBoxes world;
    private final PairBox box;

    PairTakeover(TwoBoxes world, PairBox box) {
        this.world = world;
        this.box = box;
    }

    private boolean fails() {
        return !world.calm && world.random.nextInt(12) == 0;
    }

    void begin(PairLink mine, TwoNodeStep.TakeOver step) {
        box.confirmed = false;
        if (box.memory.taking() == Taking.NO && box.damaged) {
            world.note(box.id + " the replica is damaged");
            box.replica = false;
            box.failure = new Failure(box.clock(), "damaged");
            return;
        }
        Duration silent = step.automatic() ? TwoBoxes.TIMING.takeover() : TwoBoxes.TIMING.lost();
        if (!mine.beginTakeover(silent, box.clock())) {
            world.note(box.id + " heard the other again");
            return;
        }
        box.busyUntil = Long.MAX_VALUE;
        if (box.hold) {
            box.permit = box.clock().plus(Duration.ofMinutes(9));
        }
        if (box.engine && box.swarm == TwoBoxes.Swarm.MANAGER) {
            box.goingOn(1000, box.agent, () -> lead(mine, step));
        } else if (box.memory.taking() == Taking.RAISED) {
            if (mine.isPeerUnguarded(world.mode == TwoNode.STANDBY ? "" : world.mode.name())) {
                box.permit = null;
                failed(mine, "the other runs");
            } else {
                box.hold = true;
                box.permit = box.clock().plus(Duration.ofMinutes(9));
                box.goingOn(world.random.nextInt(30_000), box.agent, () -> start(mine, step));
            }
        } else {
            stop(mine, step);
        }
    }

    private boolean advances(PairLink mine, Taking stage) {
        if (mine.advance(stage)) {
            return true;
        }
        if (world.defect == TwoBoxes.Defect.THE_KEEPERS_RETURN_IS_NOT_HEARD) {
            mine.remember(box.memory.withTaking(stage));
            return true;
        }
        return false;
    }

    private void stop(PairLink mine, TwoNodeStep.TakeOver step) {
        if (!advances(mine, box.memory.taking())) {
            failed(mine, "the other is back");
            return;
        }
        box.goingOn(world.random.nextInt(20_000), box.agent, () -> {
            if (fails()) {
                failed(mine, "the engine does not stop");
                return;
            }
            box.engine = false;
            box.hold = true;
            box.permit = box.clock().plus(Duration.ofMinutes(9));
            place(mine, step);
        });
    }

    private void place(PairLink mine, TwoNodeStep.TakeOver step) {
        if (!advances(mine, Taking.PLACED)) {
            failed(mine, "the other is back");
            return;
        }
        if (fails()) {
            failed(mine, "the replica cannot be put in place");
            return;
        }
        if (!box.aside) {
            box.aside = true;
            box.ownEpoch = box.epoch;
        }
        box.swarm = TwoBoxes.Swarm.MANAGER;
        box.epoch = box.replicaEpoch;
        if (!advances(mine, Taking.PLACED)) {
            failed(mine, "the other is back");
            return;
        }
        box.goingOn(world.random.nextInt(30_000), box.agent, () -> start(mine, step));
    }

    private void start(PairLink mine, TwoNodeStep.TakeOver step) {
        if (fails()) {
            failed(mine, "the engine does not start");
            return;
        }
        if (world.mode == TwoNode.STANDBY && canHearKeeper(HEARING + 30_000)) {
            world.fail("the engine is started beside that of the other, which can be heard");
        }
        box.engine = true;
        box.goingOn(500 + world.random.nextInt(10_000), box.agent, () -> lead(mine, step));
    }

    /** Whether the other runs as the keeper, and both could talk for longer than this, in milliseconds. */
    private boolean canHearKeeper(long since) {
        return box.other().isUnfencedKeeper() && world.together >= 0 && world.now - world.together > since;
    }

    private void lead(PairLink mine, TwoNodeStep.TakeOver step) {
        if (box.epoch != step.epoch()) {
            if (!advances(mine, Taking.PLACED) || fails()) {
                failed(mine, "the engine does not lead, or the other is back");
                return;
            }
            boolean raised = box.memory.taking() == Taking.RAISED;
            if (!advances(mine, Taking.RAISED)) {
                failed(mine, "the other is back");
                return;
            }
            if (!raised && world.mode == TwoNode.STANDBY && canHearKeeper(HEARING)) {
                world.fail("the epoch is raised although the other, which can be heard, is the keeper");
            }
            if (fails()) {
                failed(mine, "the epoch cannot be written");
                return;
            }
            box.epoch = step.epoch();
        }
        box.goingOn(world.random.nextInt(3000), box.agent, () -> finish(mine, step));
    }

    private void finish(PairLink mine, TwoNodeStep.TakeOver step) {
        if (fails()) {
            failed(mine, "the old entry cannot be removed");
            return;
        }
        box.aside = false;
        box.two = false;
        boolean guarded = world.mode != TwoNode.STANDBY;
        mine.tookOver(step.epoch(), guarded);
        box.hold = guarded;
        box.permit = guarded ? box.clock() : null;
        box.replica = false;
        box.failure = Failure.NONE;
        box.busyUntil = world.now;
        world.takeovers++;
        world.note(box.id + " took over, epoch " + box.epoch);
    }

    private void failed(PairLink mine, String reason) {
        world.note(box.id + " the takeover failed: " + reason);
        box.failure = new Failure(box.clock(), reason);
        if (box.memory.taking().canBeGivenUp()) {
            giveUp(mine);
        } else {
            box.busyUntil = world.now + 2000;
        }
    }

    void giveUp(PairLink mine) {
        world.givenUp++;
        box.busyUntil = Long.MAX_VALUE;
        if (box.memory.taking() == Taking.BEGUN) {
            givenUp(mine);
            return;
        }
        mine.remember(box.memory.withTaking(Taking.PLACED));
        if (world.defect == TwoBoxes.Defect.THE_OTHER_IS_TOLD_BEFORE_THE_ENGINE_STOPS) {
            mine.giveUp();
        }
        box.goingOn(box.engine ? world.random.nextInt(20_000) : 0, box.agent, () -> {
            if (fails()) {
                world.note(box.id + " giving up failed, too");
                box.busyUntil = world.now + 2000;
                return;
            }
            box.engine = false;
            if (box.aside) {
                box.aside = false;
                box.swarm = TwoBoxes.Swarm.WORKER;
                box.epoch = box.ownEpoch;
            }
            givenUp(mine);
        });
    }

    private void givenUp(PairLink mine) {
        mine.giveUp();
        box.hold &= world.mode != TwoNode.STANDBY;
        box.permit = box.hold ? box.clock() : null;
        box.engine = true;
        box.busyUntil = world.now;
        world.note(box.id + " gave the takeover up");
    }
}
