/**
 * What this node refuses, said in its log without letting an attacker fill it.
 *
 * <p>Gossip, HTTPS and mDNS count what they refuse themselves, and say it here. Knows nothing of the rest of the agent.
 * Start reading at {@link dev.rwo.agent.refusal.RefusalLines}.
 */
@NullMarked
package dev.rwo.agent.refusal;

import org.jspecify.annotations.NullMarked;
