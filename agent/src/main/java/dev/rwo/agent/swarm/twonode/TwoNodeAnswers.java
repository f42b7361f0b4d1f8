package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import java.time.Duration;
import java.util.function.Supplier;

/** What one box of two, or their witness, answers when it is asked by {@link TwoNodeRounds} of another. */
public final class TwoNodeAnswers {

    private final PairLink link;
    private final ReplicaStore store;
    private final EngineGate gate;
    private final Witness witness;
    private final boolean isWitness;
    private final Supplier<Duration> clock;

    TwoNodeAnswers(
            PairLink link,
            ReplicaStore store,
            EngineGate gate,
            Witness witness,
            boolean isWitness,
            Supplier<Duration> clock) {
        this.link = link;
        this.store = store;
        this.gate = gate;
        this.witness = witness;
        this.isWitness = isWitness;
        this.clock = clock;
    }

    /**
     * The other box tells how it is.
     *
     * @param caller its node ID, from its certificate
     * @throws IllegalArgumentException when it speaks for another, or not in our words
     */
    public JsonNode contact(String caller, JsonNode question) {
        Contact contact = Contact.of(question);
        if (!contact.nodeId().equals(caller)) {
            throw new IllegalArgumentException("a node speaks for itself only");
        }
        return link.receive(contact, clock.get()).toJson();
    }

    /**
     * A box asks for the tie-break.
     *
     * @param caller its node ID, from its certificate
     * @throws IllegalArgumentException when this box is no witness
     */
    public JsonNode lease(String caller, JsonNode question) {
        if (!isWitness) {
            throw new IllegalArgumentException("this box is no witness: set cluster.witness in its rwo.yaml");
        }
        Witness.Answer answer = witness.ask(
                question.path("swarmId").asText(""),
                question.path("epoch").asLong(),
                caller,
                question.path("running").asBoolean(),
                clock.get());
        return JsonNodeFactory.instance
                .objectNode()
                .put("granted", answer.granted())
                .put("uninterrupted", answer.uninterrupted())
                .put("reason", answer.reason());
    }

    /**
     * The standby asks for the replica.
     *
     * @param caller its node ID, from its certificate
     * @throws ReplicaException when the caller is not this box's standby, or there is none to give just now
     */
    public JsonNode replica(String caller) throws ReplicaException {
        PairMemory memory = allowed(caller);
        return store.offer(memory.swarmId(), memory.epoch()).toJson();
    }

    /**
     * The standby asks for a piece of it.
     *
     * @param caller its node ID, from its certificate
     * @param sha256 of the whole, as {@link #replica} said
     * @param offset in bytes
     * @throws ReplicaException when the caller is not this box's standby, or there is no such replica any more
     */
    public JsonNode replicaChunk(String caller, String sha256, long offset) throws ReplicaException {
        allowed(caller);
        return store.chunk(sha256, offset);
    }

    private PairMemory allowed(String caller) throws ReplicaException {
        PairMemory memory = link.memory();
        if (memory.role() != Role.KEEPER
                || !memory.pair()
                || memory.taking() != Taking.NO
                || gate.isShut(clock.get())
                || caller.isEmpty()
                || !memory.peerId().equals(caller)) {
            throw new ReplicaException("a replica is for the standby of this box's own swarm only");
        }
        return memory;
    }
}
