/**
 * Finding the other boxes of the site: by mDNS on the LAN, by the seeds of {@code rwo.yaml}, and by remembering. What is
 * heard there are addresses and nothing else; who is behind an address is found out by asking it over mutual TLS, and
 * only then gossip is told of it.
 *
 * <p>Also what such an introduction brings to light: clocks that are wrong, disks that were copied, and the reasons why
 * a box does not join. Uses {@code peer}, {@code membership}, {@code fabric} and {@code control}. Start reading at
 * {@link dev.rwo.agent.discovery.DiscoveryController}.
 */
@NullMarked
package dev.rwo.agent.discovery;

import org.jspecify.annotations.NullMarked;
