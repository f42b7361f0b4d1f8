package dev.rwo.agent.control;

import dev.rwo.firstboot.StageBoard;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** Runs all controllers, each on its own virtual thread, and carries the news between them. */
public final class ControlEngine implements AutoCloseable {

    /** A step is a few calls to the engine or a file written; longer ones are worth interrupting. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final List<ControlLoop<?, ?>> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Prepares the loops.
     *
     * @param controllers all of them
     * @throws IllegalArgumentException when two of them own the same thing or report the same stage
     */
    public ControlEngine(
            List<? extends Controller<?, ?>> controllers,
            StageBoard board,
            Clock clock,
            MeterRegistry meters,
            RandomGenerator random) {
        refuseTwoOwners(controllers);
        for (Controller<?, ?> controller : controllers) {
            loops.add(new ControlLoop<>(controller, board, clock, meters, random));
        }
    }

    private static void refuseTwoOwners(List<? extends Controller<?, ?>> controllers) {
        Map<String, String> owners = new HashMap<>();
        for (Controller<?, ?> controller : controllers) {
            Declaration declaration = controller.declaration();
            if (declaration.stage() != null) {
                claim(owners, "stage " + declaration.stage(), declaration.name());
            }
            for (String thing : declaration.owns()) {
                claim(owners, thing, declaration.name());
            }
        }
    }

    private static void claim(Map<String, String> owners, String thing, String owner) {
        String other = owners.putIfAbsent(thing, owner);
        if (other != null) {
            throw new IllegalArgumentException("controllers " + other + " and " + owner + " both own " + thing);
        }
    }

    /** Starts every loop. */
    public void start() {
        for (ControlLoop<?, ?> loop : loops) {
            threads.add(Thread.ofVirtual()
                    .name("controller-" + loop.controller().declaration().name())
                    .start(loop));
        }
    }

    /** Makes every controller that watches the topic look again. */
    public void trigger(Topic topic) {
        for (ControlLoop<?, ?> loop : loops) {
            if (loop.controller().declaration().watches().contains(topic)) {
                loop.trigger(topic.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    /** The last round of every controller that has finished one, in the order they were given. */
    public List<Decision> decisions() {
        return loops.stream().map(ControlLoop::last).filter(Objects::nonNull).toList();
    }

    /** Ends every loop, each after the round under way; what has not ended then is interrupted. */
    @Override
    public void close() {
        loops.forEach(ControlLoop::stop);
        try {
            for (Thread thread : threads) {
                thread.join(GRACE);
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        } finally {
            threads.forEach(Thread::interrupt);
        }
    }
}
