package dev.rwo.agent.upgrade;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rwo.agent.host.HostCommands;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OsVersionTest {

    /** The examples of the specification, and what sites will name theirs. */
    private static final List<String> VERSIONS = List.of(
            "11",
            "systemd-123",
            "bar-123",
            "foo-123",
            "123a",
            "123.a",
            "123.b",
            "11a",
            "11a-1",
            "1.0",
            "1.00",
            "0.1.0",
            "0.1.0.1",
            "0.2.0",
            "0.10.0",
            "1.0~rc1",
            "1.0^1",
            "1.0-2",
            "1.0-10",
            "2026.12.1",
            "20261201",
            "a",
            "A",
            "1~");

    @Test
    void newerIsNewer() {
        assertTrue(new OsVersion("0.10.0").isNewerThan(new OsVersion("0.9.9")));
        assertTrue(new OsVersion("1.0").isNewerThan(new OsVersion("1.0~rc1")));
        assertFalse(new OsVersion("1.0").isNewerThan(new OsVersion("1.00")));
    }

    /** The boot loader's order: systemd-analyze has the same code. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23})
    void ordersAsSystemdDoes(int index) throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/systemd-analyze")),
                "systemd-analyze is missing: apt-get install systemd");
        String left = VERSIONS.get(index);
        for (String right : VERSIONS) {
            String sign = HostCommands.system()
                    .run(
                            Duration.ofSeconds(10),
                            "sh",
                            "-c",
                            "systemd-analyze compare-versions \"$0\" \"$1\"; true",
                            left,
                            right)
                    .strip();
            String told = sign.contains("<") ? "<" : sign.contains(">") ? ">" : "=";
            int order = new OsVersion(left).compareTo(new OsVersion(right));
            assertEquals(told, order < 0 ? "<" : order > 0 ? ">" : "=", left + " and " + right);
        }
    }

    @ParameterizedTest
    @CsvSource({"''", "-1", "1/2", "1 2", "1+3", "rwo_1"})
    void whatIsNoVersionIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> new OsVersion(text));
    }
}
