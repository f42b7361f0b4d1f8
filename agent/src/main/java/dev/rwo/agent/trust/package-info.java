/**
 * Whom this node trusts: the site's trust document, its way from node to node, its changes (rotation, revocation), the
 * certificates of others, and letting new nodes in.
 *
 * <p>Uses {@code dev.rwo.keys} for everything that is cryptography, {@code membership} and {@code peer} to find newer
 * documents, and {@code swarm} to number them. Start reading at {@link dev.rwo.agent.trust.TrustStore}, then
 * {@link dev.rwo.agent.trust.RotationPlanner}.
 */
@NullMarked
package dev.rwo.agent.trust;

import org.jspecify.annotations.NullMarked;
