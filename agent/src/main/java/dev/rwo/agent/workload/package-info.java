/**
 * The site's stacks: compose files with their image archives, deployed once the node is active.
 *
 * <p>Uses {@code swarm} for the engine and {@code control} for the loop. Start reading at
 * {@link dev.rwo.agent.workload.WorkloadController}.
 */
@NullMarked
package dev.rwo.agent.workload;

import org.jspecify.annotations.NullMarked;
