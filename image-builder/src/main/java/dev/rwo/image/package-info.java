/**
 * The workstation's side of RWO: from a site to a disk image, onto a disk, into a virtual machine.
 *
 * <p>May use {@code keys} and the tools of the host, never anything of the agent. Start reading at
 * {@link dev.rwo.image.cli.RwoCommand}; the rooms are {@code build} (mkosi), {@code vm} (QEMU), {@code flash} (disks) and
 * {@code demo} (what {@code ./rwo demo} puts into its image).
 */
@NullMarked
package dev.rwo.image;

import org.jspecify.annotations.NullMarked;
