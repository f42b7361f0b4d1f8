/**
 * Reads rule files: YAML that people write, taken strictly and with limits, every complaint with file, line and column.
 *
 * <p>Works on SnakeYAML's node tree without object mapping: nothing reflective, little to load at start, and every value
 * knows its place. Start reading at {@link dev.rwo.hardware.yaml.RuleFile}.
 */
@NullMarked
package dev.rwo.hardware.yaml;

import org.jspecify.annotations.NullMarked;
