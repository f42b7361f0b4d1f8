package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.image.build.SeedContent.SeedFile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeedContentTest {

    @Test
    void directoriesComeParentsFirst() {
        SeedContent seed = new SeedContent(
                List.of(SeedFile.of("stacks/hello/docker-compose.yml", "services: {}\n"), SeedFile.of("rwo.yaml", "")));

        assertThat(seed.directories()).containsExactly("stacks", "stacks/hello");
    }

    @Test
    void namesThatDifferOnlyInCaseAreOneFileOnFat() {
        assertThatThrownBy(() -> new SeedContent(List.of(SeedFile.of("rwo.yaml", ""), SeedFile.of("RWO.YAML", ""))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RWO.YAML");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/etc/passwd", "../up", "a//b", "a/", "a:b", "a\\b", "what?", "tab\t"})
    void whatFatCannotHoldOrLeavesThePartitionIsRefused(String target) {
        assertThatThrownBy(() -> SeedFile.of(target, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(SeedFile.of("credential/key", "hush").toString()).doesNotContain("hush");
    }
}
