package dev.rwo.ci.boot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.image.demo.DemoStack;
import dev.rwo.image.vm.Peripheral;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Things are plugged into a running box and pulled out again. What is asserted of times is only that nothing goes before
 * its dwell; how fast a label comes is printed, since an emulated processor is many times slower than a real one. Asks
 * the API rather than the command line where it can: starting a JVM takes the emulated box ten seconds and more.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set up before the first test
@Isolated("an emulated machine takes all processors that there are")
class HotplugIT {

    /** How long a feature must be gone before that counts (docs/labels.md). */
    private static final Duration DWELL = Duration.ofSeconds(10);

    /** By transport: the kind of a drive that QEMU makes up is "virtual". */
    private static final String RULES = """
            labels:
              - {label: site.stick, when: {usb: {vendor: "46f4", product: "0001"}}}
              - {label: site.nvme, when: {disk: {transport: nvme}}}
            """;

    private static final String SERVICE = "stick-reader";
    private static final String GIGABIT = "edge.net.link.ge.1g";
    private static final String GRAPHICS_CARD = "feature.pci-0380_1234.present";
    private static final String DISK_HEALTH = "edge.state.diskhealth";

    /** The nodes as Swarm has them, on one line; by curl, since a docker command takes a second of an emulated box. */
    private static final String SWARM = "curl -fsS --unix-socket /run/docker.sock http://docker/nodes";

    private BootedNode node;
    private Peripheral stick;
    private Peripheral drive;
    private final Map<String, Duration> figures = new LinkedHashMap<>();

    @BeforeAll
    void switchOn(@TempDir Path folder) throws Exception {
        TestImages images = TestImages.require();
        stick = new Peripheral.UsbStick("stick", disk(folder, "stick.raw"));
        drive = new Peripheral.NvmeDrive("drive", disk(folder, "drive.raw"));
        // The built-in port says 100 Mb/s, not "unknown", so that what is known of gigabit depends on the card alone.
        node = BootedNode.boot(
                images,
                images.good(),
                "hotplug",
                spec -> spec.withSlots(3)
                        .withExtra("-global", "virtio-net-pci.speed=100", "-global", "virtio-net-pci.duplex=full"));
        node.awaitStage("workloads", "done");
        node.ok("mkdir -p /etc/rwo/profiles.d && cat > /etc/rwo/profiles.d/test.yaml << 'END'\n" + RULES + "END");
        node.ok("docker service create --quiet --detach --no-resolve-image --stop-grace-period 1s --name " + SERVICE
                + " --constraint node.labels.site.stick==true " + DemoStack.IMAGE + " sleep 86400");
    }

    @AfterAll
    void switchOff() {
        if (node != null) {
            node.close();
        }
        System.out.println("hotplug: event to label in Swarm: "
                + figures.entrySet().stream()
                        .map(figure -> figure.getKey() + " " + seconds(figure.getValue()))
                        .collect(Collectors.joining(", ")));
    }

    @Test
    @Order(1)
    void aStickIsLabelledByTheOperatorsRuleAndItsTaskStarts() throws Exception {
        assertThat(containers()).isEmpty();
        node.plug(stick);
        labelComes("site.stick", "true", "USB stick", "SuperSpeed USB device");
        node.await("docker ps -q --filter label=com.docker.swarm.service.name=" + SERVICE + " | grep .");

        JsonNode labels = node.api("/api/v1/labels");
        assertThat(labels.path("hardware").path("site.stick").asText()).isEqualTo("true");
        assertThat(labels.path("swarm").path("site.stick").asText()).isEqualTo("true");
        JsonNode change = lastChange("site.stick");
        assertThat(change.path("old").isNull()).as(change.toString()).isTrue();
        assertThat(change.path("new").asText()).isEqualTo("true");
        assertThat(change.path("cause").asText()).isNotBlank();
        assertThat(node.ok("rwo profile history")).contains("site.stick: none -> true");
    }

    @Test
    @Order(2)
    void aStickThatIsOutForFiveSecondsMovesNoTask() throws Exception {
        String running = containers();
        String tasks = tasks();
        JsonNode before = lastChange("site.stick");

        node.unplug("stick");
        node.ok("sleep 5");
        node.plug(stick);
        // Longer than the dwell: had the unplugging counted, it would show now.
        node.ok("sleep " + DWELL.plusSeconds(5).toSeconds());

        assertThat(containers()).isNotEmpty().isEqualTo(running);
        assertThat(tasks()).isEqualTo(tasks);
        assertThat(lastChange("site.stick")).isEqualTo(before);
    }

    @Test
    @Order(3)
    void aStickThatStaysOutTakesItsTaskWithItAfterTheDwell() throws Exception {
        node.unplug("stick");
        labelGoesAfterTheDwell("site.stick", "USB disconnect");
        node.await("[ -z \"$(docker ps -q --filter label=com.docker.swarm.service.name=" + SERVICE + ")\" ]");

        assertThat(service().path("running").asInt()).isZero();
        assertThat(service().path("desired").asInt()).isEqualTo(1);
        BootedNode.Answer why = node.run("rwo explain " + SERVICE);
        assertThat(why.status()).isEqualTo(1);
        assertThat(why.output())
                .contains("no: node.labels.site.stick==true: the node has no label site.stick")
                .contains("usb");
    }

