package dev.rwo.image.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        return new BaseBuild(options).run("the image", listener, this::build);
    }

    private BuiltImage build(BaseBuild.Base base) throws IOException, ImageBuildException {
        ToolsTree tools = base.tools();
        BaseImage.Parts parts = base.parts();
        BuildSteps steps = base.steps();
        Path directory = options.workDir().resolve("images").resolve(options.imageName());
        Files.createDirectories(directory);
        OutputFiles output = new OutputFiles(directory, options.imageName() + "_" + options.version(), secret());
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
        Path image = OutputFiles.finalPath(raw);
        List<Path> zst = compressed.stream().map(OutputFiles::finalPath).toList();
        return new BuiltImage(
                image,
                Files.size(image),
                zst,
                zst.isEmpty() ? 0 : Files.size(zst.getFirst()),
                directory.resolve("SHA256SUMS"),
                OutputFiles.finalPath(packages),
                OutputFiles.finalPath(sbom),
                parts.roothash(),
                base.agentKind());
    }

    private boolean secret() {
        return !options.seed().files().isEmpty();
    }

    /** The target exists and has its mode already, so that no secret is ever readable for others. */
    private void copySparse(Path from, Path to) throws ImageBuildException {
        new LoggedCommand(
                        "copying the image",
                        List.of("cp", "--sparse=always", "--reflink=auto", from.toString(), to.toString()),
                        Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"),
                        options.workDir().resolve("logs/copy.log"),
                        Duration.ofMinutes(10))
                .run();
    }
}
