/**
 * Benchmarks that a person runs by {@code ci/bench}, with results as Markdown for {@code docs/benchmarks.md}.
 *
 * <p>Uses {@code dev.rwo.image.vm} to boot images. Start reading at {@link dev.rwo.ci.bench.BootBench}.
 */
@NullMarked
package dev.rwo.ci.bench;

import org.jspecify.annotations.NullMarked;
