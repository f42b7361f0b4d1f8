/**
 * The commands behind {@code ./rwo}: sites, images, flashing, the demo.
 *
 * <p>Parses, calls one of the other rooms, and says what happened; decides nothing itself. May use everything of the
 * module. Exit codes: 0 done, 1 failed, 2 wrong usage or bad input. Start reading at
 * {@link dev.rwo.image.cli.RwoCommand}.
 */
@NullMarked
package dev.rwo.image.cli;

import org.jspecify.annotations.NullMarked;
