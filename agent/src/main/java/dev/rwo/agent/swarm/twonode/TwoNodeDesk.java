package dev.rwo.agent.swarm.twonode;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Where the API finds the box's {@link TwoNodeService}, from when the agent has put it together. */
@ApplicationScoped
public class TwoNodeDesk {

    private final AtomicReference<TwoNodeService> service = new AtomicReference<>();

    /** Opens. */
    public void open(TwoNodeService opened) {
        service.set(opened);
    }

    /** The service, empty while the agent starts. */
    public Optional<TwoNodeService> service() {
        return Optional.ofNullable(service.get());
    }
}
