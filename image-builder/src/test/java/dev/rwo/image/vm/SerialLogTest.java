package dev.rwo.image.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SerialLogTest {
    @TempDir
    Path folder;

    private final SerialLog log = new SerialLog();

    @Test
    void linesAreKeptWithTheirTimeAndWithoutEscapes() {
        List<String> heard = new ArrayList<>();
        log.onLine(line -> heard.add(line.text()));
        say("\u001b[2J\u001b[01;01HBdsDxe: loading\r\n\u001b[0;32mOK\u001b[0m started\r\nunfinished");
        assertThat(heard).containsExactly("BdsDxe: loading", "OK started", "unfinished");
        assertThat(folder.resolve("raw")).content().contains("\u001b[0;32mOK");
        assertThat(folder.resolve("timed")).content().containsPattern("(?m)^ +\\d+\\.\\d{3} OK started$");
        assertThat(log.tail(1)).endsWith("unfinished");
    }

    @Test
    void aLineIsFoundWhetherItWasSaidBeforeOrAfterTheQuestion() {
        CompletableFuture<SerialLog.Line> before = log.find(Pattern.compile("login:"), 0);
        say("booting\nrwo login:\n");
        assertThat(before.join().text()).isEqualTo("rwo login:");
        assertThat(log.find(Pattern.compile("boot"), 0).join().text()).isEqualTo("booting");
    }

    @Test
    void aLineSaidBeforeThePositionDoesNotCount() {
        say("ready\n");
        assertThat(log.find(Pattern.compile("ready"), 1)).isCompletedExceptionally();
    }

    @Test
    void theEndOfTheMachineEndsTheWaiting() {
        CompletableFuture<SerialLog.Line> waiting = log.find(Pattern.compile("never"), 0);
        say("booting\n");
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(VmException.class);
    }

    private void say(String text) {
        log.drain(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                folder.resolve("raw"),
                folder.resolve("timed"));
    }
}
