package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;

/** /proc/sys/kernel/osrelease and /etc/os-release. */
final class SystemFiles {
    private static final String OS_RELEASE = "etc/os-release";

    private SystemFiles() {}

    static HardwareProfile.OperatingSystem read(MachineTree tree) {
        return new HardwareProfile.OperatingSystem(
                tree.word("proc/sys/kernel/osrelease"),
                Fact.unknown("not probed yet"),
                Fact.unknown("not probed yet"),
                imageVersion(tree),
                Fact.unknown("not probed yet"));
    }

    private static Fact<String> imageVersion(MachineTree tree) {
        return tree.text(OS_RELEASE, 64 * 1024)
                .then(text -> text.lines()
                        .filter(line -> line.startsWith("IMAGE_VERSION="))
                        .map(line ->
                                line.substring(line.indexOf('=') + 1).strip().replaceAll("^[\"']|[\"']$", ""))
                        .filter(version -> !version.isEmpty())
                        .findFirst()
                        .map(Fact::known)
                        .orElse(Fact.unknown("/" + OS_RELEASE + " has no IMAGE_VERSION: not an RWO image")));
    }
}
