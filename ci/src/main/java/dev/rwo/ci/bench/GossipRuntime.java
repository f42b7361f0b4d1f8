package dev.rwo.ci.bench;

import dev.rwo.ci.lab.LabHost;
import dev.rwo.ci.lab.LabNetwork;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How a {@link GossipNode} is run: with the packaged agent's libraries and flags, and like the agent with a cache of what
 * a virtual machine else does anew at each start (JEP 483). Its files go with the process.
 */
final class GossipRuntime {

    private static final Duration TRAINING = Duration.ofSeconds(8);
    private static final Duration WRITING = Duration.ofMinutes(1);

    private final Path folder;
    private final String classPath;
    private final int slower;

    private GossipRuntime(Path folder, String classPath, int slower) {
        this.folder = folder;
        this.classPath = classPath;
        this.slower = slower;
    }

    /**
     * Lets two nodes meet, to fill the cache.
     *
     * @param slower how many times as long as a box's the intervals of gossip's pace are
     * @throws IllegalArgumentException when the agent is not packaged
     */
    static GossipRuntime trained(Path project, int slower) throws IOException, InterruptedException {
        Path agent = project.resolve("agent/target/dist/usr/lib/rwo/app");
        if (!Files.isDirectory(agent)) {
            throw new IllegalArgumentException("the agent is not packaged yet: ./mvnw -pl ci -am package -DskipTests");
        }
        Path folder = Files.createTempDirectory("rwo-gossip-");
        folder.toFile().deleteOnExit();
        String classPath = Stream.of(
                        jar(folder), agent.resolve("app/*"), agent.resolve("lib/main/*"), agent.resolve("lib/boot/*"))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
        GossipRuntime runtime = new GossipRuntime(folder, classPath, slower);
        runtime.cache().toFile().deleteOnExit();
        runtime.train();
        return runtime;
    }

    /** The cache takes classes from jars only. */
    private static Path jar(Path folder) throws IOException {
        Path jar = folder.resolve("node.jar");
        jar.toFile().deleteOnExit();
        String node = GossipNode.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                InputStream in = GossipNode.class.getClassLoader().getResourceAsStream(node)) {
            out.putNextEntry(new JarEntry(node).setLastModifiedTime(FileTime.from(Instant.EPOCH)));
            Objects.requireNonNull(in, node).transferTo(out);
            out.closeEntry();
        }
        return jar;
    }

    private void train() throws IOException, InterruptedException {
        try (LabNetwork network = LabNetwork.start(2)) {
            String here = network.host(1).address().getHostAddress();
            String there = network.host(2).address().getHostAddress();
            Process other = start(network.host(2), command(Map.of("b", there), List.of(here)));
            List<String> recorded = new ArrayList<>(command(Map.of("a", here), List.of(there)));
            recorded.set(1, "-XX:AOTCacheOutput=" + cache());
            Process node = start(network.host(1), recorded);
            boolean early = node.waitFor(TRAINING.toMillis(), TimeUnit.MILLISECONDS);
            node.getOutputStream().close();
            boolean ended = !early && node.waitFor(WRITING.toMillis(), TimeUnit.MILLISECONDS);
            other.destroyForcibly();
            if (!ended || !Files.exists(cache())) {
                throw new IOException("no cache for the start of gossip nodes could be made");
            }
        }
    }

    private static Process start(LabHost host, List<String> command) throws IOException {
        Process process = host.start(ProcessBuilder.Redirect.DISCARD, command.toArray(String[]::new));
        OutputStream go = process.getOutputStream();
        go.write('\n');
        go.flush();
        return process;
    }

    private Path cache() {
        return folder.resolve("node.aot");
    }

    /**
     * The command of a process.
     *
     * @param members its members' addresses by their names
     */
    List<String> command(Map<String, String> members, List<String> seeds) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:AOTCache=" + cache(),
                "-Xlog:disable",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx" + (48 + 16 * members.size()) + "m",
                "-Dio.netty.allocator.type=unpooled",
                // Without it scalecube's messages go to a log manager that keeps them all, waiting for Quarkus.
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-D" + GossipNode.SLOWER + "=" + slower,
                "-cp",
                classPath,
                GossipNode.class.getName()));
        if (members.size() > 1) {
            command.addAll(1, crowd(members.size()));
        }
        members.forEach((name, address) -> command.add(name + "=" + address));
        command.addAll(seeds);
        return command;
    }

    /**
     * A crowd's collector has to get its turn among the threads of all other crowds, and new memory comes slowly in a virtual
     * machine: young objects use the same huge pages again and again.
     */
    private static List<String> crowd(int members) {
        return List.of(
                "-Xmn" + (16 + 3 * members) + "m",
                "-XX:+UseTransparentHugePages",
                "-XX:ThreadPriorityPolicy=1",
                "-XX:VMThreadPriority=-10");
    }
}
