/**
 * The box's addresses: what other nodes can reach it by, and the NETWORK stage.
 *
 * <p>Uses {@code control} and the node's configuration. Start reading at {@link dev.rwo.agent.fabric.LanAddress}.
 */
@NullMarked
package dev.rwo.agent.fabric;

import org.jspecify.annotations.NullMarked;
