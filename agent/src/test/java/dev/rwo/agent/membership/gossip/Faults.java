package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A transport whose cable can be cut towards some addresses: what is sent there is lost, what comes from there too. */
final class Faults implements Transport {

    private final Transport sound;
    private final Runnable whileStarting;
    private volatile Predicate<String> cut = address -> false;
    private volatile CountDownLatch running = new CountDownLatch(0);

    /** What happens in the box while this starts is the box's affair. */
    Faults(Transport sound, Runnable whileStarting) {
        this.sound = sound;
        this.whileStarting = whileStarting;
    }

    void cut(Predicate<String> addresses) {
        cut = addresses;
    }

    void heal() {
        cut = address -> false;
    }

    /** Every thread that comes by stands still, as when the process is stopped. */
    CountDownLatch freeze() {
        CountDownLatch frozen = new CountDownLatch(1);
        running = frozen;
        return frozen;
    }

    private boolean passes(String address) {
        try {
            if (!running.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("frozen for too long");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !cut.test(address);
    }

    @Override
    public String address() {
        return sound.address();
    }

    @Override
    public Mono<Transport> start() {
        return Mono.fromRunnable(whileStarting).then(sound.start()).thenReturn(this);
    }

    @Override
    public Mono<Void> stop() {
        return sound.stop();
    }

    @Override
    public boolean isStopped() {
        return sound.isStopped();
    }

    @Override
    public Mono<Void> send(String address, Message message) {
        return Mono.defer(() -> passes(address) ? sound.send(address, message) : Mono.empty());
    }

    @Override
    public Mono<Message> requestResponse(String address, Message request) {
        return Mono.defer(() -> passes(address) ? sound.requestResponse(address, request) : Mono.never())
                .flatMap(answer -> passes(answer.sender()) ? Mono.just(answer) : Mono.never());
    }

    @Override
    public Flux<Message> listen() {
        return sound.listen().filter(message -> passes(message.sender()));
    }
}
