package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.swarm.twonode.TwoNodeView.Role;
import java.util.Locale;

/**
 * What a box remembers of the pair over a restart: a stopped engine cannot be asked, and a promise must outlive a power
 * cut.
 *
 * @param role what this box is
 * @param pair whether the two belong together
 * @param swarmId the swarm
 * @param epoch the epoch this box is in
 * @param peerId the other box's node ID, empty when not known
 * @param peerName its name
 * @param peerApi where its API listens
 * @param promised on the standby: whether it promised not to take over by itself
 * @param taking how far a takeover is that has begun
 */
public record PairMemory(
        Role role,
        boolean pair,
        String swarmId,
        long epoch,
        String peerId,
        String peerName,
        String peerApi,
        boolean promised,
        Taking taking) {

    /** Nothing yet. */
    public static final PairMemory NOTHING =
            new PairMemory(Role.NONE, false, "", 0, "", "the other box", "", false, Taking.NO);

    /** The same with another place in the swarm; another swarm ends what was promised and begun in the old one. */
    public PairMemory withPlace(Role place, boolean two, String swarm, long at) {
        boolean same = swarm.equals(swarmId);
        return new PairMemory(
                place, two, swarm, at, peerId, peerName, peerApi, same && promised, same ? taking : Taking.NO);
    }

    /** The same with another peer. */
    public PairMemory withPeer(String id, String name, String api) {
        return new PairMemory(role, pair, swarmId, epoch, id, name, api, promised, taking);
    }

    /** The same, having promised or not. */
    public PairMemory withPromise(boolean made) {
        return new PairMemory(role, pair, swarmId, epoch, peerId, peerName, peerApi, made, taking);
    }

    /** The same, that far with a takeover. */
    public PairMemory withTaking(Taking stage) {
        return new PairMemory(role, pair, swarmId, epoch, peerId, peerName, peerApi, promised, stage);
    }

    /** As JSON. */
    public ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("role", role.name().toLowerCase(Locale.ROOT))
                .put("pair", pair)
                .put("swarmId", swarmId)
                .put("epoch", epoch)
                .put("peerId", peerId)
                .put("peerName", peerName)
                .put("peerApi", peerApi)
                .put("promised", promised)
                .put("taking", taking.word());
    }

    /** From JSON. */
    public static PairMemory of(JsonNode json) {
        Role role = switch (json.path("role").asText()) {
            case "keeper" -> Role.KEEPER;
            case "standby" -> Role.STANDBY;
            default -> Role.NONE;
        };
        return new PairMemory(
                role,
                json.path("pair").asBoolean(),
                json.path("swarmId").asText(""),
                json.path("epoch").asLong(),
                json.path("peerId").asText(""),
                json.path("peerName").asText("the other box"),
                json.path("peerApi").asText(""),
                json.path("promised").asBoolean(),
                Taking.of(json.path("taking").asText("")));
    }
}
