/**
 * Turns a profile into labels: {@link dev.rwo.hardware.label.NodeLabels} for the node in Swarm,
 * {@link dev.rwo.hardware.label.EngineLabels} for the engine (the ancestor, mirrored).
 *
 * <p>Pure. docs/labels.md describes every label; values pass {@link dev.rwo.hardware.label.LabelSanitizer}.
 */
@NullMarked
package dev.rwo.hardware.label;

import org.jspecify.annotations.NullMarked;
