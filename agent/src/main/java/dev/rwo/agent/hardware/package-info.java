/**
 * Knows the box's hardware for as long as the agent runs: looks when the kernel reports something and on a sweep, lets a
 * change count only after its dwell, remembers what counts across restarts, and tells the rest of the agent.
 *
 * <p>Probing, classes, labels, rules and dwell are {@code dev.rwo.hardware}'s; here is when to look, what is kept and who
 * is told. Start reading at {@link dev.rwo.agent.hardware.HardwareController}.
 */
@NullMarked
package dev.rwo.agent.hardware;

import org.jspecify.annotations.NullMarked;
