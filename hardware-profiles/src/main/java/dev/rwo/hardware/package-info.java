/**
 * Knows a box's hardware: probes it, classifies its processor and turns the facts into labels.
 *
 * <p>Uses OSHI's native-free Linux backend and the kernel's files under /proc, /sys and /dev; nothing else of RWO, no
 * external command, no JNA. Start reading at {@link dev.rwo.hardware.HardwareProbe} (the world), then
 * {@link dev.rwo.hardware.HardwareProfile} (what is known), {@link dev.rwo.hardware.CpuClassifier} (rules in
 * {@code cpu-rules.yaml}) and {@link dev.rwo.hardware.NodeLabels} (what Swarm sees). Everything that can fail to be
 * known is a {@link dev.rwo.hardware.Fact}: unknown is a value, never a false.
 */
@NullMarked
package dev.rwo.hardware;

import org.jspecify.annotations.NullMarked;
