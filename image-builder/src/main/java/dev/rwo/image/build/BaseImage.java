package dev.rwo.image.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The image without a site, made by mkosi from {@code overlays/} and the agent's tree, and kept until one of them
 * changes. Release and debugging images have caches of their own, so that neither spoils the other's.
 */
final class BaseImage {

    private static final Pattern ROOT = Pattern.compile("rwo_.*\\.root\\.([0-9a-f]{32})\\.raw");
    private static final Pattern VERITY = Pattern.compile("rwo_.*\\.verity\\.([0-9a-f]{32})\\.raw");

    private final ToolsTree tools;
    private final BuildOptions options;
    private final Path directory;
    private final Path output;
    private final Path keyFile;

    BaseImage(ToolsTree tools, BuildOptions options) {
        this.tools = tools;
        this.options = options;
        this.directory = options.workDir().resolve("mkosi").resolve(options.debug() ? "debug" : "release");
        this.output = directory.resolve("out");
        this.keyFile = directory.resolve("key");
    }

    /**
     * What mkosi made.
     *
     * @param raw the whole disk
     * @param manifest the package list
     * @param roothash first half from the data partition's UUID, second half from the hash partition's: so the
     *     Discoverable Partitions Specification derives them from the hash
     */
    record Parts(Path raw, Path manifest, Path uki, Path root, Path verity, String roothash) {}

    /** Identifies the input: the same key means that the image need not be made again. */
    String key() throws IOException {
        return Digests.sha256(String.join(
                "\n",
                ToolsTree.key(),
                options.version(),
                Boolean.toString(options.debug()),
                Digests.sha256OfTree(overlays(), false),
                Digests.sha256OfTree(options.agentDist(), true)));
    }

    /** Whether the image of this key is there. */
    boolean isCurrent(String key) throws IOException {
        return Files.exists(keyFile) && Files.readString(keyFile).equals(key);
    }

    /** Whether packages have to be fetched and installed, which takes minutes rather than seconds. */
    boolean isCold() {
        return !Files.isDirectory(directory.resolve("cache"));
    }

    /** Makes it. */
    void make(String key, Optional<AptSources> sources) throws IOException, ImageBuildException {
        Files.deleteIfExists(keyFile);
        for (String name : List.of("project", "sandbox", "out")) {
            tools.delete(directory.resolve(name));
        }
        Path project = directory.resolve("project");
        StagedTree.copy(overlays(), project);
        Path sandbox = directory.resolve("sandbox");
        Path apt = sandbox.resolve("etc/apt/sources.list.d");
        Files.createDirectories(apt);
        if (sources.isPresent()) {
            // Exactly this name: mkosi then leaves out its own list, with suites that a mirror may lack.
            Files.writeString(apt.resolve("mkosi.sources"), sources.get().toDeb822());
        }
        Path packages = options.workDir().resolve("packages");
        Path cache = directory.resolve("cache");
        for (Path path : List.of(packages, cache, output)) {
            Files.createDirectories(path);
        }
        List<String> command = new ArrayList<>(List.of(
                "mkosi",
                "--directory",
                tools.inside(project),
                "--force",
                "--image-version",
                options.version(),
                "--source-date-epoch",
                ToolsTree.SOURCE_DATE_EPOCH,
                "--output-directory",
                tools.inside(output),
                "--cache-directory",
                tools.inside(cache),
                "--package-cache-dir",
                tools.inside(packages),
                "--sandbox-tree",
                tools.inside(sandbox),
                "--extra-tree",
                ToolsTree.AGENT));
        if (options.debug()) {
            command.addAll(List.of("--include", tools.inside(project.resolve("debug"))));
        }
        command.add("build");
        tools.command(
                        "the image",
                        Optional.of(options.agentDist()),
                        options.debug() ? "image-debug" : "image",
                        Duration.ofMinutes(45),
                        command)
                .run();
        parts();
        Files.writeString(keyFile, key);
    }

    /** The result of the last build. */
    Parts parts() throws IOException, ImageBuildException {
        Path root = find(ROOT);
        Path verity = find(VERITY);
        String stem = "rwo_" + options.version();
        Parts parts = new Parts(
                output.resolve(stem + ".raw"),
                output.resolve(stem + ".manifest"),
                output.resolve(stem + ".efi"),
                root,
                verity,
                uuidIn(ROOT, root) + uuidIn(VERITY, verity));
        for (Path path : List.of(parts.raw(), parts.manifest(), parts.uki())) {
            if (!Files.isRegularFile(path)) {
                throw new ImageBuildException("mkosi made no " + path + ": delete " + directory + " and build again");
            }
        }
        return parts;
    }

    private Path overlays() {
        return options.projectRoot().resolve("overlays");
    }

    private Path find(Pattern name) throws IOException, ImageBuildException {
        try (Stream<Path> files = Files.list(output)) {
            return files.filter(file ->
                            name.matcher(String.valueOf(file.getFileName())).matches())
                    .findFirst()
                    .orElseThrow(() -> new ImageBuildException("mkosi made no file " + name + " in " + output
                            + ": delete " + directory + " and build again"));
        }
    }

    private static String uuidIn(Pattern name, Path file) {
        Matcher matcher = name.matcher(String.valueOf(file.getFileName()));
        return matcher.matches() ? matcher.group(1) : "";
    }
}
