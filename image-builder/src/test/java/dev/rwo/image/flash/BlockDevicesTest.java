package dev.rwo.image.flash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Laid out as a workstation with a system disk (LVM on a partition) and a stick; as of Linux 6.12. */
class BlockDevicesTest {
    private static final long GIB = 1L << 30;

    @TempDir
    Path machine;

    private BlockDevices devices;

    @BeforeEach
    void makeAMachine() throws IOException {
        disk("pci0000:00/ata1/host0", "rwosda", "8:0", 512 * GIB);
        put("rwosda/device/model", "Samsung SSD 870");
        partition("rwosda", "rwosda1", "8:1");
        partition("rwosda", "rwosda2", "8:2");
        disk("virtual", "rwodm-0", "253:0", 100 * GIB);
        Files.createDirectories(sys("rwosda2").resolve("holders/rwodm-0"));
        disk("pci0000:00/usb1/1-2", "rwosdb", "8:16", 16 * GIB);
        put("rwosdb/device/model", "Ultra Fit");
        put("rwosdb/removable", "1");
        partition("rwosdb", "rwosdb1", "8:17");
        mounts("""
                22 1 253:0 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw
                29 22 8:1 / /boot/efi rw,relatime shared:30 - vfat /dev/rwosda1 rw
                31 22 0:25 / /proc rw - proc proc rw
                """);
        swaps("");
        devices = new BlockDevices(machine.resolve("sys"), machine.resolve("proc"));
    }

    @Test
    void anUnusedStickMayBeWritten() {
        BlockDevice stick = devices.find("/dev/rwosdb");
        assertThat(stick.uses()).isEmpty();
        assertThat(stick.model()).isEqualTo("Ultra Fit");
        assertThat(stick.transport()).isEqualTo("usb");
        assertThat(stick.removable()).isTrue();
        assertThat(stick.bytes()).isEqualTo(16 * GIB);
        stick.requireWritable(2 * GIB);
    }

    @Test
    void theSystemDiskIsRefusedEvenThroughLvm() {
        BlockDevice system = devices.find("/dev/rwosda");
        assertThat(system.uses())
                .containsExactly("rwosda1 is mounted at /boot/efi", "rwodm-0 is mounted at / (through rwosda2)");
        assertRefused(() -> system.requireWritable(1), "is in use");
    }

    @Test
    void aStickWithAMountedPartitionIsRefused() throws IOException {
        mounts("40 22 8:17 / /media/my\\040stick rw - vfat /dev/rwosdb1 rw\n");
        assertRefused(() -> devices.find("/dev/rwosdb").requireWritable(1), "rwosdb1 is mounted at /media/my stick");
    }

    @Test
    void aBtrfsMountIsSeenThoughItsNumberIsItsOwn() throws IOException {
        mounts("40 22 0:44 /@ /data rw - btrfs /dev/rwosdb1 rw\n");
        assertRefused(() -> devices.find("rwosdb").requireWritable(1), "rwosdb1 is mounted at /data");
    }

    @Test
    void swapAndUnmountedLvmAreUsesToo() throws IOException {
        swaps("/dev/rwosdb1                               partition\t1048572\t\t0\t\t-2\n");
        assertRefused(() -> devices.find("/dev/rwosdb").requireWritable(1), "rwosdb1 is swap space");
        swaps("");
        disk("virtual", "rwomd0", "9:0", GIB);
        Files.createDirectories(sys("rwosdb1").resolve("holders/rwomd0"));
        assertRefused(() -> devices.find("/dev/rwosdb").requireWritable(1), "rwosdb1 is held by rwomd0");
    }

    @Test
    void aPartitionIsRefusedWithTheDiskItIsOn() {
        assertRefused(() -> devices.find("/dev/rwosdb1"), "name the whole disk that it is on: /dev/rwosdb");
    }

    @Test
    void whatIsNoDiskIsRefused() {
        assertRefused(() -> devices.find("/dev/rwosdz"), "is not a disk of this machine");
        assertRefused(() -> devices.find("/etc/passwd"), "is not a disk; name one such as /dev/sdb");
        assertRefused(() -> devices.find("/dev/../etc/rwosdb"), "is not a disk");
    }

    @Test
    void aDiskThatIsTooSmallOrLockedIsRefused() throws IOException {
        assertRefused(() -> devices.find("rwosdb").requireWritable(17 * GIB), "take a larger disk");
        put("rwosdb/ro", "1");
        assertRefused(() -> devices.find("rwosdb").requireWritable(1), "is read-only");
    }

    @Test
    void withoutKnowingWhatIsMountedNothingIsWritten() throws IOException {
        Files.delete(machine.resolve("proc/self/mountinfo"));
        assertThatThrownBy(() -> devices.find("rwosdb"))
                .isInstanceOf(FlashException.class)
                .hasMessageContaining("it is not known what is in use");
    }

    private static void assertRefused(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FlashException.class, e -> assertThat(e.refused()).isTrue())
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
    }

    private void disk(String bus, String name, String number, long bytes) throws IOException {
        Path folder = Files.createDirectories(
                machine.resolve("sys/devices").resolve(bus).resolve("block").resolve(name));
        Files.createDirectories(machine.resolve("sys/class/block"));
        Files.createSymbolicLink(machine.resolve("sys/class/block").resolve(name), folder);
        Files.createDirectories(folder.resolve("holders"));
        Files.createDirectories(folder.resolve("device"));
        put(name + "/dev", number);
        put(name + "/size", "" + bytes / 512);
        put(name + "/ro", "0");
        put(name + "/removable", "0");
    }

    private void partition(String disk, String name, String number) throws IOException {
        Path folder = Files.createDirectories(sys(disk).toRealPath().resolve(name));
        Files.createSymbolicLink(machine.resolve("sys/class/block").resolve(name), folder);
        Files.createDirectories(folder.resolve("holders"));
        put(name + "/dev", number);
        put(name + "/partition", "1");
    }

    private Path sys(String device) {
        return machine.resolve("sys/class/block").resolve(device);
    }

    private void put(String file, String content) throws IOException {
        Files.writeString(machine.resolve("sys/class/block").resolve(file), content + "\n");
    }

    private void mounts(String lines) throws IOException {
        Files.createDirectories(machine.resolve("proc/self"));
        Files.writeString(machine.resolve("proc/self/mountinfo"), lines);
    }

    private void swaps(String lines) throws IOException {
        Files.writeString(machine.resolve("proc/swaps"), "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n" + lines);
    }
}
