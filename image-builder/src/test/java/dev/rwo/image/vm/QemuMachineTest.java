package dev.rwo.image.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real QEMU and an empty disk: the firmware is all that runs, and it talks on the serial port. */
class QemuMachineTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private Path image;

    @BeforeEach
    void makeAnEmptyImage() throws IOException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/qemu-system-x86_64"))
                        && Files.isExecutable(Path.of("/usr/bin/qemu-img"))
                        && Files.exists(Path.of("/usr/share/OVMF")),
                "no QEMU here; apt-get install qemu-system-x86 qemu-utils ovmf to run this test");
        image = folder.resolve("empty.raw");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(1 << 20);
        }
    }

    @Test
    void aMachineStartsIsSeenIsResetAndIsKilled() throws IOException {
        MachineSpec spec = spec();
        long pid;
        try (QemuMachine machine = QemuMachine.start(spec)) {
            pid = machine.pid();
            machine.awaitSerialLine(Pattern.compile("Bds"), PATIENCE);
            Path picture = folder.resolve("screen.ppm");
            machine.screenshot(picture);
            assertThat(picture).isNotEmptyFile();
            int said = machine.serial().lines().size();
            machine.reset();
            machine.awaitSerialLine(Pattern.compile("Bds"), said, PATIENCE);
            assertThat(machine.isRunning()).isTrue();
        }
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThat(spec.directory().resolve("serial.log")).content().contains("Bds");
        assertThat(image).hasSize(1 << 20);
    }

    @Test
    void theDiskOfAnotherBuildIsNotUsed() throws IOException {
        QemuMachine.start(spec()).close();
        QemuMachine.start(spec()).close();
        Files.write(image, new byte[2 << 20]);
        assertThatThrownBy(() -> QemuMachine.start(spec()))
                .isInstanceOf(VmException.class)
                .hasMessageContaining("start with --fresh");
        QemuMachine.start(spec().withFresh(true)).close();
    }

    @Test
    void aPortInUseIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> QemuMachine.start(spec().withForward(taken.getLocalPort(), 8443)))
                    .isInstanceOf(VmException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " of 127.0.0.1 is in use")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void aMachineThatNeverSaysItIsReportedWithItsLastLines() {
        try (QemuMachine machine = QemuMachine.start(spec())) {
            machine.kill();
            assertThatThrownBy(() -> machine.awaitSerialLine(Pattern.compile("login:"), PATIENCE))
                    .isInstanceOf(VmException.class)
                    .hasMessageContaining("the machine ended before it said 'login:'");
        }
    }

    @Test
    void aStickIsPluggedInAndPulledOutAsOftenAsOneLikes() throws IOException {
        Path content = Files.write(folder.resolve("stick.raw"), new byte[1 << 20]);
        try (QemuMachine machine = QemuMachine.start(spec().withSlots(1))) {
            Peripheral stick = new Peripheral.UsbStick("stick", content);
            for (int turn = 0; turn < 2; turn++) {
                machine.attach(stick);
                assertRefused(() -> machine.attach(stick), "'stick' is plugged in already");
                machine.detach("stick", PATIENCE);
            }
            assertRefused(() -> machine.detach("stick", PATIENCE), "nothing called 'stick' is plugged in");
        }
    }

    @Test
    void aCardsCableAndHealthAreChangedWhileItIsIn() throws IOException {
        Path content = Files.write(folder.resolve("drive.raw"), new byte[1 << 20]);
        try (QemuMachine machine = QemuMachine.start(spec().withSlots(2))) {
            machine.attach(new Peripheral.NetworkCard("card"));
            machine.link("card", false);
            machine.link("card", true);
            machine.attach(new Peripheral.NvmeDrive("drive", content));
            machine.set("drive", "smart_critical_warning", 4);
            assertRefused(() -> machine.set("drive", "colour", 1), "QEMU refused 'qom-set'");
        }
    }

    @Test
    void whatCannotBePluggedInIsNamedAndLeavesItsSlotFree() {
        try (QemuMachine machine = QemuMachine.start(spec().withSlots(1))) {
            assertRefused(() -> machine.attach(new Peripheral.NvmeDrive("drive", folder.resolve("no.raw"))), "no.raw");
            machine.attach(new Peripheral.GraphicsCard("gpu"));
            assertRefused(() -> machine.attach(new Peripheral.NetworkCard("card")), "no free slot for 'card'");
        }
    }

    @Test
    void aCardThatTheGuestDoesNotLetGoOfIsNamed() {
        try (QemuMachine machine = QemuMachine.start(spec().withSlots(1))) {
            machine.attach(new Peripheral.GraphicsCard("gpu"));
            assertRefused(
                    () -> machine.detach("gpu", Duration.ofSeconds(1)), "the guest did not let go of 'gpu' within 1 s");
        }
    }

    private static void assertRefused(ThrowableAssert.ThrowingCallable attempt, String why) {
        assertThatThrownBy(attempt)
                .isInstanceOf(VmException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aMissingImageIsNamed() {
        MachineSpec missing = new MachineSpec(
                folder.resolve("no.raw"),
                folder.resolve("vm"),
                false,
                1,
                256,
                1,
                DiskBus.VIRTIO,
                Map.of(),
                true,
                0,
                Acceleration.TCG,
                List.of());
        assertThatThrownBy(() -> QemuMachine.start(missing))
                .isInstanceOf(VmException.class)
                .hasMessageContaining("there is no image");
    }

    private MachineSpec spec() {
        return new MachineSpec(
                image,
                folder.resolve("vm"),
                false,
                1,
                256,
                1,
                DiskBus.VIRTIO,
                Map.of(),
                true,
                0,
                Acceleration.TCG,
                List.of());
    }
}
