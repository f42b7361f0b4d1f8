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
                Acceleration.TCG,
                List.of());
    }
}
