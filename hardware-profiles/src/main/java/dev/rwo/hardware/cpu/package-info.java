/**
 * Says what a processor is: class, rank, vendor, generation.
 *
 * <p>Pure, except that the standard rules are read once from {@code cpu-rules.yaml}. Start reading at
 * {@link dev.rwo.hardware.cpu.CpuClassifier}; docs/labels.md explains the rank ladder.
 */
@NullMarked
package dev.rwo.hardware.cpu;

import org.jspecify.annotations.NullMarked;
