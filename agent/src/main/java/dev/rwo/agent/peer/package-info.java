/**
 * Asking other nodes of the site: HTTPS with mutual TLS, addresses from gossip, who answers checked by certificate.
 *
 * <p>Start reading at {@link dev.rwo.agent.peer.Peers}.
 */
@NullMarked
package dev.rwo.agent.peer;

import org.jspecify.annotations.NullMarked;
