package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoxLabelsTest {

    private static BoxLabels labels(Map<String, String> labels) {
        return BoxLabels.of(Nodes.facts("r2", labels, Set.of("edge.mem.ecc"), Set.of("site.printer")));
    }

    @Test
    void whatABoxSaysArrivesAsItWas() {
        BoxLabels said = labels(Map.of("edge.cpu.class", "xeon", "feature.cpu-cpuid.AVX2", "true", "site.scale", "1"));
        assertThat(BoxLabels.fromJson(said.toJson())).isEqualTo(said);
    }

    @Test
    void theHashChangesWithEveryPart() {
        assertThat(Set.of(
                        labels(Map.of()).hash(),
                        labels(Map.of("edge.a", "1")).hash(),
                        labels(Map.of("edge.a", "2")).hash(),
                        BoxLabels.of(Nodes.facts("r2", Map.of("edge.a", "1"), Set.of()))
                                .hash()))
                .hasSize(4);
        assertThat(labels(Map.of("edge.a", "1")).hash())
                .isEqualTo(labels(Map.of("edge.a", "1")).hash())
                .hasSize(16);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "team",
                "com.docker.stack.namespace",
                "edge.",
                "edge.a b",
                "edge.a=b",
                "edge.joined",
                "edge.node.id",
                "edge.node.hw",
                "rwo.epoch",
                "site.\u00e4"
            })
    void aBoxCannotSetALabelThatIsNotItsHardwares(String key) {
        ObjectNode answer = labels(Map.of()).toJson();
        answer.withObject("/labels").put(key, "1");
        assertThatIllegalArgumentException().isThrownBy(() -> BoxLabels.fromJson(answer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "{\"labels\":{\"edge.a\":1}}",
                "{\"revision\":\"r\",\"labels\":{\"edge.a\":\"b c\"},\"retired\":[],\"unknownKeys\":[],\"unknownPrefixes\":[]}",
                "{\"revision\":\"r\",\"labels\":{},\"retired\":[\"team\"],\"unknownKeys\":[],\"unknownPrefixes\":[]}",
                "{\"revision\":\"r\",\"labels\":{},\"retired\":[\"edge.a\"],\"unknownKeys\":[],\"unknownPrefixes\":[]}",
                "{\"revision\":\"r\",\"labels\":{},\"retired\":[],\"unknownKeys\":[],\"unknownPrefixes\":[\"\"]}",
                "{\"revision\":\"r\",\"labels\":{},\"retired\":[],\"unknownKeys\":[5],\"unknownPrefixes\":[]}",
                "{\"revision\":5,\"labels\":{},\"retired\":[],\"unknownKeys\":[],\"unknownPrefixes\":[]}"
            })
    void nonsenseIsRefused(String text) throws IOException {
        JsonNode json = new ObjectMapper().readTree(text);
        assertThatIllegalArgumentException().isThrownBy(() -> BoxLabels.fromJson(json));
    }

    @Test
    void tooManyAndTooLongAreRefused() {
        ObjectNode many = labels(Map.of()).toJson();
        for (int i = 0; i <= BoxLabels.MOST; i++) {
            many.withObject("/labels").put("edge.n" + i, "1");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> BoxLabels.fromJson(many));
        ObjectNode longValue = labels(Map.of("edge.a", "x".repeat(63))).toJson();
        assertThat(BoxLabels.fromJson(longValue).labels()).hasSize(1);
        longValue.withObject("/labels").put("edge.a", "x".repeat(64));
        assertThatIllegalArgumentException().isThrownBy(() -> BoxLabels.fromJson(longValue));
        ObjectNode longKey = labels(Map.of()).toJson();
        longKey.withObject("/labels").put("edge." + "x".repeat(200), "1");
        assertThatIllegalArgumentException().isThrownBy(() -> BoxLabels.fromJson(longKey));
        ObjectNode list = labels(Map.of()).toJson();
        list.set("unknownKeys", JsonNodeFactory.instance.objectNode());
        assertThatIllegalArgumentException().isThrownBy(() -> BoxLabels.fromJson(list));
    }
}
