package dev.rwo.agent.discovery;

import java.time.Instant;

/**
 * Another running agent with this node's ID.
 *
 * @param boot what tells it from this one
 * @param name the name it gives itself
 * @param address where it is, {@code ip:port}
 * @param hardware hash of its machine, empty when that is not known
 * @param inSwarm whether it is in a swarm
 * @param since since when it is there without a break, by this node's clock
 */
public record Twin(String boot, String name, String address, String hardware, boolean inSwarm, Instant since) {}
