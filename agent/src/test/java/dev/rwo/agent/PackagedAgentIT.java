package dev.rwo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.agent.swarm.FakeEngine;
import dev.rwo.agent.testing.NodeDirectory;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged agent as it goes into an image, jvm or native, started as the service manager starts it.
 *
 * <p>The first start also trains the AOT cache of the jvm package: the virtual machine writes the cache when it ends.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PackagedAgentIT {

    private static final Path DIST = Path.of("target/dist").toAbsolutePath();
    private static final Path LIB = DIST.resolve("usr/lib/rwo");
    private static final Path CACHE = LIB.resolve("rwo.aot");
    /** As assemble-dist sets it for all files of the tree. */
    private static final FileTime PACKAGED = FileTime.from(Instant.ofEpochSecond(1767225600));

    private static final Duration START = Duration.ofMinutes(2);

    @TempDir
    Path directory;

    @Test
    @Order(1)
    void aNewNodeBecomesActiveAndItsCommandLineAnswers() throws Exception {
        assertThat(DIST.resolve("usr/bin/rwo"))
                .as("run Maven's phase package first")
                .isExecutable();
        boolean jvm = Files.exists(LIB.resolve("runtime"));
        Files.deleteIfExists(CACHE);
        NodeDirectory node = NodeDirectory.withSite(directory.resolve("node"));
        Path recorded = directory.resolve("rwo.aot");
        List<String> agent = jvm
                ? java("-XX:AOTCacheOutput=" + recorded, "agent")
                : List.of(DIST.resolve("usr/bin/rwo").toString(), "agent");
        try (FakeEngine engine = new FakeEngine()) {
            engine.readLabelsFrom(node.layout().engineConfig());
            run(agent, node, engine, () -> {
                JsonNode status = json(node, engine, "status", "--json");
                assertThat(status.path("overall").asText())
                        .as(status.toPrettyString())
                        .isEqualTo("done");
                assertThat(json(node, engine, "labels", "--json").path("swarm").has("edge.cpu.class"))
                        .isTrue();
                assertThat(command(node, engine, "status").output()).contains("takes workloads");
                assertThat(command(node, engine, "profile").status()).isZero();
                assertThat(command(node, engine, "explain", "node.labels.edge.gpu.nothing==true")
                                .status())
                        .isEqualTo(1);
                assertThat(command(node, engine, "why", "labels").output()).contains("labels: done");
            });
        }
        if (jvm) {
            assertThat(recorded).exists();
            Files.copy(recorded, CACHE, StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(CACHE, PACKAGED);
        }
    }

    @Test
    @Order(2)
    void theTrainedCacheIsAccepted() throws Exception {
        assumeTrue(Files.exists(LIB.resolve("runtime")), "a native executable has no AOT cache");
        // AOTMode=on: the virtual machine refuses to start when the cache does not fit.
        List<String> command = java("-XX:AOTCache=" + CACHE, "version");
        command.add(1, "-XX:AOTMode=on");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    private static List<String> java(String cacheOption, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                LIB.resolve("runtime/bin/java").toString(),
                "@" + LIB.resolve("java.options"),
                cacheOption,
                "-jar",
                LIB.resolve("app/quarkus-run.jar").toString()));
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    private interface Checks {
        void run() throws Exception;
    }

    private static void run(List<String> command, NodeDirectory node, FakeEngine engine, Checks checks)
            throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        node.environment(engine.host()).forEach(builder.environment()::put);
        Process process = builder.start();
        CompletableFuture<Void> active = new CompletableFuture<>();
        StringBuilder log = new StringBuilder();
        Thread.startVirtualThread(() -> {
            try (BufferedReader lines = process.inputReader()) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    log.append(line).append('\n');
                    if (line.contains("rwo: stage workloads done")) {
                        active.complete(null);
                    }
                }
                active.completeExceptionally(new IllegalStateException("the agent ended:\n" + log));
            } catch (IOException broken) {
                active.completeExceptionally(broken);
            }
        });
        try {
            active.get(START.toSeconds(), TimeUnit.SECONDS);
            checks.run();
        } catch (java.util.concurrent.TimeoutException late) {
            throw new AssertionError("not active in time:\n" + log, late);
        } finally {
            // Through the handle: Process.destroy would close the agent's output while it writes its cache.
            process.toHandle().destroy();
            assertThat(process.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
        }
    }

    private record Answer(int status, String output) {}

    private static Answer command(NodeDirectory node, FakeEngine engine, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(DIST.resolve("usr/bin/rwo").toString()));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        node.environment(engine.host()).forEach(builder.environment()::put);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), output);
    }

    private static JsonNode json(NodeDirectory node, FakeEngine engine, String... arguments) throws Exception {
        return new ObjectMapper().readTree(command(node, engine, arguments).output());
    }
}
