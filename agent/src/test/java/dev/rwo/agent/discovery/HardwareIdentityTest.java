package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HardwareIdentityTest {

    private static final String UUID = "4c4c4544-0042-4a10-8053-b7c04f384e32";

    @TempDir
    Path root;

    private Path memory;

    @BeforeEach
    void noMemory() {
        memory = root.resolve("var/lib/rwo/machine");
    }

    private void dmi(String name, String value) throws IOException {
        Path file = root.resolve("sys/class/dmi/id").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    private void adapter(String name, String bus, String assigned, String mac) throws IOException {
        Path device = Files.createDirectories(root.resolve("sys/class/net").resolve(name));
        Files.createSymbolicLink(
                device.resolve("device"), Files.createDirectories(root.resolve("sys/devices/" + bus + "/" + name)));
        Files.writeString(device.resolve("addr_assign_type"), assigned + "\n");
        Files.writeString(device.resolve("address"), mac + "\n");
    }

    private String hash() {
        return HardwareIdentity.hash(root, "shop-17");
    }

    @Test
    void aMachineIsKnownByItsFirmwareWhateverIsPluggedIn() throws Exception {
        dmi("product_uuid", UUID);
        dmi("product_serial", "7B8N2C3");
        String before = hash();
        assertThat(before).matches("[0-9a-f]{16}");
        adapter("eth0", "pci0000:00", "0", "00:1b:21:0a:0b:0c");
        assertThat(hash()).isEqualTo(before);
        dmi("product_serial", "7B8N2C4");
        assertThat(hash()).isNotEqualTo(before);
    }

    @Test
    void anotherSiteKnowsItByAnotherHash() throws Exception {
        dmi("product_uuid", UUID);
        assertThat(HardwareIdentity.hash(root, "other-shop")).isNotEqualTo(hash());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00000000-0000-0000-0000-000000000000",
                "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
                "03000200-0400-0500-0006-000700080009",
                "To be filled by O.E.M.",
                "Default string",
                "System Serial Number",
                "123456789",
                "None",
                ""
            })
    void whatVendorsLeaveInIsNothing(String junk) throws Exception {
        dmi("product_uuid", junk);
        dmi("product_serial", junk);
        dmi("board_serial", junk);
        assertThat(hash()).isEmpty();
    }

    @Test
    void withoutFirmwareTheBuiltInAdaptersTell() throws Exception {
        dmi("product_serial", "Default string");
        adapter("eth0", "pci0000:00", "0", "00:1b:21:0a:0b:0c");
        String before = hash();
        assertThat(before).isNotEmpty();
        adapter("usb0", "pci0000:00/usb1/1-1", "0", "00:1b:21:aa:bb:cc");
        adapter("veth0", "pci0000:00", "1", "3e:1b:21:aa:bb:cc");
        adapter("eth9", "pci0000:00", "0", "00:00:00:00:00:00");
        assertThat(hash()).isEqualTo(before);
    }

    @Test
    void aDiskRemembersItsFirstMachine() throws Exception {
        dmi("product_uuid", UUID);
        HardwareIdentity first = HardwareIdentity.of(root, "shop-17", memory);
        assertThat(first.moved()).isFalse();
        assertThat(HardwareIdentity.of(root, "shop-17", memory)).isEqualTo(first);
        dmi("product_uuid", UUID.replace('4', '5'));
        HardwareIdentity second = HardwareIdentity.of(root, "shop-17", memory);
        assertThat(second.moved()).isTrue();
        assertThat(second.firstSeen()).isEqualTo(first.hash());
    }

    @Test
    void aDamagedMemoryBeginsAnew() throws Exception {
        dmi("product_uuid", UUID);
        Files.createDirectories(memory.getParent());
        Files.writeString(memory, "\u0000\u0000\u0000");
        assertThat(HardwareIdentity.of(root, "shop-17", memory).moved()).isFalse();
        assertThat(memory).hasContent(hash());
    }

    @Test
    void aTestBedNamesItsMachines() throws Exception {
        dmi("product_uuid", UUID);
        String real = hash();
        Files.createDirectories(root.resolve("run/rwo"));
        Files.writeString(root.resolve("run/rwo/machine-identity"), "lab-3\n");
        assertThat(hash()).isNotEmpty().isNotEqualTo(real);
    }
}
