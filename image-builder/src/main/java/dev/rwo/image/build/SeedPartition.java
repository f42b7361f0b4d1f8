package dev.rwo.image.build;

import dev.rwo.image.build.SeedContent.FromBytes;
import dev.rwo.image.build.SeedContent.FromFile;
import dev.rwo.image.build.SeedContent.SeedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes a site's files into the partition RWO-SEED of an image, without mounting anything. */
final class SeedPartition {

    /** Name of the partition and label of its file system. */
    static final String NAME = "RWO-SEED";

    /** What FAT16 with clusters of 2 KiB takes for itself of the 128 MiB, and some room for a person to add files. */
    private static final long RESERVED = 4L * 1024 * 1024;

    /** The same in every image, so that equal input gives equal images; any number is valid. */
    private static final String VOLUME_SERIAL = "52574f00";

    private final ToolsTree tools;
    private final Path workDir;

    SeedPartition(ToolsTree tools, Path workDir) {
        this.tools = tools;
        this.workDir = workDir;
    }

    /** Formats the partition and copies the files into it. */
    void write(Path image, SeedContent seed) throws IOException, ImageBuildException {
        PartitionTable.Partition partition = PartitionTable.read(image).named(NAME);
        requireRoom(seed, partition.size() - RESERVED);
        Path staging = workDir.resolve("seed.tmp");
        deleteTree(staging);
        try {
            SeedFolder.write(seed, staging);
            String device = tools.inside(image) + "@@" + partition.offset();
            run(
                    "formatting the seed partition",
                    List.of(
                            "mformat",
                            "-i",
                            device,
                            "-T",
                            Long.toString(partition.size() / PartitionTable.SECTOR),
                            "-N",
                            VOLUME_SERIAL,
                            "-v",
                            NAME,
                            "::"));
            try (Stream<Path> entries = Files.list(staging)) {
                for (Path entry : entries.sorted().toList()) {
                    run(
                            "copying " + entry.getFileName() + " to the seed partition",
                            List.of("mcopy", "-i", device, "-s", "-m", "-Q", "-b", tools.inside(entry), "::/"));
                }
            }
        } finally {
            deleteTree(staging);
        }
    }

    private void run(String what, List<String> command) throws IOException, ImageBuildException {
        tools.command(what, Optional.empty(), "seed", Duration.ofMinutes(5), command)
                .run();
    }

    private static void requireRoom(SeedContent seed, long room) throws IOException, ImageBuildException {
        long needed = 0;
        for (SeedFile file : seed.files()) {
            needed += switch (file.source()) {
                case FromBytes memory -> memory.bytes().length;
                case FromFile onDisk -> {
                    if (!Files.isRegularFile(onDisk.path())) {
                        throw new ImageBuildException(
                                "the seed file " + onDisk.path() + " (for " + file.target() + ") does not exist");
                    }
                    yield Files.size(onDisk.path());
                }
            };
        }
        if (needed > room) {
            throw new ImageBuildException(
                    "the seed files have " + mebibytes(needed) + " MiB, the seed partition has room for "
                            + mebibytes(room) + " MiB: take large container images out of the site's stacks");
        }
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }

    private static void deleteTree(Path root) throws IOException {
        if (Files.isDirectory(root)) {
            try (Stream<Path> walk = Files.walk(root)) {
                for (Path path :
                        walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
