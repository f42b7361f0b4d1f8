/** Tests of the simulator, and by it of the planners. Start reading at {@code SimulatorTest}. */
@NullMarked
package dev.rwo.ci.sim;

import org.jspecify.annotations.NullMarked;
