/**
 * The site's members as gossip sees them: who is there, who is suspected, who is gone, and the little that each tells
 * of itself.
 *
 * <p>Gossip finds peers and suspects failures; it decides nothing. Start reading at
 * {@link dev.rwo.agent.membership.Membership}.
 */
@NullMarked
package dev.rwo.agent.membership;

import org.jspecify.annotations.NullMarked;
