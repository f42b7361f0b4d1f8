package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.firstboot.AtomicFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The engine's own directory of its swarm ({@code swarm} below its data root): copied while the engine runs, and put in
 * place while it is stopped.
 */
final class SwarmDirectory {

    /** A swarm that keeps no old snapshots has one snapshot and two logs of at most 64 MB each. */
    private static final long LARGEST = 256L << 20;

    private static final int ATTEMPTS = 5;
    private static final String SNAPSHOTS = "raft/snap-v3-encrypted";
    private static final String LOGS = "raft/wal-v3-encrypted";

    private final Path directory;
    private final AtomicFiles files = new AtomicFiles();
    private final ObjectMapper json = new ObjectMapper();

    SwarmDirectory(Path directory) {
        this.directory = directory;
    }

    /** Changes whenever the engine has written anything: names, sizes and times, no content. */
    String fingerprint() throws ReplicaException {
        try {
            MessageDigest digest = sha256();
            for (Path file : content()) {
                FileTime time = Files.getLastModifiedTime(file);
                digest.update((directory.relativize(file) + " " + Files.size(file) + " " + time + "\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException | UncheckedIOException moved) {
            throw new ReplicaException(directory + ": cannot be read: " + moved.getMessage(), moved);
        }
    }

    /**
     * Copies everything that makes the manager into one archive: certificates, then snapshots, then logs, so that the
     * logs are never older than the snapshot. A snapshot that came or went meanwhile begins it anew.
     */
    void archive(Path target) throws ReplicaException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                List<Path> snapshots = list(SNAPSHOTS);
                try (OutputStream file = Files.newOutputStream(target);
                        ZipOutputStream zip = new ZipOutputStream(file)) {
                    zip.setLevel(Deflater.NO_COMPRESSION);
                    write(zip);
                }
                if (snapshots.equals(list(SNAPSHOTS))) {
                    return;
                }
            } catch (IOException | UncheckedIOException moving) {
                if (attempt == ATTEMPTS) {
                    throw new ReplicaException(
                            "the swarm's state in " + directory + " cannot be copied: " + moving.getMessage(), moving);
                }
            }
        }
        throw new ReplicaException("the swarm's state in " + directory + " changes faster than it can be copied");
    }

    private void write(ZipOutputStream zip) throws IOException {
        long total = 0;
        for (Path file : content()) {
            boolean log = file.toString().endsWith(".wal");
            long length = log ? whole(file) : Files.size(file);
            total += length;
            if (total > LARGEST) {
                throw new IOException("it is larger than " + (LARGEST >> 20) + " MiB");
            }
            zip.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
            try (InputStream in = Files.newInputStream(file)) {
                copy(in, zip, length);
            }
            zip.closeEntry();
        }
    }

    private static long whole(Path log) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(log), 1 << 16)) {
            return WalCut.wholeRecords(in);
        }
    }

    private static void copy(InputStream in, OutputStream out, long length) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long left = length;
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new IOException("a file became shorter");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private List<Path> content() throws IOException {
        List<Path> all = new ArrayList<>(list("certificates"));
        for (String name : List.of("state.json", "docker-state.json")) {
            all.add(directory.resolve(name));
        }
        all.addAll(list(SNAPSHOTS));
        all.addAll(list(LOGS));
        return all;
    }

    /** Files of the engine's making; {@code 0.tmp} is a log that is only being prepared. */
    private List<Path> list(String folder) throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve(folder))) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> file.toString().matches(".*\\.(wal|snap|crt|key)"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Puts an archive in the place of what is there, which is moved aside. The engine must be stopped. May be repeated.
     *
     * @param address this box's own, {@code ip}: the engine must not call the box that the archive came from
     */
    void replace(Path archive, String address) throws ReplicaException {
        Path fresh = fresh();
        Path aside = aside();
        try {
            files.delete(fresh);
            unpack(archive, fresh);
            readdress(fresh, address);
            sync(fresh);
            if (Files.exists(aside)) {
                files.delete(directory);
            } else if (Files.exists(directory)) {
                Files.move(directory, aside);
            } else {
                // So that restore() knows that what is in place is not this box's own.
                Files.createDirectories(aside);
            }
            Files.move(fresh, directory);
            syncOne(parent());
        } catch (IOException failed) {
            throw new ReplicaException(
                    "the replica cannot be put in place at " + directory + ": " + failed.getMessage(), failed);
        }
    }

    /** Puts back what {@link #replace} moved aside, wherever that was cut off. The engine must be stopped. */
    void restore() throws ReplicaException {
        try {
            if (isReplaced()) {
                files.delete(directory);
                Files.move(aside(), directory);
                syncOne(parent());
            }
            files.delete(fresh());
        } catch (IOException failed) {
            throw new ReplicaException(
                    "this box's own swarm cannot be put back at " + directory + ": " + failed.getMessage(), failed);
        }
    }

    /** Whether this box's own swarm lies aside: what is in its place, if anything, is the replica. */
    boolean isReplaced() {
        return Files.exists(aside());
    }

    /** Deletes what was moved aside. */
    void forgetOld() throws ReplicaException {
        try {
            files.delete(aside());
        } catch (IOException failed) {
            throw new ReplicaException(aside() + ": cannot be deleted: " + failed.getMessage(), failed);
        }
    }

    /** Deletes this box's own swarm; the engine must be stopped. */
    void delete() throws ReplicaException {
        try {
            files.delete(directory);
        } catch (IOException failed) {
            throw new ReplicaException(directory + ": cannot be deleted: " + failed.getMessage(), failed);
        }
    }

    private Path fresh() {
        return directory.resolveSibling("swarm.rwo-new");
    }

    private Path aside() {
        return directory.resolveSibling("swarm.rwo-old");
    }

    private Path parent() {
        return java.util.Objects.requireNonNull(directory.toAbsolutePath().getParent(), "the root is no swarm");
    }

    private static void unpack(Path archive, Path target) throws IOException {
        Files.createDirectories(
                target, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        long total = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(archive));
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target) || !entry.getName().matches("[a-z0-9-]+(/[a-z0-9-]+)*/?[A-Za-z0-9._-]+")) {
                    throw new IOException("the archive has a name that does not belong there: " + entry.getName());
                }
                Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
                try (OutputStream out = Files.newOutputStream(file)) {
                    total += zip.transferTo(out);
                }
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                if (total > LARGEST) {
                    throw new IOException("the archive is larger than " + (LARGEST >> 20) + " MiB");
                }
            }
        }
        // An engine that finds no such directory would begin a new swarm's worth of state beside it.
        Files.createDirectories(target.resolve(SNAPSHOTS));
    }

    private void readdress(Path target, String address) throws IOException {
        String swarm = address + ":" + Orchestrator.MANAGER_PORT;
        Path remotes = target.resolve("state.json");
        JsonNode managers = json.readTree(Files.readAllBytes(remotes));
        if (managers instanceof ArrayNode all) {
            all.forEach(manager -> ((ObjectNode) manager).put("addr", swarm));
        }
        Files.write(remotes, json.writeValueAsBytes(managers));
        Path own = target.resolve("docker-state.json");
        ObjectNode state = (ObjectNode) json.readTree(Files.readAllBytes(own));
        state.put("LocalAddr", address).put("AdvertiseAddr", swarm);
        Files.write(own, json.writeValueAsBytes(state));
    }

    private static void sync(Path tree) throws IOException {
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path each : all.toList()) {
                syncOne(each);
            }
        }
    }

    private static void syncOne(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
