package dev.rwo.agent.membership.gossip;

import io.scalecube.cluster.transport.api.Message;
import io.scalecube.cluster.transport.api.Transport;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A transport whose cable can be cut towards some addresses: what is sent there is lost, what comes from there too. */
final class Faults implements Transport {

    private final Transport sound;
    private volatile Predicate<String> cut = address -> false;

    Faults(Transport sound) {
        this.sound = sound;
    }

    void cut(Predicate<String> addresses) {
        cut = addresses;
    }

    void heal() {
        cut = address -> false;
    }

    @Override
    public String address() {
        return sound.address();
    }

    @Override
    public Mono<Transport> start() {
        return sound.start().thenReturn(this);
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
        return Mono.defer(() -> cut.test(address) ? Mono.empty() : sound.send(address, message));
    }

    @Override
    public Mono<Message> requestResponse(String address, Message request) {
        return Mono.defer(() -> cut.test(address) ? Mono.never() : sound.requestResponse(address, request))
                .flatMap(answer -> cut.test(answer.sender()) ? Mono.never() : Mono.just(answer));
    }

    @Override
    public Flux<Message> listen() {
        return sound.listen().filter(message -> !cut.test(message.sender()));
    }
}
