package dev.rwo.image.build;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What images and update bundles are made of: the tools tree and the base image, both kept in the work directory and only
 * made again when their input changed. One build at a time uses a work directory.
 */
final class BaseBuild {

    private final BuildOptions options;

    BaseBuild(BuildOptions options) {
        this.options = options;
    }

    /**
     * What is there while a build goes on.
     *
     * @param tools in which further commands run
     * @param parts the base image
     * @param agentKind {@code native} or {@code jvm}
     * @param steps to tell of further steps
     */
    record Base(ToolsTree tools, BaseImage.Parts parts, String agentKind, BuildSteps steps) {}

    /**
     * What is there while something is built that needs no base image.
     *
     * @param tree in which commands run
     * @param sources where Debian's packages come from; empty for Debian's own list
     * @param agentKind {@code native} or {@code jvm}
     * @param steps to tell of further steps
     */
    record Tools(ToolsTree tree, Optional<AptSources> sources, String agentKind, BuildSteps steps) {}

    /** Makes something of what is there. */
    @FunctionalInterface
    interface Product<G, T> {
        T of(G given) throws IOException, ImageBuildException;
    }

    /**
     * Runs, in minutes the first time and in a minute later on.
     *
     * @param what for messages: "the image"
     * @param listener told of each step
     * @throws ImageBuildException when it could not be made; the message says what to do
     */
    <T> T run(String what, ProgressListener listener, Product<Base, T> product) throws ImageBuildException {
        return runInTools(what, listener, tools -> product.of(base(tools)));
    }

    /** As {@link #run}, without the base image. */
    <T> T runInTools(String what, ProgressListener listener, Product<Tools, T> product) throws ImageBuildException {
        String agentKind = agentKind();
        BuildHost host = BuildHost.current();
        Optional<String> obstacle =
                host.obstacle(Path.of("/"), searchPath(), String.valueOf(System.getProperty("user.name")));
        if (obstacle.isPresent()) {
            throw new ImageBuildException(what + " cannot be built here: " + obstacle.get());
        }
        try {
            Files.createDirectories(options.workDir().resolve("logs"));
            try (FileChannel lockFile = FileChannel.open(
                    options.workDir().resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                lock(lockFile);
                return product.of(tools(host, agentKind, new BuildSteps(listener)));
            }
        } catch (IOException | UncheckedIOException e) {
            throw new ImageBuildException(
                    what + " could not be built in " + options.workDir() + ": " + e.getMessage(), e);
        }
    }

    private Tools tools(BuildHost host, String agentKind, BuildSteps steps) throws IOException, ImageBuildException {
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
        return new Tools(tools, sources, agentKind, steps);
    }

    private Base base(Tools tools) throws IOException, ImageBuildException {
        BuildSteps steps = tools.steps();
        BaseImage base = new BaseImage(tools.tree(), options);
        String key = base.key();
        if (base.isCurrent(key)) {
            steps.skip("base image");
        } else {
            steps.run(
                    base.isCold() ? "base image, with all packages (some minutes)" : "base image",
                    () -> base.make(key, tools.sources()));
        }
        return new Base(tools.tree(), base.parts(), tools.agentKind(), steps);
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

    private static List<Path> searchPath() {
        String path = System.getenv("PATH");
        return Arrays.stream((path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator))
                .filter(directory -> !directory.isEmpty())
                .map(Path::of)
                .toList();
    }
}
