package dev.rwo.image.build;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rwo.image.build.BuiltImage.UpdateParts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Builds a disk image: tools tree, base image, then the site's copy of it with a filled seed partition, compressed and
 * summed. The first two are kept in the work directory and only made again when their input changed.
 *
 * <p>Results are in {@code workDir/images/<imageName>/}. A build that fails leaves an earlier result as it was.
 */
public final class ImageBuild {

    /** Level 3 gains as much as level 9 on a root file system that is compressed already, in a third of the time. */
    private static final String ZSTD_LEVEL = "-3";

    private final BuildOptions options;

    private ImageBuild(BuildOptions options) {
        this.options = options;
    }

    /** A build that has not started. */
    public static ImageBuild of(BuildOptions options) {
        return new ImageBuild(options);
    }

    /**
     * Runs it, in minutes the first time and in a minute later on.
     *
     * @param listener told of each step
     * @throws ImageBuildException when the image could not be made; the message says what to do
     */
    public BuiltImage run(ProgressListener listener) throws ImageBuildException {
        String agentKind = agentKind();
        BuildHost host = BuildHost.current();
        Optional<String> obstacle =
                host.obstacle(Path.of("/"), searchPath(), String.valueOf(System.getProperty("user.name")));
        if (obstacle.isPresent()) {
            throw new ImageBuildException("no image can be built here: " + obstacle.get());
        }
        try {
            Files.createDirectories(options.workDir().resolve("logs"));
            try (FileChannel lockFile = FileChannel.open(
                    options.workDir().resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock(lockFile);
                return build(host, agentKind, new Steps(listener));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ImageBuildException(
                    "the image could not be built in " + options.workDir() + ": " + e.getMessage(), e);
        }
    }

    private BuiltImage build(BuildHost host, String agentKind, Steps steps) throws IOException, ImageBuildException {
        Optional<AptSources> sources = AptSources.ofHost(
                Path.of("/etc/apt"),
                Files.readString(Path.of("/etc/os-release")),
                Optional.ofNullable(System.getenv(AptSources.MIRROR_VARIABLE)));
        ToolsTree tools = new ToolsTree(host, options.workDir(), sources);
        if (tools.isCurrent()) {
            steps.skip("Debian tools tree");
        } else {
            steps.run("Debian tools tree", tools::make);
        }

        BaseImage base = new BaseImage(tools, options);
        String key = base.key();
        if (base.isCurrent(key)) {
            steps.skip("base image");
        } else {
            steps.run(
                    base.isCold() ? "base image, with all packages (some minutes)" : "base image",
                    () -> base.make(key, sources));
        }
        BaseImage.Parts parts = base.parts();

        Path directory = options.workDir().resolve("images").resolve(options.imageName());
        Files.createDirectories(directory);
        Output output = new Output(directory, options.imageName() + "_" + options.version(), secret());
        Path raw = output.file(".raw");
        steps.run("disk image with seed partition", () -> {
            copySparse(parts.raw(), raw);
            new SeedPartition(tools, options.workDir()).write(raw, options.seed());
        });
        List<Path> compressed = new ArrayList<>();
        if (options.compress()) {
            Path zst = output.file(".raw.zst");
            steps.run(
                    "compressed image",
                    () -> tools.command(
                                    "compressing the image",
                                    Optional.empty(),
                                    "compress",
                                    Duration.ofMinutes(20),
                                    List.of(
                                            "zstd",
                                            "-q",
                                            "-T0",
                                            ZSTD_LEVEL,
                                            "--force",
                                            "-o",
                                            tools.inside(zst),
                                            tools.inside(raw)))
                            .run());
            compressed.add(zst);
        }
        Path packages = output.file(".packages.json");
        Path sbom = output.file(".cdx.json");
        steps.run("package list, bill of materials and checksums", () -> {
            Files.copy(parts.manifest(), packages, StandardCopyOption.REPLACE_EXISTING);
            BillOfMaterials.write(parts.manifest(), options.agentDist(), options.version(), sbom);
            output.writeChecksums();
        });
        output.publish();
        Path image = Output.finalPath(raw);
        List<Path> zst = compressed.stream().map(Output::finalPath).toList();
        return new BuiltImage(
                image,
                Files.size(image),
                zst,
                zst.isEmpty() ? 0 : Files.size(zst.getFirst()),
                directory.resolve("SHA256SUMS"),
                Output.finalPath(packages),
                Output.finalPath(sbom),
                parts.roothash(),
                agentKind,
                new UpdateParts(parts.uki(), parts.root(), parts.verity()));
    }

    private boolean secret() {
        return !options.seed().files().isEmpty();
    }

    /** Reads what kind of agent is in the tree, and so makes sure that there is one. */
    private String agentKind() throws ImageBuildException {
        Path info = options.agentDist().resolve("usr/lib/rwo/build-info.json");
        if (!Files.isExecutable(options.agentDist().resolve("usr/bin/rwo")) || !Files.isRegularFile(info)) {
            throw new ImageBuildException("there is no packaged agent in " + options.agentDist()
                    + " (usr/bin/rwo and usr/lib/rwo/build-info.json): build the agent first");
        }
        try {
            return new JsonMapper().readTree(info.toFile()).path("kind").asText("unknown");
        } catch (IOException e) {
            throw new ImageBuildException(info + " is not readable: build the agent again", e);
        }
    }

    /** Held until the channel is closed. */
    private void lock(FileChannel lockFile) throws IOException, ImageBuildException {
        try {
            if (lockFile.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            throw new ImageBuildException(busy(), e);
        }
        throw new ImageBuildException(busy());
    }

    private String busy() {
        return "another build is running in " + options.workDir() + ": wait for it, or use another directory";
    }

    /** The target exists and has its mode already, so that no secret is ever readable for others. */
    private void copySparse(Path from, Path to) throws ImageBuildException {
        new LoggedCommand(
                        "copying the image",
                        List.of("cp", "--sparse=always", "--reflink=auto", from.toString(), to.toString()),
                        java.util.Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"),
                        options.workDir().resolve("logs/copy.log"),
                        Duration.ofMinutes(10))
                .run();
    }

    private static List<Path> searchPath() {
        String path = System.getenv("PATH");
        return Arrays.stream((path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of)
                .toList();
    }

    /** The files of one result, under other names until all of them are complete. */
    private static final class Output {
        private static final String PART = ".part";
        private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
        private static final Set<PosixFilePermission> FOR_ALL = PosixFilePermissions.fromString("rw-r--r--");

        private final Path directory;
        private final String stem;
        private final boolean secret;
        private final List<Path> parts = new ArrayList<>();

        Output(Path directory, String stem, boolean secret) {
            this.directory = directory;
            this.stem = stem;
            this.secret = secret;
        }

        /** An empty file to write to. */
        Path file(String suffix) throws IOException {
            return create(stem + suffix, secret && suffix.startsWith(".raw") ? OWNER_ONLY : FOR_ALL);
        }

        private Path create(String name, Set<PosixFilePermission> mode) throws IOException {
            Path part = directory.resolve(name + PART);
            Files.deleteIfExists(part);
            Files.createFile(part, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            Files.setPosixFilePermissions(part, mode);
            parts.add(part);
            return part;
        }

        /** In the format of sha256sum. */
        void writeChecksums() throws IOException {
            StringBuilder text = new StringBuilder();
            for (Path part : parts) {
                text.append(Digests.sha256(part))
                        .append("  ")
                        .append(finalPath(part).getFileName())
                        .append('\n');
            }
            Files.writeString(create("SHA256SUMS", FOR_ALL), text);
        }

        void publish() throws IOException {
            for (Path part : parts) {
                Files.move(part, finalPath(part), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }

        static Path finalPath(Path part) {
            String name = String.valueOf(part.getFileName());
            return part.resolveSibling(name.substring(0, name.length() - PART.length()));
        }
    }

    /** Tells the listener what starts, what was done in which time and what was not needed. */
    private record Steps(ProgressListener listener) {

        @FunctionalInterface
        interface Action {
            void run() throws IOException, ImageBuildException;
        }

        void run(String step, Action action) throws IOException, ImageBuildException {
            listener.progress(step + " ...");
            long start = System.nanoTime();
            action.run();
            listener.progress(step + ": done in "
                    + Duration.ofNanos(System.nanoTime() - start).toSeconds() + " s");
        }

        void skip(String step) {
            listener.progress(step + ": unchanged");
        }
    }
}
