/**
 * Tests of the benchmarks' own sums.
 *
 * <p>Uses {@code dev.rwo.ci.bench}. Start reading at {@link dev.rwo.ci.bench.BootTimelineTest}.
 */
@NullMarked
package dev.rwo.ci.bench;

import org.jspecify.annotations.NullMarked;
