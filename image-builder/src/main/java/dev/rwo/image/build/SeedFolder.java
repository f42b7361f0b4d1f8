package dev.rwo.image.build;

import dev.rwo.image.build.SeedContent.FromBytes;
import dev.rwo.image.build.SeedContent.FromFile;
import dev.rwo.image.build.SeedContent.SeedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

/** A seed as a folder: what mtools copies into an image, and what a system takes that is not ours. */
public final class SeedFolder {

    private static final FileTime TIME =
            FileTime.from(Instant.ofEpochSecond(Long.parseLong(ToolsTree.SOURCE_DATE_EPOCH)));

    private SeedFolder() {}

    /**
     * Makes the folder; for its owner alone, because a seed may hold a credential.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is one already
     */
    public static void write(SeedContent seed, Path folder) throws IOException {
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (String directory : seed.directories()) {
            Files.createDirectories(folder.resolve(directory));
        }
        for (SeedFile file : seed.files()) {
            Path target = folder.resolve(file.target());
            switch (file.source()) {
                case FromBytes memory -> Files.write(target, memory.bytes());
                case FromFile onDisk -> Files.copy(onDisk.path(), target);
            }
            Files.setLastModifiedTime(target, TIME);
        }
        for (String directory : seed.directories()) {
            Files.setLastModifiedTime(folder.resolve(directory), TIME);
        }
    }
}
