package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EngineConfigTest {

    private static final EngineProxies NO_PROXIES = EngineProxies.of(Map.of());
    private static final EngineProxies PROXY = EngineProxies.of(Map.of("http-proxy", "http://proxy.example:3128"));

    private static ObjectNode json(String text) throws Exception {
        return (ObjectNode) new ObjectMapper().readTree(text);
    }

    @Test
    void keepsWhatTheOperatorHas() throws Exception {
        ObjectNode merged = EngineConfig.merge(
                json(
                        "{\"log-driver\":\"journald\",\"labels\":[\"team=blue\",\"vt_enabled=false\",\"graphics.old=true\"]}"),
                new TreeMap<>(Map.of("vt_enabled", "true")),
                List.of(),
                NO_PROXIES);
        assertThat(merged)
                .isEqualTo(json("{\"log-driver\":\"journald\",\"labels\":[\"team=blue\",\"vt_enabled=true\"]}"));
    }

    @Test
    void videoIsAGenericResourceThatNeedsARestart() throws Exception {
        ObjectNode before = json("{\"node-generic-resources\":[\"SCALE=1\"]}");
        ObjectNode merged = EngineConfig.merge(before, new TreeMap<>(), List.of("VIDEO=1"), NO_PROXIES);
        assertThat(merged).isEqualTo(json("{\"node-generic-resources\":[\"SCALE=1\",\"VIDEO=1\"]}"));
        assertThat(EngineConfig.reloadable(before, merged)).isFalse();
    }

    @Test
    void labelsAloneAreReloaded() throws Exception {
        ObjectNode before = json("{}");
        ObjectNode merged =
                EngineConfig.merge(before, new TreeMap<>(Map.of("system_type", "bare-metal")), List.of(), NO_PROXIES);
        assertThat(EngineConfig.reloadable(before, merged)).isTrue();
    }

    @Test
    void proxiesComeAndGo() throws Exception {
        ObjectNode with = EngineConfig.merge(json("{}"), new TreeMap<>(), List.of(), PROXY);
        assertThat(with).isEqualTo(json("{\"proxies\":{\"http-proxy\":\"http://proxy.example:3128\"}}"));
        assertThat(EngineConfig.merge(with, new TreeMap<>(), List.of(), NO_PROXIES))
                .isEqualTo(json("{}"));
    }

    @Test
    void proxiesOfASystemThatIsNotOursStayWhenRwoYamlHasNone() throws Exception {
        ObjectNode theirs = json("{\"proxies\":{\"http-proxy\":\"http://theirs.example:3128\"}}");
        assertThat(EngineConfig.merge(theirs, new TreeMap<>(), List.of(), new EngineProxies(Map.of(), false)))
                .isEqualTo(theirs);
    }
}