    @Test
    @Order(4)
    void anNvmeDriveIsLabelled() throws Exception {
        node.plug(drive);
        labelComes("site.nvme", "true", "NVMe drive", "[1b36:0010]");
        // Looked at by the sweep, in a later test.
        node.nvmeWarning("drive", 1 << 2);
    }

    @Test
    @Order(5)
    void aNetworkCardIsLabelledWhileItsCableIsIn() throws Exception {
        node.plug(new Peripheral.NetworkCard("card"));
        labelComes(GIGABIT, "true", "network card", "NIC Link is Up 1000");
        node.cable("card", false);
        labelGoesAfterTheDwell(GIGABIT, "NIC Link is Down");
        node.cable("card", true);
        labelComes(GIGABIT, "true", "cable", "NIC Link is Up 1000");
    }

    @Test
    @Order(6)
    void aGraphicsCardIsLabelled() throws Exception {
        node.plug(new Peripheral.GraphicsCard("gpu"));
        labelComes(GRAPHICS_CARD, "true", "graphics card", "[1234:1111] type 00 class 0x038000");
    }

    @Test
    @Order(7)
    void aDriveThatWarnsOfItselfIsToldApart() throws Exception {
        node.await(SWARM + " | grep -E '\"" + DISK_HEALTH + "\":\"(warn|bad)\"'");
        assertThat(lastChange(DISK_HEALTH).path("new").asText()).isIn("warn", "bad");
    }

    @Test
    @Order(8)
    void whatIsPulledOutForGoodLosesItsLabels() throws Exception {
        node.unplug("drive");
        node.unplug("card");
        // The graphics card stays: the guest's driver takes it away, but never tells QEMU that it has let go.
        for (String label : new String[] {"site.nvme", GIGABIT}) {
            awaitGone(label);
            assertThat(lastChange(label).path("new").isNull()).as(label).isTrue();
        }
        assertThat(node.api("/api/v1/status").path("overall").asText()).isEqualTo("done");
    }

    private void labelComes(String label, String value, String what, String kernelSays) throws Exception {
        String nodes = node.await(SWARM + " | grep -F '\"" + label + "\":\"" + value + "\"'");
        Instant inSwarm = Instant.parse(
                new ObjectMapper().readTree(nodes).path(0).path("UpdatedAt").asText());
        JsonNode change = lastChange(label);
        assertThat(change.path("new").asText()).as(change.toString()).isEqualTo(value);
        figures.put(what, Duration.between(kernelSaid(kernelSays), inSwarm));
    }

    private void labelGoesAfterTheDwell(String label, String kernelSays) throws Exception {
        awaitGone(label);
        JsonNode change = lastChange(label);
        assertThat(change.path("old").asText()).as(change.toString()).isEqualTo("true");
        assertThat(change.path("new").isNull()).as(change.toString()).isTrue();
        Duration after = Duration.between(kernelSaid(kernelSays), time(change));
        assertThat(after).as("gone only after the dwell").isGreaterThanOrEqualTo(DWELL);
        figures.put(label + " gone", after);
    }

    private void awaitGone(String label) throws Exception {
        node.await("nodes=$(" + SWARM + ") && ! printf '%s' \"$nodes\" | grep -F '\"" + label + "\"'");
    }

    private String containers() throws Exception {
        return node.ok("docker ps -q --no-trunc --filter label=com.docker.swarm.service.name=" + SERVICE);
    }

    private String tasks() throws Exception {
        return node.ok("docker service ps -q --no-trunc " + SERVICE);
    }

    private JsonNode service() throws Exception {
        for (JsonNode service : node.api("/api/v1/services")) {
            if (service.path("name").asText().equals(SERVICE)) {
                return service;
            }
        }
        throw new AssertionError("the node knows no service " + SERVICE);
    }

    /** The newest change of a label in the node's history. */
    private JsonNode lastChange(String label) throws Exception {
        JsonNode change =
                node.api("/api/v1/profile/history?limit=1&key=" + label).path(0);
        assertThat(change.path("key").asText())
                .as("the history of " + label + ": " + change)
                .isEqualTo(label);
        return change;
    }

    private static Instant time(JsonNode change) {
        return Instant.parse(change.path("time").asText());
    }

    /** When the kernel last said something, by the node's own clock. */
    private Instant kernelSaid(String text) throws Exception {
        String line = node.ok("dmesg --time-format iso | grep -F '" + text + "' | tail -n 1");
        assertThat(line).as("the kernel's '" + text + "'").isNotEmpty();
        return OffsetDateTime.parse(line.substring(0, line.indexOf(' ')).replace(',', '.'))
                .toInstant();
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }

    private static Path disk(Path folder, String name) throws IOException {
        Path file = folder.resolve(name);
        try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength(64 << 20);
        }
        return file;
    }
}
