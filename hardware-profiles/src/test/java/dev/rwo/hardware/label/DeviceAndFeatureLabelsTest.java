package dev.rwo.hardware.label;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.testing.ProfileJson;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Labels of devices and of Node Feature Discovery's mirror, from profiles of which little else is known. */
class DeviceAndFeatureLabelsTest {

    @Test
    void everyAcceleratorKindHasALabelOfItsOwn() {
        assertThat(labels("""
            {'accelerators': [
              {'address': '0000:00:0b.0', 'kind': 'intel-npu', 'vendor': '8086', 'device': '7d1d', 'driver': 'intel_vpu'},
              {'address': '1-2', 'kind': 'Coral', 'vendor': '18d1', 'device': '9302', 'driver': ''}]}"""))
                .containsEntry("edge.npu", "true")
                .containsEntry("edge.npu.intel-npu", "true")
                .containsEntry("edge.npu.coral", "true");
    }

    @Test
    void unknownAcceleratorsLeaveEveryKindOpen() {
        UnknownLabels unknown = NodeLabels.unknown(ProfileJson.of("{}"));

        assertThat(unknown.covers("edge.npu")).isTrue();
        assertThat(unknown.covers("edge.npu.hailo")).isTrue();
        assertThat(NodeLabels.unknown(ProfileJson.of("{'accelerators': []}")).covers("edge.npu"))
                .isFalse();
    }

    @Test
    void oneConnectedDisplayIsEnoughAndOneUnknownLeavesItOpen() {
        String off = "{'connector': 'HDMI-A-1', 'connected': false}";
        String on = "{'connector': 'DP-1', 'connected': true}";
        String hidden = "{'connector': 'DP-2', 'connected': {'unknown': 'no permission'}}";

        assertThat(labels("{'displays': [" + off + "," + on + "," + hidden + "]}"))
                .containsEntry("edge.display.connected", "true");
        assertThat(labels("{'displays': [" + off + "]}")).containsEntry("edge.display.connected", "false");
        HardwareProfile open = ProfileJson.of("{'displays': [" + off + "," + hidden + "]}");
        assertThat(NodeLabels.of(open)).doesNotContainKey("edge.display.connected");
        assertThat(NodeLabels.unknown(open).covers("edge.display.connected")).isTrue();
    }

    @Test
    void twoMakersOfGraphicsHaveTwoLabelsAndTheStrongerDriverNamesTheBox() {
        assertThat(labels("""
            {'gpus': [
              {'address': '0000:00:02.0', 'vendor': '8086', 'device': '46a6', 'driver': 'i915'},
              {'address': '0000:01:00.0', 'vendor': '10de', 'device': '2504', 'driver': 'nvidia'}]}"""))
                .containsEntry("edge.gpu.intel", "true")
                .containsEntry("edge.gpu.nvidia", "true")
                .containsEntry("edge.gpu.driver", "nvidia")
                .doesNotContainKey("edge.gpu.amd");
    }

    @Test
    void interfaceThatHidesItsSpeedLeavesOnlyTheHigherStepsOpen() {
        HardwareProfile profile = ProfileJson.of("""
            {'nics': [
              {'name': 'eth0', 'link': true, 'wireless': false, 'megabitsPerSecond': 1000, 'virtualFunctions': 0},
              {'name': 'eth1', 'link': true, 'wireless': false, 'virtualFunctions': 7}]}""");

        assertThat(NodeLabels.of(profile))
                .containsEntry("edge.net.link.ge.1g", "true")
                .containsEntry("feature.network-sriov.capable", "true");
        assertThat(NodeLabels.unknown(profile).keys())
                .contains("edge.net.link.ge.2g5", "edge.net.link.ge.10g")
                .doesNotContain("edge.net.link.ge.1g");
    }

    @Test
    void radioNeitherEarnsNorHidesALinkLabel() {
        HardwareProfile profile =
                ProfileJson.of("{'nics': [{'name': 'wlan0', 'link': true, 'wireless': true, 'virtualFunctions': 0}]}");

        assertThat(NodeLabels.of(profile)).doesNotContainKey("edge.net.link.ge.1g");
        assertThat(NodeLabels.unknown(profile).keys()).doesNotContain("edge.net.link.ge.1g");
    }

