package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.List;

/** Secure Boot's EFI variable and the TPM class. */
final class TrustRoots {
    /** The variable of EFI_GLOBAL_VARIABLE (UEFI specification, "Globally Defined Variables"). */
    private static final String SECURE_BOOT =
            "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    private static final String TPM = "sys/class/tpm";

    private TrustRoots() {}

    static HardwareProfile.Security read(MachineTree tree) {
        return new HardwareProfile.Security(secureBoot(tree), tpm2(tree), Fact.unknown("not probed yet"));
    }

    private static Fact<Boolean> secureBoot(MachineTree tree) {
        if (tree.isDirectory("sys/firmware") && !tree.exists("sys/firmware/efi")) {
            return Fact.known(false); // booted by a BIOS, which has no Secure Boot
        }
        // efivarfs puts four bytes of attributes before the value (kernel, filesystems/efivarfs).
        return tree.bytes(SECURE_BOOT, 16)
                .then(bytes -> bytes.length == 5
                        ? Fact.known(bytes[4] == 1)
                        : Fact.unknown("/" + SECURE_BOOT + " is not one byte long"));
    }

    private static Fact<Boolean> tpm2(MachineTree tree) {
        return tree.names(TPM).then(names -> {
            List<Fact<Long>> versions = names.stream()
                    .filter(name -> name.matches("tpm\\d+"))
                    .map(name -> tree.number(TPM + "/" + name + "/tpm_version_major"))
                    .toList();
            if (versions.stream().anyMatch(version -> version.orElse(0L) == 2)) {
                return Fact.known(true);
            }
            return versions.stream()
                    .filter(version -> !version.isKnown())
                    .findFirst()
                    .orElse(Fact.known(0L))
                    .map(none -> false);
        });
    }
}
