package dev.rwo.agent.hardware;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jboss.logging.Logger;

/** Hears of every change in the folder of the operator's rules, so that they count as soon as they are saved. */
final class RuleFolderWatch implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(RuleFolderWatch.class);

    private final WatchService service;

    private RuleFolderWatch(WatchService service) {
        this.service = service;
    }

    /**
     * Listens from now on. The folder is made if it is missing. Where that fails, the sweep reads the rules all the same.
     *
     * @param changed called after each change, on a thread of the watch
     */
    static AutoCloseable start(Path folder, Runnable changed) {
        try {
            Path real = Files.createDirectories(folder).toRealPath();
            WatchService service = real.getFileSystem().newWatchService();
            real.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            RuleFolderWatch watch = new RuleFolderWatch(service);
            Thread.ofPlatform().daemon().name("label-rules").start(() -> watch.run(changed));
            return watch;
        } catch (IOException unwatched) {
            LOG.warnf("label rules in %s count only with the next sweep: %s", folder, unwatched.getMessage());
            return () -> {};
        }
    }

    private void run(Runnable changed) {
        try {
            for (WatchKey key = service.take(); key.isValid(); key = service.take()) {
                key.pollEvents();
                changed.run();
                if (!key.reset()) {
                    return;
                }
            }
        } catch (InterruptedException | ClosedWatchServiceException stop) {
            // The agent is going down.
        }
    }

    @Override
    public void close() throws IOException {
        service.close();
    }
}
