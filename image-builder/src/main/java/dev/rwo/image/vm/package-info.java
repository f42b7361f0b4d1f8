/**
 * Virtual machines that boot our images: used by {@code ./rwo image boot}, by the tests of the image and by the benches.
 *
 * <p>Uses QEMU, qemu-img and OVMF of the host, nothing else of ours. Every wait has a deadline, and no machine outlives
 * its JVM. Start reading at {@link dev.rwo.image.vm.MachineSpec} (what to start) and
 * {@link dev.rwo.image.vm.QemuMachine} (what runs).
 */
@NullMarked
package dev.rwo.image.vm;

import org.jspecify.annotations.NullMarked;
