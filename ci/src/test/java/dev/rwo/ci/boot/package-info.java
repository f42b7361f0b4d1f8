/**
 * The third ring of tests: the real image, booted in QEMU, looked at from outside and from within.
 *
 * <p>Each test class is a story of one box; {@code ./rwo test} builds the images and says where they are. Start reading
 * at {@link dev.rwo.ci.boot.FirstBootIT}.
 */
@NullMarked
package dev.rwo.ci.boot;

import org.jspecify.annotations.NullMarked;
