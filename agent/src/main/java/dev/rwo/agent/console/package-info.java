/**
 * What a person in front of the box sees: the status on the display (tty1).
 *
 * <p>Uses the readiness stages only. Start reading at {@link dev.rwo.agent.console.StatusScreen}.
 */
@NullMarked
package dev.rwo.agent.console;

import org.jspecify.annotations.NullMarked;
