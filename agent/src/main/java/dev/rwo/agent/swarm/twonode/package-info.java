/**
 * Two boxes: a keeper (the one manager) and a standby that holds a replica of its state, and who goes on when they lose
 * each other.
 *
 * <p>The rule behind everything: a box may only run while it has proof that the other did not take over, and the other
 * takes over only when every such proof has run out. Start reading at {@link dev.rwo.agent.swarm.twonode.TwoNodePlanner};
 * {@code docs/decisions/0013-two-nodes.md} says why it is safe, and where it is not.
 */
@NullMarked
package dev.rwo.agent.swarm.twonode;

import org.jspecify.annotations.NullMarked;
