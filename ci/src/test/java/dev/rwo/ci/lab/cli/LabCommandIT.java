package dev.rwo.ci.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.ci.lab.RequiresLab;
import dev.rwo.ci.lab.Waiting;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Two boxes, by {@code ./rwo lab} alone: the program behind it, its warden in the background, and what they leave. */
@RequiresLab
class LabCommandIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What starts or becomes another program. */
    private static final Set<String> PROGRAMS = Set.of("up", "exec", "logs");

    private final String name = "test-" + ProcessHandle.current().pid();

    @TempDir
    Path directory;

    private record Said(int status, String output, String complaints) {}

    /** In this JVM where it makes no difference: one for each of a hundred commands takes most of the time. */
    private Said lab(String... words) throws IOException, InterruptedException {
        return words.length > 0 && PROGRAMS.contains(words[0]) ? program(words) : here(words);
    }

    private Said here(String... words) {
        StringWriter output = new StringWriter();
        StringWriter complaints = new StringWriter();
        CommandLine line = LabCommand.commandLine();
        line.setOut(new PrintWriter(output)).setErr(new PrintWriter(complaints));
        List<String> command = new ArrayList<>(List.of("--lab", name));
        command.addAll(List.of(words));
        int status = line.execute(command.toArray(String[]::new));
        return new Said(status, output.toString().strip(), complaints.toString().strip());
    }

    private Said program(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                // The class path of tests has the agent's log manager, which complains of any other.
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LabCommand.class.getName(),
                "--lab",
                name));
        command.addAll(List.of(words));
        File output = directory.resolve("output").toFile();
        File complaints = directory.resolve("complaints").toFile();
        Process process = new ProcessBuilder(command)
                .redirectOutput(output)
                .redirectError(complaints)
                .start();
        try {
            assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("the end of " + String.join(" ", words))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Said(
                process.exitValue(),
                Files.readString(output.toPath(), StandardCharsets.UTF_8).strip(),
                Files.readString(complaints.toPath(), StandardCharsets.UTF_8).strip());
    }

    /** What it printed; it must be done, and have nothing to complain of. */
    private String done(String... words) throws IOException, InterruptedException {
        Said said = lab(words);
        assertThat(said.complaints()).as(String.join(" ", words)).isEmpty();
        assertThat(said.status()).as(String.join(" ", words)).isZero();
        return said.output();
    }

    private void refused(int status, String reason, String... words) throws IOException, InterruptedException {
        Said said = lab(words);
        assertThat(said.complaints().lines())
                .as(String.join(" ", words))
                .singleElement()
                .asString()
                .startsWith("rwo: ")
                .contains(reason);
        assertThat(said.output()).as(String.join(" ", words)).isEmpty();
        assertThat(said.status()).as(String.join(" ", words)).isEqualTo(status);
    }

    private JsonNode status() throws IOException, InterruptedException {
        return new ObjectMapper().readTree(done("status", "--json"));
    }

    private JsonNode node(int number) throws IOException, InterruptedException {
        return status().path("nodes").path(number - 1);
    }

    private void awaitServices(int number) {
        awaitTrue(
                () -> node(number).path("agent").asBoolean()
                        && node(number).path("engine").asBoolean(),
                "engine and agent of node-" + number);
    }

    private boolean hears(int from, String address) throws IOException, InterruptedException {
        return lab("exec", String.valueOf(from), "ping", "-c", "1", "-W", "2", address)
                        .status()
                == 0;
    }

    /** Carrier and ARP take their moment. */
    private void awaitHears(int from, String address) {
        awaitTrue(() -> hears(from, address), "an answer from " + address);
    }

    private static void awaitTrue(Callable<Boolean> condition, String description) {
        Waiting.await(
                PATIENCE,
                () -> {
                    try {
                        return condition.call() ? Optional.of(true) : Optional.<Boolean>empty();
                    } catch (Exception failed) {
                        throw new AssertionError(failed);
                    }
                },
                description);
    }

    @AfterEach
    void down() throws IOException, InterruptedException {
        if (Files.exists(new WardenPlace(name).socket())) {
            lab("down");
        }
    }

    @Test
    void whatIsWrongIsToldInOneLine() throws IOException, InterruptedException {
        refused(2, "which command?");
        refused(2, "fly", "fly");
        refused(2, "--nodes", "up", "--nodes", "many");
        refused(2, "1 to 200", "up", "--nodes", "0");
        refused(2, "Shop 17", "up", "--site", "Shop 17");
        refused(2, "only once", "--lab", "another", "status");
        refused(2, "NODE", "kill");
        refused(2, "exclusive", "kill", "--agent", "--engine", "1");
        refused(2, "COMMAND", "exec", "1");
        refused(2, "maybe", "gateway", "maybe", "1");
        refused(2, "loss is a share", "loss", "101");
        refused(2, "0 to 60 s", "delay", "60001");
        refused(2, "not for all", "newip", "all", "192.0.2.50");
        refused(1, "no lab is up", "status");
        refused(1, "no lab is up", "down");
    }

    @Test
    void aLabIsStartedBrokenInEveryWayMendedAndEnded() throws IOException, InterruptedException {
        assertThat(done("up", "--nodes", "2")).isEmpty();
        refused(1, "is up already", "up");
        JsonNode first = status();
        Path folder = Path.of(first.path("folder").asText());
        assertThat(folder).isDirectory();
        assertThat(first.path("nodes").findValuesAsText("name")).containsExactly("node-1", "node-2");
        assertThat(first.path("nodes").findValuesAsText("power")).containsOnly("on");
        awaitServices(1);
        awaitServices(2);
        assertThat(done("status")).contains("NODE", "node-1", "node-2", "192.0.2.12", folder.toString());

        assertThat(done("exec", "2", "hostname")).isEqualTo("node-2");
        assertThat(lab("exec", "node-1", "sh", "-c", "exit 7").status()).isEqualTo(7);
        assertThat(done("exec", "2", "docker", "info", "--format", "{{.Name}}")).isEqualTo("node-2");
        assertThat(done("logs", "1", "--lines", "1").lines()).hasSize(1);
        assertThat(done("logs", "1", "--engine")).contains("API listen");
        refused(1, "there is no node 3", "exec", "3", "true");
        refused(1, "there is no node 3", "reboot", "1", "3");

        awaitHears(1, "192.0.2.12");
        done("cut", "2");
        assertThat(node(2).path("cable").asText()).isEqualTo("out");
        assertThat(hears(1, "192.0.2.12")).isFalse();
        done("plug", "2");
        awaitHears(1, "192.0.2.12");
        done("partition", "1", "2");
        assertThat(node(1).path("doesNotReach").toString()).isEqualTo("[\"node-2\"]");
        assertThat(hears(1, "192.0.2.12")).isFalse();
        done("heal");
        awaitHears(1, "192.0.2.12");
        done("partition", "--one-way", "1", "|", "2");
        assertThat(node(1).path("doesNotReach")).hasSize(1);
        assertThat(node(2).path("doesNotReach")).isEmpty();
        done("heal");
        done("gateway", "off", "1");
        assertThat(hears(1, "192.0.2.1")).isFalse();
        done("gateway", "on", "1");
        awaitHears(1, "192.0.2.1");
        done("loss", "100", "--from", "1", "--to", "2");
        assertThat(hears(1, "192.0.2.12")).isFalse();
        done("loss", "0");
        done("delay", "5");
        awaitHears(1, "192.0.2.12");
        done("delay", "0");

        assertThat(done("newip", "2", "192.0.2.77")).contains("node-2", "192.0.2.77");
        awaitHears(1, "192.0.2.77");
        refused(1, "is the address of node-2", "newip", "1", "192.0.2.77");
        refused(1, "is not an IPv4 address", "newip", "1", "till");

        done("pause", "2");
        assertThat(node(2).path("power").asText()).isEqualTo("paused");
        done("resume", "2");
        assertThat(node(2).path("power").asText()).isEqualTo("on");

        done("kill", "all");
        assertThat(status().path("nodes").findValuesAsText("power")).containsOnly("off");
        done("reboot", "2");
        awaitServices(2);
        assertThat(node(1).path("power").asText()).isEqualTo("off");

        done("down");
        assertThat(folder).doesNotExist();
        assertThat(new WardenPlace(name).socket()).doesNotExist();
        assertThat(Path.of("/sys/fs/cgroup").resolve(String.valueOf(folder.getFileName())))
                .doesNotExist();
        awaitTrue(() -> processesOf(folder).isEmpty(), "the end of warden and boxes");
        refused(1, "no lab is up", "status");
        Files.deleteIfExists(new WardenPlace(name).log());
    }

    /** The warden, and whatever names the lab's folder. */
    private List<String> processesOf(Path folder) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(process -> process.info().commandLine().orElse(""))
                    .filter(line ->
                            line.contains(folder.toString()) || line.contains(Warden.class.getName() + " " + name))
                    .toList();
        }
    }
}
