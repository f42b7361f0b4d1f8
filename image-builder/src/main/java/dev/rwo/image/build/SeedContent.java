package dev.rwo.image.build;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files of the partition RWO-SEED.
 *
 * @param files in any order; directories are made as needed
 */
public record SeedContent(List<SeedFile> files) {

    /** No files: the image of no site in particular. */
    public static final SeedContent EMPTY = new SeedContent(List.of());

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException when two files have the same target (FAT ignores case)
     */
    public SeedContent {
        files = List.copyOf(files);
        Set<String> targets = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (SeedFile file : files) {
            if (!targets.add(file.target())) {
                throw new IllegalArgumentException("two seed files want to be " + file.target());
            }
        }
    }

    /** All directories needed on the partition, parents first. */
    Set<String> directories() {
        Set<String> directories = new TreeSet<>();
        for (SeedFile file : files) {
            String target = file.target();
            for (int slash = target.indexOf('/'); slash >= 0; slash = target.indexOf('/', slash + 1)) {
                directories.add(target.substring(0, slash));
            }
        }
        return directories;
    }

    /**
     * One file.
     *
     * @param target path on the partition, with {@code /} between names and none at the start
     * @param source where its bytes come from
     */
    public record SeedFile(String target, Source source) {

        /** Checks the target. */
        public SeedFile {
            if (target.isEmpty()
                    || target.startsWith("/")
                    || target.endsWith("/")
                    || List.of(target.split("/", -1)).stream()
                            .anyMatch(name -> name.isEmpty() || name.equals(".") || name.equals(".."))
                    || target.chars().anyMatch(c -> c < ' ' || "\\:*?\"<>|".indexOf(c) >= 0)) {
                throw new IllegalArgumentException("\"" + target + "\" cannot be a file on a FAT file system");
            }
        }

        /** A file of the workstation. */
        public static SeedFile of(String target, Path file) {
            return new SeedFile(target, new FromFile(file.toAbsolutePath().normalize()));
        }

        /** Text made by the caller, written as UTF-8. */
        public static SeedFile of(String target, String text) {
            return of(target, text.getBytes(StandardCharsets.UTF_8));
        }

        /** Bytes made by the caller. */
        public static SeedFile of(String target, byte[] bytes) {
            return new SeedFile(target, new FromBytes(bytes));
        }
    }

    /** Where the bytes of a seed file come from. */
    public sealed interface Source permits FromFile, FromBytes {}

    /**
     * A file of the workstation.
     *
     * @param path absolute
     */
    public record FromFile(Path path) implements Source {}

    /** Bytes in memory; may be secret, so they are not shown. */
    public static final class FromBytes implements Source {
        private final byte[] bytes;

        /** Copies the bytes. */
        public FromBytes(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public String toString() {
            return "FromBytes[" + bytes.length + "]";
        }
    }
}
