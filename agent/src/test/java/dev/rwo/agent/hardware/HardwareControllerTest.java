package dev.rwo.agent.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.event.NodeEvent;
import dev.rwo.agent.event.NodeEvents;
import dev.rwo.firstboot.StageState;
import dev.rwo.firstboot.config.HardwareConfig;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.UnknownLabels;
import dev.rwo.hardware.probe.DiskHealthProbe;
import dev.rwo.hardware.probe.HardwareProbe;
import dev.rwo.hardware.watch.ChangeHistory;
import dev.rwo.hardware.watch.LabelChange;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of labels in one agent: what is seen, when it counts, who is told, what a restart keeps. */
class HardwareControllerTest {

    private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
    private static final Map<String, String> BOX = Map.of("edge.cpu.class", "celeron", "edge.profile.rev", "r1");

    @TempDir
    Path state;

    private final List<Topic> told = new ArrayList<>();
    private final List<NodeEvent> events = new ArrayList<>();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private HardwareController controller;
    private HardwareMemory.@Nullable Memory memory;
    private @Nullable NodeFacts published;
    private Set<String> released = Set.of();

    @BeforeEach
    void anAgent() {
        NodeEvents stream = new NodeEvents(Clock.systemUTC());
        stream.listen(0, events::add);
        controller = new HardwareController(
                new HardwareLook(
                        new HardwareProbe(state.resolve("machine")),
                        new DiskHealthProbe(state.resolve("machine")),
                        state.resolve("rules")),
                new HardwareInbox(),
                store(),
                new HardwareNews(history(), stream, meters, told::add),
                HardwareSettings.of(HardwareConfig.DEFAULT),
                Clock.systemUTC());
        memory = store().load().orElse(HardwareMemory.Memory.EMPTY);
        published = null;
    }

    private HardwareMemory store() {
        return new HardwareMemory(state.resolve("hardware.json"), state.resolve("profile.json"));
    }

    private ChangeHistory history() {
        return new ChangeHistory(state.resolve("history.jsonl"));
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> labels = new TreeMap<>(BOX);
        labels.put(key, value);
        return labels;
    }

    /** One round: what the box shows so many milliseconds after the start. */
    private Plan<HardwareController.Keep> look(long millis, Map<String, String> labels) {
        return look(millis, labels, Set.of());
    }

    private Plan<HardwareController.Keep> look(long millis, Map<String, String> labels, Set<String> unknown) {
        HardwareLook.Seen seen = new HardwareLook.Seen(
                HardwareProfile.fromJson(JsonNodeFactory.instance.objectNode()),
                new TreeMap<>(labels),
                new UnknownLabels(unknown, Set.of()),
                Map.of(),
                List.of(),
                Optional.empty(),
                Duration.ZERO);
        Plan<HardwareController.Keep> plan = controller.plan(
                new HardwareController.View(
                        seen, Objects.requireNonNull(memory), published, "remove usb 1-2", false, released),
                START.plusMillis(millis));
        HardwareController.Keep keep = plan.steps().getFirst();
        outcome = controller.act(keep);
        memory = keep.memory();
        published = keep.facts();
        return plan;
    }

    private Outcome outcome = Outcome.unchanged();

    private Map<String, String> counting() {
        return controller.facts().orElseThrow().labels();
    }

    @Test
    void theFirstLookCountsAtOnceAndIsTold() {
        look(0, BOX);
        assertThat(counting()).isEqualTo(BOX);
        assertThat(told).containsExactly(Topic.HARDWARE);
        assertThat(events).extracting(NodeEvent::kind).containsExactly("hardware.profile");
    }

    @Test
    void aDeviceThatAppearsCountsWithTheConfirmingLookAndIsTold() throws IOException {
        look(0, BOX);
        Plan<HardwareController.Keep> plan = look(1000, with("site.stick", "true"));
        assertThat(counting()).doesNotContainKey("site.stick");
        assertThat(plan.again()).isEqualTo(Duration.ofMillis(200));
        look(1200, with("site.stick", "true"));
        assertThat(counting()).containsEntry("site.stick", "true");
        assertThat(told).hasSize(2);
        assertThat(events.stream().filter(event -> event.kind().equals("hardware.label")))
                .singleElement()
                .satisfies(
                        event -> assertThat(event.data().path("key").asText()).isEqualTo("site.stick"));
        assertThat(history().newestFirst(1, "site.stick"::equals))
                .containsExactly(new LabelChange(START.plusMillis(1200), "site.stick", null, "true", "remove usb 1-2"));
        assertThat(meters.counter("rwo.hardware.label.changes", "kind", "appeared")
                        .count())
                .isEqualTo(BOX.size() + 1);
    }

