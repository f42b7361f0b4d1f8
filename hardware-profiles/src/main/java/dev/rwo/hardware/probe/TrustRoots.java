package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.List;
import java.util.regex.Pattern;

/** Secure Boot's EFI variable and the TPM class. */
final class TrustRoots {
    /** The variable of EFI_GLOBAL_VARIABLE (UEFI specification, "Globally Defined Variables"). */
    private static final String SECURE_BOOT =
            "sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

    private static final String TPM = "sys/class/tpm";

    private static final Pattern TPM_NAME = Pattern.compile("tpm\\d+");

    private TrustRoots() {}

    static HardwareProfile.Security read(MachineTree tree) {
        return new HardwareProfile.Security(secureBoot(tree), tpm2(tree), uefi(tree));
    }

    static HardwareProfile.Security unknown(String reason) {
        return new HardwareProfile.Security(Fact.unknown(reason), Fact.unknown(reason), Fact.unknown(reason));
    }

    /** The kernel makes this directory when UEFI has handed it its runtime services (kernel, drivers/firmware/efi). */
    private static Fact<Boolean> uefi(MachineTree tree) {
        return tree.present("sys/firmware/efi");
    }

    private static Fact<Boolean> secureBoot(MachineTree tree) {
        // A BIOS has no Secure Boot.
        return uefi(tree).then(uefi -> uefi ? secureBootVariable(tree) : Fact.known(false));
    }

    private static Fact<Boolean> secureBootVariable(MachineTree tree) {
        // efivarfs puts four bytes of attributes before the value (kernel, filesystems/efivarfs).
        return tree.bytes(SECURE_BOOT, 16)
                .then(bytes -> bytes.length == 5
                        ? Fact.known(bytes[4] == 1)
                        : Fact.unknown("/" + SECURE_BOOT + " is not one byte long"));
    }

    private static Fact<Boolean> tpm2(MachineTree tree) {
        return tree.names(TPM, name -> TPM_NAME.matcher(name).matches()).then(names -> {
            List<Fact<Long>> versions = names.stream()
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
