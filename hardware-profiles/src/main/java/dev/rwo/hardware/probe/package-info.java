/**
 * Asks the machine: OSHI where it forks nothing, and one small reader for each file of the kernel.
 *
 * <p>No external command; what cannot be read is an unknown fact. Works on a recorded tree as on the running machine.
 * Start reading at {@link dev.rwo.hardware.probe.HardwareProbe} and {@link dev.rwo.hardware.probe.MachineTree}.
 */
@NullMarked
package dev.rwo.hardware.probe;

import org.jspecify.annotations.NullMarked;
