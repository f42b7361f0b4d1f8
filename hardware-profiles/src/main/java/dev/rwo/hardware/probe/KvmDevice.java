package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;

/** /dev/kvm: whether it really opens; the CPU's flag alone says nothing of firmware switches and nested guests. */
final class KvmDevice {
    private KvmDevice() {}

    static Fact<Boolean> opens(MachineTree tree) {
        return tree.opens("dev/kvm");
    }
}
