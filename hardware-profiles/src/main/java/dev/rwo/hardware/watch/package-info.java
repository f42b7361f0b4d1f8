/**
 * Hears of changes of the hardware and decides when they count.
 *
 * <p>Start with {@link dev.rwo.hardware.watch.HardwareWatch} (listens; the only part with threads and native code) and
 * {@link dev.rwo.hardware.watch.LabelStabilizer} (pure: a label that flaps must not evict a task).
 * {@link dev.rwo.hardware.watch.DynamicStates} judges temperatures, power, disks and memory,
 * {@link dev.rwo.hardware.watch.ChangeHistory} writes down what counted. The order that loses nothing: listen, then
 * look, then look again after every burst of events.
 */
@NullMarked
package dev.rwo.hardware.watch;

import org.jspecify.annotations.NullMarked;
