/**
 * The agent's side of {@code dev.rwo.firstboot}: what runs before the server starts, and the controllers of the stages
 * data disk, identity and seed import.
 *
 * <p>Start reading at {@link dev.rwo.agent.node.PreparedNode}.
 */
@NullMarked
package dev.rwo.agent.node;

import org.jspecify.annotations.NullMarked;
