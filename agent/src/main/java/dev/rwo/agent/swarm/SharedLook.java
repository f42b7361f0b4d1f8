package dev.rwo.agent.swarm;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One question to the engine for all who ask the same at the same news.
 *
 * <p>A dozen controllers look at the engine when anything happens, and for each {@code /info} the engine starts
 * {@code runc --version} and {@code docker-init --version} (moby, {@code daemon/info_unix.go}): in a birth of five boxes
 * on two processors they took a sixth of those. Nobody waits for a question that was asked before {@link #SAME}: an
 * engine that hangs holds nobody up for longer than his own question would.
 */
final class SharedLook {

    /** How old, from when it was asked for, an answer may be: about what it takes a busy small box to give one. */
    static final Duration SAME = Duration.ofMillis(250);

    /** The question. */
    interface Question {
        EngineState ask() throws OrchestratorException;
    }

    /** One who asks; those who come soon after wait for his answer. */
    private static final class Asked {
        final long at;
        final CompletableFuture<EngineState> answer = new CompletableFuture<>();

        Asked(long at) {
            this.at = at;
        }
    }

    private final Question question;
    private final LongSupplier nanos;
    private final AtomicReference<@Nullable Asked> last = new AtomicReference<>();

    /**
     * For one engine.
     *
     * @param nanos a clock that never jumps, from any origin
     */
    SharedLook(Question question, LongSupplier nanos) {
        this.question = question;
        this.nanos = nanos;
    }

    /**
     * The answer to a question that was asked just now, or to a new one.
     *
     * @throws OrchestratorException when the engine does not answer
     */
    EngineState look() throws OrchestratorException {
        Asked own = new Asked(nanos.getAsLong());
        Asked asked = Objects.requireNonNull(
                last.updateAndGet(known -> known != null && own.at - known.at < SAME.toNanos() ? known : own));
        if (asked == own) {
            answer(own);
        }
        try {
            return asked.answer.get();
        } catch (ExecutionException unanswered) {
            if (unanswered.getCause() instanceof OrchestratorException failed) {
                throw failed;
            }
            throw new IllegalStateException(unanswered.getCause());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new OrchestratorException("the agent stops", stop);
        }
    }

    private void answer(Asked asked) {
        try {
            asked.answer.complete(question.ask());
        } catch (OrchestratorException | RuntimeException failed) {
            asked.answer.completeExceptionally(failed);
        }
    }

    /** After an event of the engine, or a change by this box: what was answered before may not hold any more. */
    void forget() {
        last.set(null);
    }
}
