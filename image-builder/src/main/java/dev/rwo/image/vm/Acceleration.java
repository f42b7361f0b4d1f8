package dev.rwo.image.vm;

import java.util.List;

/** What executes the guest's instructions. */
public enum Acceleration {
    /** The host's processor. */
    KVM,
    /** QEMU's translator: everywhere, and 10 to 30 times slower. */
    TCG;

    List<String> options() {
        return switch (this) {
            case KVM -> List.of("-accel", "kvm", "-cpu", "host");
            // max: what a current processor offers; multi-threaded translation is off by default in some builds.
            case TCG -> List.of("-accel", "tcg,thread=multi", "-cpu", "max");
        };
    }
}
