package dev.rwo.image.flash;

import java.util.List;

/**
 * A whole disk.
 *
 * @param name the kernel's name, such as {@code sda}
 * @param bytes its size
 * @param model what it calls itself; empty if it does not say
 * @param serial its serial number; empty if it does not say
 * @param transport how it is attached: usb, nvme, ata, mmc, virtio, loop or unknown
 * @param removable whether the kernel takes it for removable
 * @param readOnly whether it cannot be written
 * @param uses what it is used for right now, such as {@code sda1 is mounted at /boot}; empty if nothing
 */
public record BlockDevice(
        String name,
        long bytes,
        String model,
        String serial,
        String transport,
        boolean removable,
        boolean readOnly,
        List<String> uses) {

    /** Copies the list. */
    public BlockDevice {
        uses = List.copyOf(uses);
    }

    /**
     * Makes sure that this disk may be overwritten by an image of that size.
     *
     * @throws FlashException if it is in use, read-only or too small
     */
    public void requireWritable(long imageBytes) {
        if (!uses.isEmpty()) {
            throw FlashException.refused("/dev/" + name + " is in use: " + String.join(", ", uses)
                    + "; nothing was written. If it is the right disk, release it first (umount, swapoff)");
        }
        if (readOnly) {
            throw FlashException.refused("/dev/" + name + " is read-only; if it has a lock switch, move it");
        }
        if (bytes < imageBytes) {
            throw FlashException.refused("/dev/" + name + " has " + bytes + " bytes and the image needs " + imageBytes
                    + "; take a larger disk");
        }
    }
}
