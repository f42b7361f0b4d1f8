package dev.rwo.agent.discovery;

import dev.rwo.agent.peer.PeerAddress;
import java.time.Instant;

/**
 * An address at which somebody on the LAN says that a box is. Not to be trusted in any part: the texts are only shown.
 *
 * @param address the sender's own address and the port it names
 * @param nodeId the ID it claims, cut and cleaned
 * @param site the site it claims, cut and cleaned
 * @param seen when it was last heard
 */
public record Sighting(PeerAddress address, String nodeId, String site, Instant seen) {}
