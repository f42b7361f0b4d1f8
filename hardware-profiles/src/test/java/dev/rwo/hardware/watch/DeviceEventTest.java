package dev.rwo.hardware.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the kernel's messages are a reason to look. */
class DeviceEventTest {

    private static DeviceEvent event(String message) {
        return DeviceEvent.parse(message.replace('|', '\0').getBytes(StandardCharsets.UTF_8))
                .orElseThrow();
    }

    @Test
    void aUsbStickIsNamedAsTheKernelDoes() {
        DeviceEvent event = event("add@/devices/pci0000:00/0000:00:14.0/usb1/1-2|ACTION=add"
                + "|DEVPATH=/devices/pci0000:00/0000:00:14.0/usb1/1-2|SUBSYSTEM=usb|DEVTYPE=usb_device|SEQNUM=4711|");

        assertThat(event.isMeaningful()).isTrue();
        assertThat(event.cause()).isEqualTo("add usb 1-2");
    }

    @ParameterizedTest
    @CsvSource({
        "true, add, /devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sdb, block, disk",
        "false, add, /devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sdb/sdb1, block, partition",
        "true, add, /devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1, block, disk",
        "true, change, /devices/pci0000:00/0000:00:02.0/drm/card0, drm, drm_minor",
        "true, add, /devices/pci0000:00/0000:00:03.0/net/eth1, net, ''",
        "true, add, /devices/virtual/misc/kvm, misc, ''",
        "true, change, /devices/LNXSYSTM:00/ACPI0003:00/power_supply/AC, power_supply, ''",
        "true, offline, /devices/system/cpu/cpu3, cpu, ''",
        "false, add, /devices/virtual/misc/fuse, misc, ''",
        "false, change, /devices/virtual/block/loop0, block, disk",
        "false, change, /devices/virtual/block/dm-0, block, disk",
        "false, add, /devices/virtual/net/veth12ab, net, ''",
        "false, add, /devices/virtual/net/docker0, net, bridge",
        "false, add, /devices/virtual/net/veth12ab/queues/rx-0, queues, ''",
        "false, add, /devices/virtual/bdi/0:53, bdi, ''",
        "false, add, /devices/virtual/workqueue/wg-crypt-rwo0, workqueue, ''",
        "false, change, /devices/virtual/thermal/thermal_zone0, thermal, ''",
        "false, add, /kernel/slab/:0000192, slab, ''",
        "false, add, /module/kvm, module, ''",
    })
    void whatAContainerDoesIsNoReasonToLook(
            boolean meaningful, String action, String path, String subsystem, String type) {
        assertThat(new DeviceEvent(action, path, subsystem, type).isMeaningful())
                .isEqualTo(meaningful);
    }

    @Test
    void udevsOwnMessagesAndGarbageAreNoEvents() {
        assertThat(DeviceEvent.parse("libudev\0\u00fe\u00ed".getBytes(StandardCharsets.ISO_8859_1)))
                .isEmpty();
        assertThat(DeviceEvent.parse(new byte[0])).isEmpty();
        assertThat(DeviceEvent.parse(new byte[4096])).isEmpty();
        assertThat(DeviceEvent.parse("@".getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void whateverADeviceCallsItselfTheCauseIsOneShortLine() {
        DeviceEvent event = event("add@/devices/x/" + "y\n\u001b[2J".repeat(100) + "|SUBSYSTEM=usb|");

        assertThat(event.cause()).hasSizeLessThan(100).matches("\\p{Print}+");
    }

    @Property
    void noMessageOfTheKernelThrows(@ForAll byte[] message) {
        assertThatCode(() -> DeviceEvent.parse(message).map(DeviceEvent::cause)).doesNotThrowAnyException();
        assertThatCode(() -> LinkMessage.parse(message).forEach(LinkMessage::cause))
                .doesNotThrowAnyException();
    }
}