    @Test
    void flapShorterThanDwellTellsNobody() {
        look(0, with("edge.gpu.intel", "true"));
        Plan<HardwareController.Keep> gone = look(1000, BOX);
        assertThat(gone.again()).isEqualTo(Duration.ofSeconds(10));
        look(6000, with("edge.gpu.intel", "true"));
        look(60_000, with("edge.gpu.intel", "true"));
        assertThat(counting()).containsEntry("edge.gpu.intel", "true");
        assertThat(told).hasSize(1);
    }

    @Test
    void whatStaysAwayIsGoneAfterTheDwell() {
        look(0, with("edge.gpu.intel", "true"));
        look(1000, BOX);
        look(10_999, BOX);
        assertThat(counting()).containsKey("edge.gpu.intel");
        look(11_000, BOX);
        assertThat(counting()).doesNotContainKey("edge.gpu.intel");
    }

    @Test
    void aProbeThatFailsKeepsTheLabelAndSaysSo() {
        look(0, with("edge.disk.kind", "ssd"));
        look(1000, BOX, Set.of("edge.disk.kind"));
        Plan<HardwareController.Keep> later = look(100_000, BOX, Set.of("edge.disk.kind"));
        assertThat(counting()).containsEntry("edge.disk.kind", "ssd");
        assertThat(later.verdict().state()).isEqualTo(StageState.DEGRADED);
        assertThat(later.verdict().reason()).contains("edge.disk.kind keeps its last value");
    }

    @Test
    void aRestartDeletesNoLabelThoughTheDeviceComesUpLate() {
        look(0, with("edge.gpu.intel", "true"));
        anAgent();
        look(1_000_000, BOX);
        assertThat(counting()).containsEntry("edge.gpu.intel", "true");
        look(1_005_000, with("edge.gpu.intel", "true"));
        look(1_100_000, with("edge.gpu.intel", "true"));
        assertThat(counting()).containsEntry("edge.gpu.intel", "true");
    }

    @Test
    void aDamagedMemoryIsNoReasonToStop() throws IOException {
        look(0, BOX);
        Files.writeString(state.resolve("hardware.json"), "{\"stable\": ");
        anAgent();
        look(1000, BOX);
        assertThat(counting()).isEqualTo(BOX);
    }

    @Test
    void aLabelThatNoRuleSetsAnyMoreIsRetiredUntilItIsGoneFromTheSwarmEvenAcrossARestart() {
        look(0, with("site.stick", "true"));
        look(1000, BOX);
        look(12_000, BOX);
        assertThat(controller.facts().orElseThrow().retired()).containsExactly("site.stick");
        anAgent();
        look(20_000, BOX);
        assertThat(controller.facts().orElseThrow().retired()).containsExactly("site.stick");
        released = Set.of("site.stick");
        look(30_000, BOX);
        assertThat(controller.facts().orElseThrow().retired()).isEmpty();
    }

    @Test
    void aDiskThatCannotBeWrittenHidesNothing() throws IOException {
        look(0, BOX);
        Files.delete(state.resolve("hardware.json"));
        Files.createDirectories(state.resolve("hardware.json").resolve("in-the-way"));
        look(1000, with("edge.npu", "true"));
        look(2000, with("edge.npu", "true"));
        assertThat(counting()).containsEntry("edge.npu", "true");
        assertThat(told).hasSize(2);
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aFlapDoesNotEvenChangeTheRevision() {
        look(0, with("edge.profile.rev", "r1"));
        look(1000, with("edge.profile.rev", "r2"));
        look(3000, with("edge.profile.rev", "r1"));
        look(60_000, with("edge.profile.rev", "r1"));
        assertThat(controller.facts().orElseThrow().revision()).isEqualTo("r1");
        assertThat(told).hasSize(1);
    }

    @Test
    void engineLabelsCountAfterTheSameDwellButAreNoNodeLabels() {
        look(0, with("engine.labels.graphics.i915", "true"));
        look(1000, BOX);
        assertThat(counting()).doesNotContainKey("engine.labels.graphics.i915");
        assertThat(controller.facts().orElseThrow().engineLabels()).containsEntry("graphics.i915", "true");
        look(11_000, BOX);
        assertThat(controller.facts().orElseThrow().engineLabels()).isEmpty();
    }
}
