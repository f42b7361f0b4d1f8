package dev.rwo.image.vm;

import java.util.List;

/** How the disk is attached, since an image must boot from all of them. */
public enum DiskBus {
    /** Paravirtual: the fastest, for every day. */
    VIRTIO,
    /** A stick on a USB 3 port. */
    USB,
    /** An NVMe drive. */
    NVME,
    /** A SATA drive. */
    AHCI;

    /** The options for the drive named {@code disk}, which the firmware is to boot from. */
    List<String> options() {
        return switch (this) {
            case VIRTIO -> List.of("-device", "virtio-blk-pci,drive=disk,bootindex=1");
            case USB -> List.of("-device", "qemu-xhci", "-device", "usb-storage,drive=disk,removable=on,bootindex=1");
            case NVME -> List.of("-device", "nvme,drive=disk,serial=rwo-disk,bootindex=1");
            case AHCI -> List.of("-device", "ide-hd,bus=ide.0,drive=disk,serial=rwo-disk,bootindex=1");
        };
    }
}
