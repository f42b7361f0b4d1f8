package dev.rwo.image.vm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * UEFI for the guest.
 *
 * @param code the firmware, read-only
 * @param variables the empty variable store, copied for each machine
 */
record Firmware(Path code, Path variables) {
    /** Debian and Ubuntu (4 MB first: newer and the only one in newer releases), Fedora, Arch. */
    private static final List<Firmware> KNOWN = List.of(
            at("/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"),
            at("/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"),
            at("/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"),
            at("/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"));

    static Firmware find() {
        return KNOWN.stream()
                .filter(firmware -> Files.isReadable(firmware.code) && Files.isReadable(firmware.variables))
                .findFirst()
                .orElseThrow(() -> new VmException(
                        "no UEFI firmware for virtual machines found in /usr/share/OVMF; run: apt-get install ovmf"));
    }

    private static Firmware at(String code, String variables) {
        return new Firmware(Path.of(code), Path.of(variables));
    }
}
