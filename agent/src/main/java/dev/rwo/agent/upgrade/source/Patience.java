package dev.rwo.agent.upgrade.source;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Several places that have the same bundle, as one that does not give up soon: what one does not give is asked of the next, and
 * again after a pause. So a server that stops, or a box that restarts, costs time only.
 */
public final class Patience implements BundleSource, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Patience.class);

    /** Times the pause: ten minutes, more than a box needs to restart. */
    private static final int ROUNDS = 60;

    private static final long PAUSE_SECONDS = 10;

    private final List<BundleSource> sources;
    private final long pauseSeconds;
    private final AtomicInteger current = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * Of these.
     *
     * @param sources at least one, the preferred first
     */
    public Patience(List<BundleSource> sources) {
        this(sources, PAUSE_SECONDS);
    }

    Patience(List<BundleSource> sources, long pauseSeconds) {
        this.sources = List.copyOf(sources);
        this.pauseSeconds = pauseSeconds;
    }

    private interface Question<T> {
        T ask(BundleSource source) throws IOException;
    }

    @Override
    public String name() {
        return sources.get(current.get()).name();
    }

    /** Asks each once: who mistyped an address is not to wait. */
    @Override
    public long size() throws IOException {
        return tried(BundleSource::size, 1);
    }

    @Override
    public byte[] read(long offset, int length) throws IOException {
        return tried(source -> source.read(offset, length), ROUNDS);
    }

    private <T> T tried(Question<T> question, int rounds) throws IOException {
        IOException last = new IOException("there is no place to have the bundle from");
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < sources.size(); i++) {
                int index = current.get();
                try {
                    return question.ask(sources.get(index));
                } catch (IOException failed) {
                    last = failed;
                    current.compareAndSet(index, (index + 1) % sources.size());
                }
            }
            if (round + 1 < rounds) {
                LOG.infof("%s; trying again in %d s", last.getMessage(), pauseSeconds);
                pause();
            }
        }
        throw last;
    }

    private void pause() throws IOException {
        try {
            if (closed.await(pauseSeconds, TimeUnit.SECONDS)) {
                throw new IOException("the download was stopped");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("the download was stopped", stop);
        }
    }

    /** Ends what waits. */
    @Override
    public void close() {
        closed.countDown();
    }
}
