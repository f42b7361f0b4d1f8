package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysextTreeTest {

    private static final Path OVERLAYS = Path.of("../overlays");

    @TempDir
    Path folder;

    private Path tree;

    @BeforeEach
    void stage() throws IOException {
        Path agent = folder.resolve("dist");
        StagedTree.write(agent.resolve("usr/lib/rwo/build-info.json"), "{\"version\": \"0.1.0\", \"kind\": \"jvm\"}");
        StagedTree.write(agent.resolve("usr/bin/rwo"), "#!/bin/sh\n");
        tree = folder.resolve("tree");
        new SysextTree(OVERLAYS, agent, "1.2.3").stage(tree);
    }

    /** os-release(5): what systemd-sysext compares with the system before it merges an extension. */
    @Test
    void itIsForAnySystemOfItsArchitectureAndReloadsTheManager() throws IOException {
        Properties release = new Properties();
        try (var in = Files.newBufferedReader(tree.resolve("usr/lib/extension-release.d/extension-release.rwo"))) {
            release.load(in);
        }
        assertThat(release)
                .containsEntry("ID", "_any")
                .containsEntry("ARCHITECTURE", "x86-64")
                .containsEntry("SYSEXT_VERSION_ID", "1.2.3")
                .containsEntry("EXTENSION_RELOAD_MANAGER", "1");
    }

    @Test
    void theAgentSaysTheVersionOfThePlugIn() throws IOException {
        var info = new JsonMapper()
                .readTree(tree.resolve("usr/lib/rwo/build-info.json").toFile());
        assertThat(info.path("version").asText()).isEqualTo("1.2.3");
        assertThat(info.path("kind").asText()).isEqualTo("jvm");
    }

    /** Only /usr is merged, and what would replace a part of the other system is not ours to bring. */
    @Test
    void itBringsTheAgentsFilesAndNothingOfTheEngineOrTheSystem() throws IOException {
        TreeSet<String> files = new TreeSet<>();
        try (Stream<Path> walk = Files.walk(tree)) {
            walk.filter(Files::isRegularFile)
                    .map(file -> tree.relativize(file).toString())
                    .forEach(files::add);
        }
        assertThat(files)
                .contains(
                        "usr/bin/rwo",
                        "usr/lib/systemd/system/rwo-agent.service",
                        "usr/lib/systemd/system/rwo-deadman.service",
                        "usr/libexec/rwo/deadman",
                        "usr/libexec/rwo/known-machine",
                        "usr/share/rwo/guard.nft")
                .allMatch(file -> file.startsWith("usr/"))
                .allMatch(file -> file.contains("rwo"), "each with our name in its path");
        assertThat(tree.resolve("usr/libexec/rwo/deadman")).isExecutable();
    }

    @Test
    void theUnitsThatItKeepsRunningAreInIt() throws IOException {
        Path units = tree.resolve("usr/lib/systemd/system");
        String upholds = Files.readAllLines(units.resolve("multi-user.target.d/10-rwo.conf")).stream()
                .filter(line -> line.startsWith("Upholds="))
                .findFirst()
                .orElseThrow();
        for (String unit : upholds.substring("Upholds=".length()).split(" ", -1)) {
            assertThat(units.resolve(unit)).exists();
        }
    }
}
