package dev.rwo.firstboot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.firstboot.config.ConfigProblem;
import dev.rwo.firstboot.config.NodeConfig;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedResultTest {

    private static StageFinding findingOf(int count) {
        List<ConfigProblem> problems = IntStream.rangeClosed(1, count)
                .mapToObj(line -> new ConfigProblem("rwo.yaml", line, 1, "key" + line, "is wrong", "mend it"))
                .toList();
        return new SeedResult(NodeConfig.DEFAULT, problems, List.of(), true, new TreeMap<>()).finding();
    }

    @Test
    void everyMistakeIsShownWithItsPlace() {
        assertThat(findingOf(2).reason()).isEqualTo("rwo.yaml:1:1: key1: is wrong; rwo.yaml:2:1: key2: is wrong");
    }

    @Test
    void manyMistakesDoNotFloodTheDisplay() {
        assertThat(findingOf(9).reason())
                .contains("key4")
                .doesNotContain("key5")
                .endsWith("(and 5 more)");
    }
}
