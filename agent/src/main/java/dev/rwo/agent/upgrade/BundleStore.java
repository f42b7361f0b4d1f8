package dev.rwo.agent.upgrade;

import dev.rwo.agent.upgrade.source.BundleSource;
import dev.rwo.agent.upgrade.source.Patience;
import dev.rwo.firstboot.AtomicFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/**
 * Bundles that this box keeps for the others: {@code ID.raucb}, and {@code ID.part} while it is being fetched, so that a restart goes
 * on where it was.
 */
final class BundleStore implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(BundleStore.class);
    private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{64}\\.raucb");

    /** What the engine and the log need in the meantime. */
    private static final long RESERVE = 256L << 20;

    private final Path directory;
    private final AtomicFiles files = new AtomicFiles();
    private final ConcurrentHashMap<String, Fetch> fetches = new ConcurrentHashMap<>();

    BundleStore(Path directory) {
        this.directory = directory;
    }

    /** One under way. */
    private static final class Fetch {
        private final Patience source;
        private final CompletableFuture<String> problem = new CompletableFuture<>();
        private volatile int percent;

        Fetch(Patience source) {
            this.source = source;
        }
    }

    /** Checks what was fetched. */
    @FunctionalInterface
    interface Check {
        void check(Path file) throws UpgradeException;
    }

    /** The file of a bundle; empty when not all of it is here. */
    Optional<Path> find(String id) {
        Path file = directory.resolve(id + ".raucb");
        return WHOLE.matcher(id + ".raucb").matches() && Files.isRegularFile(file)
                ? Optional.of(file)
                : Optional.empty();
    }

    /** What is here, by ID, with how many percent of it. */
    SortedMap<String, Integer> contents() {
        SortedMap<String, Integer> contents = new TreeMap<>();
        fetches.forEach((id, fetch) -> contents.put(id, Math.min(99, fetch.percent)));
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "*.raucb")) {
            for (Path file : all) {
                String name = String.valueOf(file.getFileName());
                if (WHOLE.matcher(name).matches()) {
                    contents.put(name.substring(0, name.indexOf('.')), 100);
                }
            }
        } catch (NoSuchFileException none) {
            return contents;
        } catch (IOException unreadable) {
            LOG.warnf("%s cannot be read: %s", directory, unreadable.getMessage());
        }
        return contents;
    }

    /**
     * Begins to fetch, unless it is here or under way.
     *
     * @param check run before it counts as being here
     * @return why it failed, when it has ended; empty when it is here
     * @throws UpgradeException when there is no space, or nothing to fetch it from
     */
    Future<String> fetch(Bundle bundle, Patience source, Check check) throws UpgradeException {
        Fetch underWay = fetches.get(bundle.id());
        if (underWay != null || find(bundle.id()).isPresent()) {
            source.close();
            return underWay == null ? CompletableFuture.completedFuture("") : underWay.problem;
        }
        long size = sizeOf(source);
        Path part = directory.resolve(bundle.id() + ".part");
        try {
            files.makeDirectories(directory, AtomicFiles.PRIVATE_DIRECTORY);
            long missing = size - (Files.exists(part) ? Files.size(part) : 0);
            long free = Files.getFileStore(directory).getUsableSpace() - RESERVE;
            if (missing > free) {
                throw new UpgradeException("no space to keep the bundle: " + missing / (1 << 20)
                        + " MiB are needed and " + Math.max(0, free) / (1 << 20)
                        + " MiB can be used on the data partition: docker image prune");
            }
        } catch (IOException unusable) {
            throw new UpgradeException(directory + " cannot be used: " + unusable.getMessage(), unusable);
        }
        Fetch fetch = new Fetch(source);
        Fetch other = fetches.putIfAbsent(bundle.id(), fetch);
        if (other != null) {
            source.close();
            return other.problem;
        }
        Thread.ofVirtual().name("bundle-fetch").start(() -> {
            String problem = run(bundle, fetch, size, part, check);
            fetches.remove(bundle.id());
            fetch.problem.complete(problem);
        });
        return fetch.problem;
    }

    private static long sizeOf(BundleSource source) throws UpgradeException {
        try {
            return source.size();
        } catch (IOException silent) {
            throw new UpgradeException(String.valueOf(silent.getMessage()), silent);
        }
    }

    private String run(Bundle bundle, Fetch fetch, long size, Path part, Check check) {
        try (Patience source = fetch.source) {
            copy(source, size, part, fetch);
            check.check(part);
            Files.move(part, directory.resolve(bundle.id() + ".raucb"), StandardCopyOption.ATOMIC_MOVE);
            LOG.infof("bundle of version %s is kept here for other boxes", bundle.version());
            return "";
        } catch (UpgradeException wrong) {
            LOG.errorf("the bundle that was fetched is thrown away: %s", wrong.getMessage());
            remove(part);
            return String.valueOf(wrong.getMessage());
        } catch (IOException failed) {
            LOG.errorf("the bundle could not be fetched: %s", failed.getMessage());
            return String.valueOf(failed.getMessage());
        }
    }

    private static void copy(BundleSource source, long size, Path part, Fetch fetch) throws IOException {
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Whole pieces that are there were written in order; the last one may be cut off.
            long at = Math.min(file.size(), size) / BundleSource.PIECE * BundleSource.PIECE;
            while (at < size) {
                ByteBuffer piece = ByteBuffer.wrap(source.read(at, (int) Math.min(BundleSource.PIECE, size - at)));
                while (piece.hasRemaining()) {
                    at += file.write(piece, at);
                }
                fetch.percent = (int) (at * 100 / size);
            }
            file.truncate(size);
            file.force(true);
        }
    }

    /** Removes one, and ends its fetching. */
    void discard(String id) {
        Fetch fetch = fetches.get(id);
        if (fetch != null) {
            fetch.source.close();
        }
        remove(directory.resolve(id + ".raucb"));
        remove(directory.resolve(id + ".part"));
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException stuck) {
            LOG.warnf("%s cannot be removed: %s", file, stuck.getMessage());
        }
    }

    @Override
    public void close() {
        fetches.values().forEach(fetch -> fetch.source.close());
    }
}
