package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;

/** A keeper that hands out its replica. */
record KeeperPeers(ReplicaStore store, String swarmId) implements Peers {

    @Override
    public JsonNode get(String api, String path) throws PeerException {
        try {
            if (!path.contains("/chunk?")) {
                return store.offer(swarmId, 0).toJson();
            }
            String[] parts = path.split("[=&]", -1);
            return store.chunk(parts[1], Long.parseLong(parts[3]));
        } catch (ReplicaException refused) {
            throw new PeerException(PeerException.Kind.REFUSED, String.valueOf(refused.getMessage()), refused);
        }
    }

    @Override
    public JsonNode post(String api, String path, JsonNode body) {
        throw new AssertionError("a replica is only asked for");
    }
}
