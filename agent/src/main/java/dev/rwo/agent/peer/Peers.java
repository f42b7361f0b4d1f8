package dev.rwo.agent.peer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Asks other nodes of the site, as this node. Every call is bounded in time (2 s to connect, 10 s to answer) and in size
 * (1 MiB).
 */
public interface Peers {

    /**
     * Asks.
     *
     * @param api where the peer's API listens, {@code ip:port}
     * @param path from the root, for example {@code /api/v1/peer/hello}
     * @throws PeerException when it cannot be reached, is not of this site, or refuses
     */
    JsonNode get(String api, String path) throws PeerException;

    /**
     * Asks for bytes rather than JSON.
     *
     * @throws PeerException as {@link #get}
     */
    default byte[] bytes(String api, String path) throws PeerException {
        throw new PeerException(PeerException.Kind.REFUSED, "bytes cannot be asked for here");
    }

    /**
     * Sends.
     *
     * @throws PeerException as {@link #get}
     */
    JsonNode post(String api, String path, JsonNode body) throws PeerException;

    /**
     * The same, but only the node of that ID may answer: addresses change hands.
     *
     * @param nodeId whose certificate must be shown; any other node's is answered by {@link PeerException}
     */
    default Peers only(String nodeId) {
        return this;
    }
}
