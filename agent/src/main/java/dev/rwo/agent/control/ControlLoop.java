package dev.rwo.agent.control;

import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageBoard;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Runs one controller on one virtual thread: coalesced events, a slow sweep, jittered back-off. */
final class ControlLoop<V extends Record, S extends Step> implements Runnable {

    private static final Logger LOG = Logger.getLogger(ControlLoop.class);

    private static final String START = "start";
    private static final String RETRY = "retry";
    private static final String SWEEP = "sweep";

    private final Controller<V, S> controller;
    private final Declaration declaration;
    private final StageBoard board;
    private final Clock clock;
    private final MeterRegistry meters;
    /** Between tries at what does not work yet; news starts it afresh. */
    private final Backoff backoff;
    /** Between rounds that each changed something; only a round without steps ends it, so that no fight runs hot. */
    private final Backoff settling;

    private final BlockingQueue<String> triggers = new LinkedBlockingQueue<>();
    private volatile @Nullable Decision last;
    private volatile boolean stopping;
    private volatile @Nullable Thread runner;

    ControlLoop(
            Controller<V, S> controller, StageBoard board, Clock clock, MeterRegistry meters, RandomGenerator random) {
        this.controller = controller;
        this.declaration = controller.declaration();
        this.board = board;
        this.clock = clock;
        this.meters = meters;
        this.backoff = new Backoff(random);
        this.settling = new Backoff(random);
    }

    Controller<V, S> controller() {
        return controller;
    }

    @Nullable
    Decision last() {
        return last;
    }

    /**
     * Asks for another round; asked many times before the round starts, one round answers them all. What the controller
     * tells of its own steps does not count: the loop looks again after them anyway, and at its own pace, so that a step
     * that is done again and again does not run hot.
     */
    void trigger(String cause) {
        if (Thread.currentThread() != runner) {
            triggers.add(cause);
        }
    }

    /** Ends the loop after the round under way. */
    void stop() {
        stopping = true;
        triggers.add("stop");
    }

    @Override
    public void run() {
        runner = Thread.currentThread();
        String trigger = START;
        while (!stopping) {
            Duration wait = round(trigger);
            try {
                @Nullable String next = triggers.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
                trigger = next == null ? (wait.compareTo(declaration.sweep()) < 0 ? RETRY : SWEEP) : next;
                triggers.clear();
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    /** One round; answers how long to wait for the next when nothing is heard. */
    Duration round(String trigger) {
        if (!trigger.equals(RETRY)) {
            backoff.reset();
        }
        try {
            V view = controller.observe();
            Plan<S> plan = controller.plan(view, clock.instant());
            if (plan.steps().isEmpty()) {
                settling.reset();
                conclude(trigger, view.toString(), plan.verdict(), List.of());
                return plan.verdict().state().isUsable() ? settled(plan) : awaited(plan);
            }
            return perform(trigger, view, plan);
        } catch (ObservationException unanswered) {
            conclude(trigger, "", unanswered.verdict(), List.of());
            return shorter(backoff.next());
        } catch (RuntimeException defect) {
            // A defect in one controller must not end the agent: report it where the operator looks, and go on.
            LOG.errorf(defect, "controller %s failed unexpectedly", declaration.name());
            Verdict verdict = Verdict.failed(
                    "internal error: " + defect, "please report this with the output of: journalctl -u rwo-agent");
            conclude(trigger, "", verdict, List.of());
            return shorter(backoff.next());
        }
    }

    private Duration perform(String trigger, V view, Plan<S> plan) {
        report(plan.verdict());
        List<String> done = new ArrayList<>();
        boolean changed = false;
        for (S step : plan.steps()) {
            Outcome outcome = controller.act(step);
            meters.counter("rwo.steps", "controller", declaration.name(), "outcome", outcome.word())
                    .increment();
            done.add(step.reason() + ": " + outcome.word() + cause(outcome));
            switch (outcome) {
                case Outcome.Failed failed -> {
                    LOG.warnf("%s: %s: %s", declaration.name(), step.reason(), failed.cause());
                    conclude(trigger, view.toString(), afterFailure(plan.verdict(), failed.cause()), done);
                    return shorter(backoff.next());
                }
                case Outcome.Deferred deferred -> {
                    conclude(trigger, view.toString(), whileDeferred(plan.verdict(), deferred.cause()), done);
                    return shorter(deferred.after());
                }
                case Outcome.Applied ignored -> {
                    changed = true;
                    LOG.debugf("%s: %s", declaration.name(), step.reason());
                }
                case Outcome.Unchanged ignored ->
                    LOG.debugf("%s: nothing to do: %s", declaration.name(), step.reason());
            }
        }
        last = new Decision(declaration.name(), trigger, clock.instant(), view.toString(), plan.verdict(), done);
        if (!changed && plan.verdict().state().isUsable()) {
            settling.reset();
            return settled(plan);
        }
        // Look again at once: the next round sees the world after the steps and says what the stage is now. A step
        // that is planned again and again backs off.
        return settling.next().dividedBy(SETTLE_SHARE);
    }

    /** After steps that applied, the first look comes at once (0-20 ms), repeated ones ever later. */
    private static final int SETTLE_SHARE = 50;

    /** A stage that is usable all the same stays so: a retry in the background must not take a working node down. */
    private static Verdict afterFailure(Verdict planned, String cause) {
        return switch (planned.state()) {
            case DEGRADED -> planned;
            case DONE -> Verdict.degraded(cause, planned.hint());
            case PENDING, RUNNING, WAITING, FAILED -> Verdict.failed(cause, planned.hint());
        };
    }

    /** As after a failure, a stage that is usable all the same stays so. */
    private static Verdict whileDeferred(Verdict planned, String cause) {
        return planned.state().isUsable() ? planned : Verdict.waiting(cause, planned.hint());
    }

    private Duration settled(Plan<S> plan) {
        backoff.reset();
        Duration again = plan.again();
        return again == null ? declaration.sweep() : shorter(again);
    }

    /** What a plan waits for by the clock is looked at then; otherwise with back-off. */
    private Duration awaited(Plan<S> plan) {
        Duration again = plan.again();
        return shorter(again == null ? backoff.next() : again);
    }

    private Duration shorter(Duration wait) {
        return wait.compareTo(declaration.sweep()) < 0 ? wait : declaration.sweep();
    }

    private void conclude(String trigger, String view, Verdict verdict, List<String> steps) {
        report(verdict);
        last = new Decision(declaration.name(), trigger, clock.instant(), view, verdict, steps);
    }

    private void report(Verdict verdict) {
        if (stopping) {
            // What fails because the agent is going down says nothing about the node.
            return;
        }
        Stage stage = declaration.stage();
        if (stage != null) {
            board.set(stage, verdict.state(), verdict.reason(), verdict.hint());
        }
    }

    private static String cause(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Failed(String cause) -> " (" + cause + ")";
            case Outcome.Deferred(Duration after, String cause) -> " for " + after.toMillis() + " ms (" + cause + ")";
            case Outcome.Applied ignored -> "";
            case Outcome.Unchanged ignored -> "";
        };
    }
}
