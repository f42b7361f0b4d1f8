package dev.rwo.image.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineSpecTest {
    private static final Firmware FIRMWARE = new Firmware(Path.of("/fw/code.fd"), Path.of("/fw/vars.fd"));
    private static final Path CONTROL = Path.of("/tmp/c/control");

    private final MachineSpec spec = new MachineSpec(
            Path.of("/images/shop.raw"),
            Path.of("/vm/shop"),
            false,
            10,
            2048,
            2,
            DiskBus.VIRTIO,
            Map.of(),
            false,
            0,
            Acceleration.TCG,
            List.of());

    @Test
    void portsAreForwardedFromLoopbackOnly() {
        assertThat(options(spec.withForward(8443, 8443).withForward(2222, 22)))
                .contains("-netdev user,id=lan,hostfwd=tcp:127.0.0.1:2222-:22,hostfwd=tcp:127.0.0.1:8443-:8443");
        assertThat(options(spec.withRestricted(true))).contains("-netdev user,id=lan,restrict=on");
    }

    @Test
    void theDiskSurvivesWhatTheGuestHasFlushed() {
        assertThat(options(spec)).contains("cache=writeback").doesNotContain("cache=unsafe");
    }

    @Test
    void theDiskIsOnTheBusThatWasAskedFor() {
        assertThat(options(spec)).contains("-device virtio-blk-pci,drive=disk");
        assertThat(options(spec.withBus(DiskBus.USB))).contains("-device qemu-xhci -device usb-storage,drive=disk");
        assertThat(options(spec.withBus(DiskBus.NVME))).contains("-device nvme,drive=disk");
        assertThat(options(spec.withBus(DiskBus.AHCI))).contains("-device ide-hd,bus=ide.0,drive=disk");
    }

    @Test
    void thereIsATtyButNoWindow() {
        assertThat(options(spec)).contains("-vga std -display none");
    }

    @Test
    void emulationUsesAllThreadsAndEveryFeature() {
        assertThat(options(spec)).contains("-accel tcg,thread=multi -cpu max");
        assertThat(options(spec.withAcceleration(Acceleration.KVM))).contains("-accel kvm -cpu host");
    }

    @Test
    void aCommaInAPathDoesNotBecomeAnOption() {
        MachineSpec odd = new MachineSpec(
                Path.of("/i.raw"),
                Path.of("/a,b"),
                false,
                1,
                512,
                1,
                DiskBus.VIRTIO,
                Map.of(),
                false,
                0,
                Acceleration.TCG,
                List.of());
        assertThat(options(odd)).contains("file=/a,,b/disk.qcow2");
    }

    @Test
    void onlyAMachineWithSlotsHasWhatIsNeededToPlugThingsIn() {
        assertThat(options(spec)).doesNotContain("xhci", "pcie-root-port");
        assertThat(options(spec.withSlots(2)))
                .contains("-device qemu-xhci,id=usb")
                .contains("pcie-root-port,id=slot1,chassis=1", "pcie-root-port,id=slot2,chassis=2")
                .doesNotContain("slot3");
    }

    @Test
    void furtherOptionsComeLast() {
        assertThat(options(spec.withExtra("-smbios", "type=1,manufacturer=Acme")))
                .endsWith("-smbios type=1,manufacturer=Acme");
    }

    @Test
    void impossibleMachinesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> spec.withMemoryMib(10));
        assertThatIllegalArgumentException().isThrownBy(() -> spec.withCpus(0));
        assertThatIllegalArgumentException().isThrownBy(() -> spec.withDiskGib(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> spec.withForward(0, 22));
        assertThatIllegalArgumentException().isThrownBy(() -> spec.withSlots(17));
        assertThatIllegalArgumentException().isThrownBy(() -> new Peripheral.NetworkCard("a card"));
    }

    private static String options(MachineSpec spec) {
        return String.join(" ", spec.command(FIRMWARE, CONTROL));
    }
}
