/**
 * The node's HTTPS interface: {@code /api/v1}, health by stage, metrics.
 *
 * <p>Public is what the display shows to anybody in front of the box: {@code /api/v1/status} and {@code /q/health}. All
 * else needs a client certificate of the site. Start reading at {@link dev.rwo.agent.api.NodeResource}.
 */
@NullMarked
package dev.rwo.agent.api;

import org.jspecify.annotations.NullMarked;
