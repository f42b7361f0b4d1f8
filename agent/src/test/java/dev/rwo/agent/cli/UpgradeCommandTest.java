package dev.rwo.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
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
                .contains("BUNDLE|URL", "--window=HH:MM-HH:MM", "--zone", "--max-unavailable", "--canary=NODE");
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
}
