package dev.rwo.ci.sim;

import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One controller of one box's agent, in the rounds of the agent's own {@code ControlLoop}: look, plan, act step by step,
 * wait. A step takes virtual time; meanwhile the world goes on.
 */
abstract class Mind {

    private static final long SWEEP = 60_000;

    final Box box;
    private final String name;
    private boolean busy;
    private boolean asked;
    private int failures;
    private int settling;
    private long rounds;
    private String said = "";

    Mind(Box box, String name) {
        this.box = box;
        this.name = name;
    }

    /** How it looks, plans and acts; S is its kind of step. */
    interface Round<S extends Step> {
        Plan<S> plan(Instant wall) throws ObservationException;

        void act(S step, Consumer<Outcome> done);
    }

    abstract Round<? extends Step> round();

    void start() {
        box.later(box.world.random.nextInt(200), () -> run(round()));
    }

    /** A trigger came; several at once are one. */
    void look(String trigger) {
        if (busy) {
            asked = true;
            return;
        }
        if (!asked) {
            asked = true;
            long current = rounds;
            box.later(10 + box.world.random.nextInt(50), () -> {
                if (!busy && current == rounds) {
                    failures = 0;
                    run(round());
                }
            });
        }
    }

    private <S extends Step> void run(Round<S> round) {
        busy = true;
        asked = false;
        rounds++;
        Plan<S> plan;
        try {
            plan = round.plan(box.wall());
        } catch (ObservationException unanswered) {
            say(unanswered.verdict());
            rest(backoff());
            return;
        }
        say(plan.verdict());
        plan.steps().forEach(step -> box.world.rules.planned(box, step));
        if (plan.steps().isEmpty()) {
            settling = 0;
            rest(afterNothing(plan));
        } else {
            next(round, plan, plan.steps().iterator(), false);
        }
    }

    private long afterNothing(Plan<?> plan) {
        Duration again = plan.again();
        if (plan.verdict().state().isUsable()) {
            failures = 0;
            return again == null ? SWEEP : again.toMillis();
        }
        return again == null ? backoff() : again.toMillis();
    }

    private <S extends Step> void next(Round<S> round, Plan<S> plan, Iterator<S> steps, boolean changed) {
        if (!steps.hasNext()) {
            boolean settled = !changed && plan.verdict().state().isUsable();
            rest(settled ? afterNothing(plan) : doubling(settling++) / 50);
            return;
        }
        S step = steps.next();
        round.act(step, outcome -> {
            box.world.rules.afterStep();
            if (!(outcome instanceof Outcome.Unchanged)) {
                box.trace(name + ": " + step.getClass().getSimpleName() + ": " + outcome);
            }
            switch (outcome) {
                case Outcome.Applied ignored -> next(round, plan, steps, true);
                case Outcome.Unchanged ignored -> next(round, plan, steps, changed);
                case Outcome.Deferred deferred -> rest(deferred.after().toMillis());
                case Outcome.Failed ignored -> rest(backoff());
            }
        });
    }

    /** Calls to the engine take from milliseconds to, rarely, seconds; a paused agent hears the answer later. */
    void onEngine(Supplier<Outcome> what, Consumer<Outcome> done) {
        box.engineLater(engineLatency(), () -> {
            Outcome outcome = what.get();
            box.later(1, () -> done.accept(outcome));
        });
    }

    long engineLatency() {
        return box.world.random.nextInt(20) == 0 ? box.world.random.nextInt(4000) : 2 + box.world.random.nextInt(300);
    }

    private void say(Verdict verdict) {
        String now = verdict.state() + " " + verdict.reason();
        if (!now.equals(said)) {
            said = now;
            box.trace(name + " " + now);
        }
    }

    private long backoff() {
        return doubling(failures++);
    }

    private long doubling(int power) {
        long whole = Math.min(1000L << Math.min(power, 6), SWEEP);
        return whole / 2 + box.world.random.nextLong(whole / 2 + 1);
    }

    private void rest(long millis) {
        busy = false;
        long current = rounds;
        if (asked) {
            asked = false;
            look("while busy");
            return;
        }
        box.later(Math.min(Math.max(millis, 1), SWEEP), () -> {
            if (!busy && current == rounds) {
                run(round());
            }
        });
    }

    /** What it last said of its stage. */
    String said() {
        return said;
    }
}
