package dev.rwo.hardware;

import java.util.Locale;

/** What a disk is made of, or how it is attached where that says more. */
public enum DiskKind implements Labelled {
    /** An NVMe namespace. */
    NVME,
    /** A disk that does not rotate, on SATA, SAS or a USB bridge. */
    SSD,
    /** A disk that rotates. */
    HDD,
    /** Soldered eMMC. */
    EMMC,
    /** A memory card: slower and shorter-lived than eMMC, so not called that. */
    SD,
    /** A USB stick: USB-attached and marked removable; its "rotational" flag means nothing. */
    USB,
    /** A disk of a hypervisor, whose medium the guest cannot know. */
    VIRTUAL;

    /** The word used in labels and JSON. */
    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
