package dev.rwo.agent.membership.gossip;

import io.netty.channel.ConnectTimeoutException;
import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * One probe of one member, as SWIM has it: ask it directly, then ask others to ask it; any answer will do. scalecube's
 * own detector suspects a member as soon as one of the helpers does not answer, and judges by timers that a paused
 * process finds run out; so it leaves the whole probe to this class.
 *
 * <p>It ends with an answer, with an error (the member is suspected), or with nothing: we abstain.
 */
final class Probe {

    /** What a probe needs of the world. */
    record Surroundings(
            Transport transport,
            Consumer<String> forget,
            GossipSettings.Pace pace,
            LocalHealth health,
            Hearing hearing,
            Scheduler timer,
            LongSupplier nanos) {}

    /**
     * A member that is merely silent gets a second round before it is suspected; one whose connections are refused does
     * not. scalecube gives a suspect a fixed time, where Lifeguard shortens it as others confirm: so more of the doubt has
     * to come before the suspicion. On a machine thirty times overloaded, one round accused healthy members.
     */
    private static final int ROUNDS = 2;

    /** So many failed probes in a row while nobody at all is heard mean that it is not only the others. */
    private static final int ISOLATED = 4;

    private final Surroundings world;
    private final String target;
    private final Message ping;
    private final Supplier<List<String>> helpers;
    private final MonoSink<Message> result;
    private final Disposable.Composite pending = Disposables.composite();
    private final long begun;
    private final long patience;
    private final Duration round;
    private final AtomicBoolean answered = new AtomicBoolean();
    private volatile boolean helped;
    private volatile boolean refused;
    private int rounds;
    private long due;

    Probe(Surroundings world, String target, Message ping, Supplier<List<String>> helpers, MonoSink<Message> result) {
        this.world = world;
        this.target = target;
        this.ping = ping;
        this.helpers = helpers;
        this.result = result;
        begun = world.nanos().getAsLong();
        patience = 1L + world.health().score();
        round = world.pace().round().multipliedBy(patience);
        due = begun;
    }

    void start() {
        result.onDispose(pending);
        nextRound();
    }

    private void nextRound() {
        rounds++;
        due += round.toNanos();
        helped = false;
        Duration direct = world.pace().answer().multipliedBy(patience);
        pending.add(world.timer().schedule(this::askHelpers, direct.toMillis(), TimeUnit.MILLISECONDS));
        pending.add(world.timer().schedule(this::conclude, round.toMillis(), TimeUnit.MILLISECONDS));
        // A refused connection is a sign, never a proof: the helpers are asked at once instead of after the time-out.
        ask(target, ping, failure -> {
            if (failure instanceof ConnectException && !(failure instanceof ConnectTimeoutException)) {
                refused = true;
            }
            askHelpers();
        });
    }

    private void ask(String whom, Message question, Consumer<@Nullable Throwable> failed) {
        pending.add(world.transport().requestResponse(whom, question).subscribe(this::answered, failed));
    }

    private void answered(Message answer) {
        // One answer ends all questions of the probe, the helpers' too; it is one sign of health and not four.
        if (answered.compareAndSet(false, true)) {
            Duration took = Duration.ofNanos(world.nanos().getAsLong() - begun);
            if (took.compareTo(world.pace().answer().dividedBy(2)) > 0) {
                // Whoever of us is slow: soon there will be no answer in time, and that must not count as death.
                world.health().worse();
            } else {
                world.health().better();
            }
            world.hearing().answered();
            result.success(answer);
        }
    }

    private void askHelpers() {
        if (helped) {
            return;
        }
        helped = true;
        Message request = Message.with(ping).qualifier(Qualifiers.PING_REQ).build();
        for (String helper : helpers.get()) {
            ask(helper, request, failure -> {});
        }
    }

    private void conclude() {
        Duration late = Duration.ofNanos(world.nanos().getAsLong() - due);
        if (late.compareTo(LocalHealth.LATE) > 0) {
            // We did not run; the answer may lie in a socket.
            world.health().late(late);
            result.success();
        } else if (!refused && rounds < ROUNDS) {
            // A connection over which no answer came may be dead without knowing: TCP's patience is minutes.
            world.forget().accept(target);
            nextRound();
        } else if (world.hearing().isSilent(begun, target) && world.hearing().missed() < ISOLATED) {
            world.health().worse();
            result.success();
        } else {
            world.hearing().failed(ping.correlationId());
            result.error(new TimeoutException(target + " answered neither us nor others"));
        }
    }
}
