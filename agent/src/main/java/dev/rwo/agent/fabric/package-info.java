/**
 * The box's addresses: what other nodes can reach it by, and the NETWORK stage. With {@code fabric: wireguard} also the
 * encrypted network between the nodes, whose addresses stay when those of the LAN change.
 *
 * <p>Uses {@code control}, {@code host}, {@code membership} and the node's configuration. Start reading at
 * {@link dev.rwo.agent.fabric.Fabric}, then {@link dev.rwo.agent.fabric.FabricPlanner}.
 */
@NullMarked
package dev.rwo.agent.fabric;

import org.jspecify.annotations.NullMarked;
