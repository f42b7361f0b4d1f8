/**
 * What happens on this node, as it happens: for the event stream of the API.
 *
 * <p>Producers publish, listeners are told at once, and the last few hundred events are kept for those who were away.
 * Knows nothing of the rest of the agent. Start reading at {@link dev.rwo.agent.event.NodeEvents}.
 */
@NullMarked
package dev.rwo.agent.event;

import org.jspecify.annotations.NullMarked;
