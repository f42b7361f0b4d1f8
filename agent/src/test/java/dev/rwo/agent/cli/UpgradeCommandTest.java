package dev.rwo.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UpgradeCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine line =
            RwoCommand.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));

    @ParameterizedTest
    @ValueSource(strings = {"start", "status", "halt", "resume", "abort", "unlock"})
    void everyCommandHasHelp(String command) {
        assertThat(line.execute("upgrade", command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: rwo upgrade " + command);
    }

    @Test
    void startTellsOfItsOptions() {
        line.execute("upgrade", "start", "--help");
        assertThat(out.toString())
                .contains("BUNDLE|URL|stick", "--window=HH:MM-HH:MM", "--zone", "--max-unavailable", "--canary=NODE");
    }

    @Test
    void aMissingCommandOrFileIsWrongUsage() {
        assertThat(line.execute("upgrade")).isEqualTo(2);
        assertThat(err.toString()).contains("which command? start, status, halt, resume, abort or unlock");
        assertThat(line.execute("upgrade", "start", "/nothing/here.raucb")).isEqualTo(2);
        assertThat(err.toString()).contains("rwo: /nothing/here.raucb is no file on this node, and no URL");
    }

    @Test
    void howManyAtOnceMustBeANumber() {
        assertThat(line.execute("upgrade", "start", "https://x/b", "--max-unavailable", "many"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--max-unavailable");
    }

    private static ObjectNode stick(String file, String id, String problem) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("file", file)
                .put("id", id)
                .put("problem", problem);
    }

    private static ArrayNode sticks(ObjectNode... sticks) {
        return JsonNodeFactory.instance.arrayNode().addAll(List.of(sticks));
    }

    @Test
    void ofASticksBundlesTheOneGoodOneIsMeant() throws NodeClientException {
        assertThat(UpgradeCommand.Start.onStick(
                        sticks(stick("/s/old.raucb", "", "damaged"), stick("/s/new.raucb", "1", ""))))
                .isEqualTo(Path.of("/s/new.raucb"));
        assertThatThrownBy(() -> UpgradeCommand.Start.onStick(sticks())).hasMessageContaining("no stick with a bundle");
        assertThatThrownBy(() -> UpgradeCommand.Start.onStick(sticks(stick("/s/old.raucb", "", "damaged"))))
                .hasMessage("/s/old.raucb: damaged");
        assertThatThrownBy(() -> UpgradeCommand.Start.onStick(
                        sticks(stick("/s/a.raucb", "1", ""), stick("/t/b.raucb", "2", ""))))
                .hasMessageContaining("say which")
                .hasMessageContaining("/s/a.raucb, /t/b.raucb");
    }
}
