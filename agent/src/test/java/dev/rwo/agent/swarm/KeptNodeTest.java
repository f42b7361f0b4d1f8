package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeptNodeTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private static KeptNode kept(String box, Instant at) {
        return KeptNode.of(
                        Nodes.node(
                                Availability.DRAIN,
                                Map.of(
                                        OwnedLabels.NODE_ID,
                                        box,
                                        OwnedLabels.NODE_HARDWARE,
                                        "hw-" + box,
                                        OwnedLabels.JOINED,
                                        "20260101T000000Z",
                                        "edge.cpu.class",
                                        "xeon",
                                        "site.floor",
                                        "1",
                                        "team",
                                        "blue \"quoted\"")),
                        at)
                .orElseThrow();
    }

    @Test
    void whatTheOperatorSetComesBackAsItWas() {
        Map<String, String> cluster = kept("box-1", NOW).addedTo(Map.of("rwo.used", "true"));
        assertThat(cluster).containsEntry("rwo.used", "true");
        assertThat(KeptNode.in(cluster)).singleElement().satisfies(kept -> {
            assertThat(kept).isEqualTo(kept("box-1", NOW));
            assertThat(kept.labels())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("site.floor", "1", "team", "blue \"quoted\""));
            assertThat(kept.availability()).isEqualTo(Availability.DRAIN);
        });
    }

    @Test
    void aNodeThatWasNeverLabelledCannotBeFoundAgainSoNothingIsKept() {
        assertThat(KeptNode.of(Nodes.node(Availability.ACTIVE, Map.of("team", "blue")), NOW))
                .isEmpty();
    }

    @Test
    void theOldestGoesWhenThereAreTooMany() {
        SortedMap<String, String> cluster = new TreeMap<>(Map.of("rwo.used", "true"));
        for (int i = 0; i < KeptNode.MOST + 3; i++) {
            cluster = kept("box-" + i, NOW.plusSeconds(i)).addedTo(cluster);
        }
        assertThat(KeptNode.in(cluster)).hasSize(KeptNode.MOST);
        assertThat(cluster)
                .containsKeys("rwo.used", "rwo.kept.box-3")
                .doesNotContainKeys("rwo.kept.box-0", "rwo.kept.box-2");
    }

    @Test
    void aFlashedBoxIsFoundByItsMachine() {
        assertThat(KeptNode.find(
                        KeptNode.in(kept("old", NOW).addedTo(Map.of())),
                        Nodes.node(Availability.DRAIN, Map.of()),
                        "new",
                        "hw-old"))
                .isPresent();
    }

    @Test
    void anotherMachineWithTheSameFirmwareThatWasThereAllAlongIsNoHeir() {
        assertThat(KeptNode.find(
                        KeptNode.in(kept("old", NOW).addedTo(Map.of())),
                        Nodes.node(Availability.ACTIVE, Map.of(OwnedLabels.JOINED, "20250101T000000Z")),
                        "other",
                        "hw-old"))
                .isEmpty();
    }

    @Test
    void damageIsLeftOut() {
        assertThat(KeptNode.in(Map.of(
                        "rwo.kept.a", "{", "rwo.kept.b", "[]", "rwo.kept.c", "null", "rwo.kept.d", "{\"at\":\"x\"}")))
                .isEmpty();
    }

    @Test
    void aKeptLabelOfOursIsNotRestored() {
        assertThat(KeptNode.in(
                                Map.of(
                                        "rwo.kept.a",
                                        "{\"at\":\"2026-11-23T10:00:00Z\",\"availability\":\"active\",\"labels\":{\"edge.x\":\"1\"}}"))
                        .getFirst()
                        .labels())
                .isEmpty();
    }
}
