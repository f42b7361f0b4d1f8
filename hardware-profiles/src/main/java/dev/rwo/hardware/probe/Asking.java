package dev.rwo.hardware.probe;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks the machine one thing at a time under a deadline, and keeps answers that hold until the thing changes.
 *
 * <p>A read that hangs inside the kernel (a dying disk, a firmware call) can neither be interrupted nor cancelled: its
 * thread is left behind, and the same thing is not asked again until it answers. So there is never more than one thread
 * for each such thing, and no more than {@link #MOST_STUCK} together. Platform threads, because a virtual thread that
 * blocks in file input would take one of the few carriers with it.
 */
final class Asking {
    private static final int MOST_STUCK = 64;

    private record Kept(Object stamp, Object answer) {}

    private final Duration deadline;
    private final ThreadPoolExecutor readers;
    private final Map<String, Future<?>> stuck = new ConcurrentHashMap<>();
    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    Asking(Duration deadline) {
        this.deadline = deadline;
        // Hands over to the idle reader of the last question; ends it when nothing was asked for a while.
        this.readers = new ThreadPoolExecutor(
                0,
                MOST_STUCK,
                2,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> Thread.ofPlatform().daemon().name("hardware-reader").unstarted(task));
    }

    /**
     * Reads something.
     *
     * @param what names it in a reason and tells it from others: {@code disk sda}
     * @param otherwise makes the answer from the reason when there is none in time
     */
    <T> T ask(String what, Supplier<T> reader, Function<String, T> otherwise) {
        Future<?> before = stuck.get(what);
        if (before != null && !before.isDone()) {
            return otherwise.apply(what + " has not answered since it was asked before");
        }
        stuck.remove(what);
        Future<T> answer;
        try {
            answer = readers.submit(reader::get);
        } catch (RejectedExecutionException full) {
            return otherwise.apply(what + " was not asked: " + MOST_STUCK + " others do not answer");
        }
        try {
            return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            stuck.put(what, answer);
            return otherwise.apply(what + " did not answer within " + seconds());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            stuck.put(what, answer);
            return otherwise.apply("interrupted while asking " + what);
        } catch (ExecutionException e) {
            // A mistake of ours must not take the rest of the profile away.
            return otherwise.apply("the probe failed on " + what + ": " + e.getCause());
        }
    }

    /**
     * The kept answer, if it was given for the same stamp; otherwise reads it. For use inside a question.
     *
     * @param stamp changes whenever the answer may: an interface's index, a disk's sequence number
     */
    <T> T keep(String what, Object stamp, Supplier<T> reader) {
        Kept before = kept.get(what);
        if (before != null && before.stamp().equals(stamp)) {
            @SuppressWarnings("unchecked") // one name always stands for one kind of answer
            T answer = (T) before.answer();
            return answer;
        }
        T answer = reader.get();
        kept.put(what, new Kept(stamp, answer));
        return answer;
    }

    /** Drops every kept answer. */
    void forget() {
        kept.clear();
    }

    /** How many questions are out without an answer. */
    int unanswered() {
        return (int) stuck.values().stream().filter(answer -> !answer.isDone()).count();
    }

    private String seconds() {
        return deadline.toMillis() % 1000 == 0 ? deadline.toSeconds() + " s" : deadline.toMillis() + " ms";
    }
}
