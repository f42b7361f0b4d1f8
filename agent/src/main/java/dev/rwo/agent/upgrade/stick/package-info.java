/**
 * Bundles on sticks that are plugged in. The system mounts a stick that has one (overlays, {@code rwo-stick@.service}); here it is looked
 * at, told of, and started from. Start reading at {@link dev.rwo.agent.upgrade.stick.Sticks}.
 */
@NullMarked
package dev.rwo.agent.upgrade.stick;

import org.jspecify.annotations.NullMarked;