    @Test
    void onlyPciClassesOfNodeFeatureDiscoveryBecomeLabels() {
        assertThat(labels("""
            {'pci': [
              {'address': '0000:00:02.0', 'deviceClass': '030000', 'vendor': '8086', 'device': '46a6', 'driver': 'i915'},
              {'address': '0000:00:0b.0', 'deviceClass': '120000', 'vendor': '8086', 'device': '7d1d', 'driver': ''},
              {'address': '0000:00:1f.3', 'deviceClass': '040300', 'vendor': '8086', 'device': '51c8', 'driver': ''}]}"""))
                .containsEntry("feature.pci-0300_8086.present", "true")
                .containsEntry("feature.pci-1200_8086.present", "true")
                .doesNotContainKey("feature.pci-0403_8086.present");
    }

    @Test
    void receiptPrinterBecomesALabelThoughNodeFeatureDiscoveryHidesPrinters() {
        assertThat(labels("""
            {'usb': [
              {'path': '1-2', 'vendor': '04b8', 'product': '0202', 'classes': ['07']},
              {'path': '1-3', 'vendor': '046d', 'product': 'c31c', 'classes': ['03']}]}"""))
                .containsEntry("feature.usb-07_04b8_0202.present", "true")
                .doesNotContainKey("feature.usb-03_046d_c31c.present");
    }

    @Test
    void usbDeviceOfUnknownClassesLeavesExactlyItsOwnKeysOpen() {
        UnknownLabels unknown =
                NodeLabels.unknown(ProfileJson.of("{'usb': [{'path': '1-2', 'vendor': '04b8', 'product': '0202'}]}"));

        assertThat(unknown.covers("feature.usb-07_04b8_0202.present")).isTrue();
        assertThat(unknown.covers("feature.usb-03_04b8_0202.present")).isFalse();
        assertThat(unknown.covers("feature.usb-07_046d_c31c.present")).isFalse();
    }

    @Test
    void systemAndKernelAreSplitAsNodeFeatureDiscoveryDoes() {
        assertThat(labels("""
            {'os': {'kernel': '6.12.57+deb13-amd64', 'id': 'debian', 'versionId': '13', 'slot': 'B'}}"""))
                .containsAllEntriesOf(Map.of(
                        "feature.kernel-version.full", "6.12.57-deb13-amd64",
                        "feature.kernel-version.major", "6",
                        "feature.kernel-version.minor", "12",
                        "feature.kernel-version.revision", "57",
                        "feature.system-os_release.ID", "debian",
                        "feature.system-os_release.VERSION_ID", "13",
                        "feature.system-os_release.VERSION_ID.major", "13",
                        "edge.slot", "B"))
                .doesNotContainKey("feature.system-os_release.VERSION_ID.minor");
    }

    @Test
    void flagsThreadsAndNumaNodesBecomeFeatures() {
        assertThat(labels("""
            {'cpu': {'vendor': 'AuthenticAMD', 'cores': 4, 'threads': 8, 'family': 23, 'model': 24,
                     'flags': ['aes', 'svm', 'sse4_2', 'constant_tsc']},
             'memory': {'numaNodes': 2}}"""))
                .containsEntry("feature.cpu-cpuid.AESNI", "true")
                .containsEntry("feature.cpu-cpuid.SVM", "true")
                .containsEntry("feature.cpu-hardware_multithreading", "true")
                .containsEntry("feature.cpu-model.vendor_id", "AMD")
                .containsEntry("feature.cpu-model.family", "23")
                .containsEntry("feature.cpu-model.id", "24")
                .containsEntry("feature.memory-numa", "true")
                .doesNotContainKeys("feature.cpu-cpuid.SSE42", "feature.cpu-cpuid.AVX2");
    }

    @Test
    void engineLabelsSayWhichOfThemAreUnknown() {
        EngineLabels engine = EngineLabels.of(ProfileJson.of("{'firmware': {'family': 'None'}}"));

        assertThat(engine.labels()).isEmpty();
        assertThat(engine.unknown().covers("vt_enabled")).isTrue();
        assertThat(engine.unknown().covers("graphics.i915")).isTrue();
        assertThat(engine.unknown().covers("family")).isFalse();
    }

    private static Map<String, String> labels(String profile) {
        return NodeLabels.of(ProfileJson.of(profile));
    }
}
