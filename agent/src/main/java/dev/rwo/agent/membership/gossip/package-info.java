/**
 * Gossip: SWIM by scalecube-cluster, with Lifeguard's care for one's own health, over frames that only nodes of the
 * site can make.
 *
 * <p>From the wire inwards: {@link dev.rwo.agent.membership.gossip.Sealer} (what a frame is),
 * {@code GossipTransport} and {@code GossipChannel} (sockets and their limits), {@code WireCodec} (the closed table of
 * messages), {@code SwimTransport} (what is probed, told and synced when, and when one rather keeps quiet),
 * {@code Roll} (who is there). Knows nothing of the agent but {@code membership} and {@code control}. Start reading at
 * {@link dev.rwo.agent.membership.gossip.GossipMembership}.
 */
@NullMarked
package dev.rwo.agent.membership.gossip;

import org.jspecify.annotations.NullMarked;
