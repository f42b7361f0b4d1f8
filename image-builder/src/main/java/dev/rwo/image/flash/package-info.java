/**
 * Writes an image onto a stick or disk without ever hitting the wrong one.
 *
 * <p>Reads /sys and /proc, writes the one device it was told to. Start reading at {@link dev.rwo.image.flash.BlockDevice}
 * (what a disk is and what it is used for), then {@link dev.rwo.image.flash.Flasher}.
 */
@NullMarked
package dev.rwo.image.flash;

import org.jspecify.annotations.NullMarked;
