package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KeptNodeTest {

    private static final long INDEX = 42;

    private static final String KEPT =
            "{\"hw\":\"abc\",\"order\":%d,\"availability\":\"active\",\"labels\":{\"site.floor\":\"%s\"}}";

    private static KeptNode kept(String box, long order) {
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
                        order)
                .orElseThrow();
    }

    @Test
    void whatTheOperatorSetComesBackAsItWas() {
        Map<String, String> cluster = kept("box-1", INDEX).addedTo(Map.of("rwo.used", "true"));
        assertThat(cluster).containsEntry("rwo.used", "true");
        assertThat(KeptNode.in(cluster)).singleElement().satisfies(kept -> {
            assertThat(kept).isEqualTo(kept("box-1", INDEX));
            assertThat(kept.labels())
                    .containsExactlyInAnyOrderEntriesOf(Map.of("site.floor", "1", "team", "blue \"quoted\""));
            assertThat(kept.availability()).isEqualTo(Availability.DRAIN);
        });
    }

    @Test
    void aNodeThatWasNeverLabelledCannotBeFoundAgainSoNothingIsKept() {
        assertThat(KeptNode.of(Nodes.node(Availability.ACTIVE, Map.of("team", "blue")), INDEX))
                .isEmpty();
    }

    @Test
    void theOldestGoesWhenThereAreTooMany() {
        SortedMap<String, String> cluster = new TreeMap<>(Map.of("rwo.used", "true"));
        for (int i = 0; i < KeptNode.MOST + 3; i++) {
            cluster = kept("box-" + i, INDEX + i).addedTo(cluster);
        }
        assertThat(KeptNode.in(cluster)).hasSize(KeptNode.MOST);
        assertThat(cluster)
                .containsKeys("rwo.used", "rwo.kept.box-3")
                .doesNotContainKeys("rwo.kept.box-0", "rwo.kept.box-2");
    }

    @Test
    void aFlashedBoxIsFoundByItsMachine() {
        assertThat(KeptNode.find(KeptNode.in(kept("old", INDEX).addedTo(Map.of())), "new", "hw-old"))
                .isPresent();
    }

    @Test
    void ofABoxThatWasFlashedTwiceTheLastComesBack() {
        Map<String, String> cluster = new TreeMap<>();
        cluster.put("rwo.kept.first", KEPT.formatted(9, "1"));
        cluster.put("rwo.kept.second", KEPT.formatted(10, "2"));
        assertThat(KeptNode.find(KeptNode.in(cluster), "new", "abc")
                        .orElseThrow()
                        .labels())
                .containsEntry("site.floor", "2");
    }

    @Test
    void aMachineThatIsLikeOthersIsFoundByItsIdentityOnly() {
        Map<String, String> labels =
                Map.of(OwnedLabels.NODE_ID, "box", OwnedLabels.NODE_HARDWARE, OwnedLabels.SHARED, "site.floor", "1");
        List<KeptNode> kept = List.of(
                KeptNode.of(Nodes.node(Availability.ACTIVE, labels), INDEX).orElseThrow());
        assertThat(KeptNode.find(kept, "other", OwnedLabels.machine(labels))).isEmpty();
        assertThat(KeptNode.find(kept, "box", OwnedLabels.machine(labels))).isPresent();
    }

    @Test
    void damageIsLeftOut() {
        assertThat(KeptNode.in(Map.of(
                        "rwo.kept.a", "{", "rwo.kept.b", "[]", "rwo.kept.c", "null", "rwo.kept.d", "{\"order\":1}")))
                .isEmpty();
    }

    @Test
    void aKeptLabelOfOursIsNotRestored() {
        assertThat(KeptNode.in(Map.of(
                                "rwo.kept.a",
                                "{\"order\":1,\"availability\":\"active\",\"labels\":{\"edge.x\":\"1\"}}"))
                        .getFirst()
                        .labels())
                .isEmpty();
    }
}
