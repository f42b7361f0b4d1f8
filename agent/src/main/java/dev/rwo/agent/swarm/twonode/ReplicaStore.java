package dev.rwo.agent.swarm.twonode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.firstboot.AtomicFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * Replicas on this box, mode 0600 below {@code /var/lib/rwo/standby}: as the keeper the one that is handed out, as the
 * standby the one that is kept. They hold the swarm's keys.
 */
final class ReplicaStore {

    static final String PATH = "/api/v1/peer/twonode/replica";

    /** Base64 makes 683 KiB of it; a peer's answer may have 1 MiB. */
    private static final int CHUNK = 512 << 10;

    private static final long LARGEST = 260L << 20;

    private final Path directory;
    private final SwarmDirectory swarm;
    private final AtomicFiles files = new AtomicFiles();
    private final ObjectMapper json = new ObjectMapper();
    private ReplicaInfo outgoing = ReplicaInfo.NONE;

    ReplicaStore(Path directory, SwarmDirectory swarm) {
        this.directory = directory;
        this.swarm = swarm;
    }

    /** As the keeper: makes a copy if anything changed since the one before. */
    synchronized ReplicaInfo offer(String swarmId, long epoch) throws ReplicaException {
        String fingerprint = swarm.fingerprint();
        if (outgoing.fingerprint().equals(fingerprint)
                && outgoing.swarmId().equals(swarmId)
                && outgoing.epoch() == epoch) {
            return outgoing;
        }
        Path file = directory.resolve("outgoing.zip");
        try {
            empty(file);
            swarm.archive(file);
            outgoing = new ReplicaInfo(fingerprint, digest(file), Files.size(file), swarmId, epoch);
            return outgoing;
        } catch (IOException failed) {
            throw new ReplicaException(file + ": cannot be written: " + failed.getMessage(), failed);
        }
    }

    /** As the keeper: a piece of the copy that was offered. */
    synchronized ObjectNode chunk(String sha256, long offset) throws ReplicaException {
        if (!outgoing.sha256().equals(sha256) || offset < 0 || offset >= outgoing.size()) {
            throw new ReplicaException("this replica is no longer offered; ask for the next");
        }
        Path file = directory.resolve("outgoing.zip");
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] data = new byte[(int) Math.min(CHUNK, outgoing.size() - offset)];
            in.seek(offset);
            in.readFully(data);
            return JsonNodeFactory.instance.objectNode().put("data", data);
        } catch (IOException failed) {
            throw new ReplicaException(file + ": cannot be read: " + failed.getMessage(), failed);
        }
    }

    /** As the standby: what is kept; nothing when it is damaged. */
    ReplicaInfo kept() {
        try {
            ReplicaInfo info = ReplicaInfo.of(json.readTree(Files.readAllBytes(directory.resolve("replica.json"))));
            return info.exists() && Files.isRegularFile(archive(info)) ? info : ReplicaInfo.NONE;
        } catch (IOException none) {
            return ReplicaInfo.NONE;
        }
    }

    /**
     * As the standby: the archive, checked.
     *
     * @throws ReplicaException when it is not what was stored
     */
    Path checked(ReplicaInfo info) throws ReplicaException {
        Path file = archive(info);
        try {
            if (!digest(file).equals(info.sha256())) {
                throw new ReplicaException(file + ": damaged: the checksum does not match");
            }
            return file;
        } catch (IOException failed) {
            throw new ReplicaException(file + ": cannot be read: " + failed.getMessage(), failed);
        }
    }

    /** As the standby: fetches the keeper's state if it changed; answers what is kept then. */
    ReplicaInfo pull(Peers peers, String api) throws ReplicaException, PeerException {
        ReplicaInfo kept = kept();
        ReplicaInfo offered = ReplicaInfo.of(peers.get(api, PATH));
        if (!offered.exists() || offered.size() > LARGEST || !offered.sha256().matches("[0-9a-f]{64}")) {
            throw new ReplicaException("the keeper at " + api + " offers no replica");
        }
        if (offered.sha256().equals(kept.sha256()) && offered.equals(kept)) {
            return kept;
        }
        Path incoming = directory.resolve("incoming.zip");
        try {
            fetch(peers, api, offered, incoming);
            if (!digest(incoming).equals(offered.sha256())) {
                throw new ReplicaException("the replica from " + api + " arrived damaged");
            }
            Files.move(incoming, archive(offered), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            files.write(
                    directory.resolve("replica.json"),
                    json.writeValueAsBytes(offered.toJson()),
                    AtomicFiles.PRIVATE_FILE);
            deleteOthers(archive(offered));
            return offered;
        } catch (IOException failed) {
            throw new ReplicaException(directory + ": cannot be written: " + failed.getMessage(), failed);
        }
    }

    private void fetch(Peers peers, String api, ReplicaInfo offered, Path incoming)
            throws IOException, PeerException, ReplicaException {
        empty(incoming);
        try (FileChannel out = FileChannel.open(incoming, StandardOpenOption.WRITE)) {
            long offset = 0;
            while (offset < offered.size()) {
                JsonNode piece = peers.get(api, PATH + "/chunk?sha256=" + offered.sha256() + "&offset=" + offset);
                byte[] data = Base64.getDecoder().decode(piece.path("data").asText(""));
                if (data.length == 0 || offset + data.length > offered.size()) {
                    throw new ReplicaException("the keeper at " + api + " sent a replica of the wrong size");
                }
                out.write(java.nio.ByteBuffer.wrap(data));
                offset += data.length;
            }
            out.force(true);
        } catch (IllegalArgumentException notBase64) {
            throw new ReplicaException("the keeper at " + api + " sent nonsense for a replica", notBase64);
        }
    }

    /** Deletes the kept replica. */
    void forget() throws ReplicaException {
        try {
            files.delete(directory.resolve("replica.json"));
            deleteOthers(directory);
        } catch (IOException failed) {
            throw new ReplicaException(directory + ": cannot be cleared: " + failed.getMessage(), failed);
        }
    }

    private void deleteOthers(Path keep) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            for (Path each : all.filter(file -> file.getFileName().toString().startsWith("replica-"))
                    .filter(file -> !file.equals(keep))
                    .toList()) {
                files.delete(each);
            }
        }
    }

    private Path archive(ReplicaInfo info) {
        return directory.resolve("replica-" + info.sha256().substring(0, 16) + ".zip");
    }

    /** A new, empty file that only root may read. */
    private void empty(Path file) throws IOException {
        files.makeDirectories(directory, AtomicFiles.PRIVATE_DIRECTORY);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = SwarmDirectory.sha256();
        try (FileChannel in = FileChannel.open(file)) {
            java.nio.ByteBuffer buffer = java.nio.ByteBuffer.allocate(1 << 16);
            while (in.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
