package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Real multicast between boxes that are network namespaces on one cable; needs root. */
@EnabledIf("canMakeNamespaces")
class MulticastIT {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final String prefix = "rwom" + ProcessHandle.current().pid() % 10_000;
    private final List<Process> boxes = new ArrayList<>();

    static boolean canMakeNamespaces() {
        return System.getProperty("user.name").equals("root") && Files.isExecutable(Path.of("/sbin/ip"));
    }

    @BeforeEach
    void oneCable() throws Exception {
        for (String end : new String[] {"a", "b"}) {
            ip("netns", "add", prefix + end);
        }
        ip(
                "link",
                "add",
                prefix + "a",
                "netns",
                prefix + "a",
                "type",
                "veth",
                "peer",
                "name",
                prefix + "b",
                "netns",
                prefix + "b");
        int host = 1;
        for (String end : new String[] {"a", "b"}) {
            ip("-n", prefix + end, "addr", "add", "10.77.0." + host++ + "/24", "dev", prefix + end);
            ip("-n", prefix + end, "link", "set", prefix + end, "up");
        }
    }

    @AfterEach
    void cut() throws Exception {
        for (Process box : boxes) {
            box.destroyForcibly().waitFor();
        }
        for (String end : new String[] {"a", "b"}) {
            ip("netns", "delete", prefix + end);
        }
    }

    private static void ip(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("/sbin/ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(command + ": " + said).isZero();
    }

    /** A box, and the lines that it prints. */
    private final class Box {
        private final Process process;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Box(String end, String mainClass, String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    "/sbin/ip",
                    "netns",
                    "exec",
                    prefix + end,
                    Path.of(System.getProperty("java.home"), "bin/java").toString(),
                    "-Xmx64m",
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    mainClass));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boxes.add(process);
            Thread.ofVirtual().start(() -> {
                try (BufferedReader reader = process.inputReader()) {
                    reader.lines().forEach(lines::add);
                } catch (IOException ended) {
                    lines.add("ended");
                }
            });
        }

        void ask() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        String line(String beginning) throws InterruptedException {
            Instant deadline = Instant.now().plus(PATIENCE);
            while (Instant.now().isBefore(deadline)) {
                @Nullable String line = lines.poll(1, TimeUnit.SECONDS);
                if (line != null && line.startsWith(beginning)) {
                    return line;
                }
            }
            throw new AssertionError("no line that begins with " + beginning);
        }
    }

    private Box box(String end, int host, String nodeId) throws IOException {
        return new Box(end, MdnsMain.class.getName(), "10.77.0." + host, "24", nodeId);
    }

    @Test
    void twoBoxesOnOneCableSeeEachOther() throws Exception {
        Box one = box("a", 1, "node-one");
        Box two = box("b", 2, "node-two");
        assertThat(one.line("SEEN")).isEqualTo("SEEN 10.77.0.2:8443 node-two shop-17");
        assertThat(two.line("SEEN")).isEqualTo("SEEN 10.77.0.1:8443 node-one shop-17");
    }

    @Test
    void whoComesLaterIsSeenToo() throws Exception {
        Box one = box("a", 1, "node-one");
        one.ask();
        one.line("DROPPED");
        Box two = box("b", 2, "node-two");
        assertThat(two.line("SEEN")).contains("node-one");
        assertThat(one.line("SEEN")).contains("node-two");
    }

    @Test
    void aFloodNeitherFillsTheMemoryNorKeepsAPeerAway() throws Exception {
        Box one = box("a", 1, "node-one");
        Box flood = new Box("b", MdnsFlood.class.getName(), "10.77.0.66");
        flood.line("SENT");
        one.ask();
        String[] words = one.line("DROPPED").split(" ", -1);
        // A quarter of a million records were sent; the whole heap is 64 MiB.
        assertThat(Long.parseLong(words[1])).isGreaterThan(1_000);
        assertThat(Long.parseLong(words[3])).isLessThan(48 * 1024);
        one.lines.clear();
        box("b", 2, "node-two");
        assertThat(one.line("SEEN 10.77.0.2")).contains("node-two");
    }
}
