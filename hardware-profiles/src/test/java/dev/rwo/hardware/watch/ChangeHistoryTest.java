package dev.rwo.hardware.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log survives what happens to files on a box. */
class ChangeHistoryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00.123456789Z");

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("history.jsonl");
    }

    private static LabelChange change(int number) {
        return new LabelChange(
                START.plusSeconds(number), "edge.k" + number % 3, number % 2 == 0 ? null : "a", "n" + number, "test");
    }

    private static List<LabelChange> changes(int from, int to) {
        return IntStream.range(from, to).mapToObj(ChangeHistoryTest::change).toList();
    }

    @Test
    void aHistoryThatIsNotThereYetIsEmpty() throws IOException {
        assertThat(new ChangeHistory(file()).newestFirst(10, key -> true)).isEmpty();
    }

    @Test
    void newestComesFirstAlsoAfterARestart() throws IOException {
        new ChangeHistory(file()).append(changes(0, 3));
        new ChangeHistory(file()).append(changes(3, 5));
        ChangeHistory history = new ChangeHistory(file());

        assertThat(history.newestFirst(100, key -> true))
                .containsExactly(change(4), change(3), change(2), change(1), change(0));
        assertThat(history.newestFirst(2, key -> true)).containsExactly(change(4), change(3));
        assertThat(history.newestFirst(100, "edge.k1"::equals)).containsExactly(change(4), change(1));
        assertThat(history.newestFirst(0, key -> true)).isEmpty();
        assertThat(Files.readString(file()).lines().findFirst())
                .contains("{\"time\":\"2026-01-01T00:00:00.123456789Z\",\"key\":\"edge.k0\",\"old\":null,"
                        + "\"new\":\"n0\",\"cause\":\"test\"}");
    }

    @Test
    void anyTextComesBackAsItWas() throws IOException {
        LabelChange odd = new LabelChange(START, "k\n\"\\", "\u0000\ud83d\ude00ü", null, "line\r\nline\u2028");
        ChangeHistory history = new ChangeHistory(file());
        history.append(List.of(odd));

        assertThat(history.newestFirst(1, key -> true)).containsExactly(odd);
        assertThat(Files.readAllLines(file())).hasSize(1);
    }

    @Test
    void aPowerCutAtAnyByteCostsTheLastLineOnly() throws IOException {
        ChangeHistory history = new ChangeHistory(file());
        history.append(changes(0, 3));
        byte[] whole = Files.readAllBytes(file());
        int lastLine =
                new String(whole, StandardCharsets.UTF_8).indexOf(change(2).at().toString()) - 9;
        for (int length = lastLine; length < whole.length - 1; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            assertThat(history.newestFirst(9, key -> true)).containsExactly(change(1), change(0));

            history.append(changes(3, 4));
            assertThat(history.newestFirst(9, key -> true)).containsExactly(change(3), change(1), change(0));
        }
    }

    @Test
    void linesOfSomebodyElseAreSkipped() throws IOException {
        ChangeHistory history = new ChangeHistory(file());
        history.append(changes(0, 1));
        byte[] garbage = new byte[5000];
        new Random(1).nextBytes(garbage);
        Files.write(file(), garbage, StandardOpenOption.APPEND);
        Files.writeString(
                file(),
                "\n\n{}\n[]\nnull\n{\"time\":\"noon\",\"key\":\"k\",\"cause\":\"c\"}\n{\"key\":[[[[1]]]]}\n{\"a\":\n",
                StandardOpenOption.APPEND);
        history.append(changes(1, 2));

        assertThat(history.newestFirst(100, key -> true)).containsExactly(change(1), change(0));
    }

    @Test
    void neverMoreThanTwoFilesOf512KiB() throws IOException {
        ChangeHistory history = new ChangeHistory(file());
        for (int batch = 0; batch < 20; batch++) {
            history.append(changes(batch * 1000, batch * 1000 + 1000));
        }

        assertThat(Files.size(file())).isLessThanOrEqualTo(512 * 1024);
        assertThat(Files.size(directory.resolve("history.jsonl.1"))).isLessThanOrEqualTo(512 * 1024);
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
        List<LabelChange> all = history.newestFirst(Integer.MAX_VALUE, key -> true);
        assertThat(all).hasSizeGreaterThan(5000).first().isEqualTo(change(19_999));
        assertThat(all)
                .containsExactlyElementsOf(changes(20_000 - all.size(), 20_000).reversed());
    }

    @Test
    void aPlaceThatCannotBeWrittenIsToldInOneLine() throws IOException {
        ChangeHistory history = new ChangeHistory(directory.resolve("missing/history.jsonl"));
        assertThatThrownBy(() -> history.append(changes(0, 1)))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("the change cannot be written to the history .*/missing/history.jsonl: "
                        + "its directory does not exist; .*");

        Files.createDirectory(file());
        assertThatThrownBy(() -> new ChangeHistory(file()).append(changes(0, 1)))
                .hasMessageContaining("it is no regular file");
        assertThat(new ChangeHistory(file()).newestFirst(1, key -> true)).isEmpty();
    }

    @Test
    void aDeviceIsNeitherWrittenNorReadForEver() throws IOException {
        ChangeHistory history = new ChangeHistory(Path.of("/dev/zero"));

        assertThatThrownBy(() -> history.append(changes(0, 1))).hasMessageContaining("it is no regular file");
        assertThat(history.newestFirst(1, key -> true)).isEmpty();
    }
}
