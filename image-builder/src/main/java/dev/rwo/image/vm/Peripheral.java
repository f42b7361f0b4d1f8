package dev.rwo.image.vm;

import java.nio.file.Path;

/**
 * Something that is plugged into a running machine and pulled out again. The machine needs a free slot for it: see
 * {@link MachineSpec#withSlots}. Each has a name, unique on its machine, by which it is pulled out.
 */
public sealed interface Peripheral {

    /** Its name: a letter, then letters, digits and dashes, at most 30 in all. */
    String id();

    /**
     * A USB 3 stick; the guest sees vendor 46f4, product 0001.
     *
     * @param image what is on it, raw; the guest may write to it
     */
    record UsbStick(String id, Path image) implements Peripheral {
        /**
         * @throws IllegalArgumentException if the name is none
         */
        public UsbStick {
            requireName(id);
        }
    }

    /**
     * An NVMe drive. What it says of its health is set by {@link QemuMachine#set} on {@code smart_critical_warning}, the
     * bits of byte 0 of the SMART log (NVMe base specification 1.4, figure 194).
     *
     * @param image what is on it, raw; the guest may write to it
     */
    record NvmeDrive(String id, Path image) implements Peripheral {
        /**
         * @throws IllegalArgumentException if the name is none
         */
        public NvmeDrive {
            requireName(id);
        }
    }

    /**
     * An Intel gigabit card (82540EM, driver e1000) with its cable in, which leads to a network of its own,
     * {@code 10.0.7.0/24}, with nothing on it but a DHCP server. Not the newer 82574L: QEMU 7.2 does not tell its guest
     * when that one's cable is pulled.
     */
    record NetworkCard(String id) implements Peripheral {
        /**
         * @throws IllegalArgumentException if the name is none
         */
        public NetworkCard {
            requireName(id);
        }
    }

    /**
     * A second graphics card, with a display connected: PCI class 0380, 1234:1111, driver bochs-drm. QEMU's virtio GPU
     * cannot be plugged into a running machine.
     */
    record GraphicsCard(String id) implements Peripheral {
        /**
         * @throws IllegalArgumentException if the name is none
         */
        public GraphicsCard {
            requireName(id);
        }
    }

    private static void requireName(String id) {
        if (!id.matches("[A-Za-z][A-Za-z0-9-]{0,29}")) {
            throw new IllegalArgumentException(
                    "'" + id + "' is no name for a peripheral: use a letter, then letters, digits and dashes");
        }
    }
}
