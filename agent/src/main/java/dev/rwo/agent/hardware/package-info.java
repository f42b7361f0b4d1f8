/**
 * Knows the box's hardware for as long as the agent runs: the current profile, kept on disk, and the PROFILE stage.
 *
 * <p>Probing, classes and labels are {@code dev.rwo.hardware}'s; here is only when to look and who is told. Start
 * reading at {@link dev.rwo.agent.hardware.HardwareController}.
 */
@NullMarked
package dev.rwo.agent.hardware;

import org.jspecify.annotations.NullMarked;
