/**
 * What is known of a box: {@link dev.rwo.hardware.HardwareProfile}, a tree of records whose leaves are
 * {@link dev.rwo.hardware.Fact}s. Unknown is a value, never a false.
 *
 * <p>The rooms below: {@code probe} asks the machine, {@code cpu} classifies a processor by rules that are data,
 * {@code label} turns a profile into what Swarm sees, {@code rule} adds the operator's own labels, {@code watch} hears
 * of changes and decides when they count. This package uses Jackson's tree model and nothing of the rooms.
 */
@NullMarked
package dev.rwo.hardware;

import org.jspecify.annotations.NullMarked;
