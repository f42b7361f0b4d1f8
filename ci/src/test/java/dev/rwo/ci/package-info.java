/**
 * Tests of the whole: the house's arrows, real engines, booted images.
 *
 * <p>Uses every module. Start reading at {@link dev.rwo.ci.HouseTest}.
 */
@NullMarked
package dev.rwo.ci;

import org.jspecify.annotations.NullMarked;
