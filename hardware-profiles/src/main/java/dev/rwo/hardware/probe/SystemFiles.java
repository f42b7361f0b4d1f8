package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;

/** /proc/sys/kernel/osrelease and /etc/os-release (os-release(5)). */
final class SystemFiles {
    private static final String OS_RELEASE = "etc/os-release";

    private SystemFiles() {}

    static HardwareProfile.OperatingSystem read(MachineTree tree) {
        Fact<String> release = tree.text(OS_RELEASE, 64 * 1024);
        Fact<String> imageVersion = field(release, "IMAGE_VERSION");
        return new HardwareProfile.OperatingSystem(
                tree.word("proc/sys/kernel/osrelease"),
                field(release, "ID"),
                field(release, "VERSION_ID"),
                imageVersion.isKnown() || !release.isKnown()
                        ? imageVersion
                        : Fact.unknown("/" + OS_RELEASE + " has no IMAGE_VERSION: not an RWO image"),
                field(release, "IMAGE_ID").then(image -> BootSlot.read(tree, image)));
    }

    static HardwareProfile.OperatingSystem unknown(String reason) {
        Fact<String> none = Fact.unknown(reason);
        return new HardwareProfile.OperatingSystem(none, none, none, none, none);
    }

    private static Fact<String> field(Fact<String> release, String key) {
        return release.then(text -> text.lines()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> unquoted(line.substring(key.length() + 1).strip()))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .map(Fact::known)
                .orElse(Fact.unknown("/" + OS_RELEASE + " has no " + key)));
    }

    private static String unquoted(String value) {
        boolean quoted = value.length() >= 2
                && value.charAt(0) == value.charAt(value.length() - 1)
                && (value.charAt(0) == '"' || value.charAt(0) == '\'');
        return quoted ? value.substring(1, value.length() - 1) : value;
    }
}
