package dev.rwo.agent.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Paints the status on a terminal device whenever something changed; many changes at once are painted once. */
public final class Display implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Display.class);
    /** ECMA-48: cursor home, erase the rest of the line, erase below, hide the cursor (DEC private mode 25). */
    private static final String HOME = "\033[H";

    private static final String ERASE_LINE = "\033[K";
    private static final String ERASE_BELOW = "\033[J";
    private static final String HIDE_CURSOR = "\033[?25l";

    private final Path device;
    private final Supplier<List<String>> content;
    private final Semaphore changes = new Semaphore(1);
    private final Thread painter;

    /**
     * Starts painting; a box without the device (a container, a test) has no display.
     *
     * @param device {@code /dev/tty1} on a node
     * @param content the lines to show
     */
    public Display(Path device, Supplier<List<String>> content) {
        this.device = device;
        this.content = content;
        this.painter = Thread.ofVirtual().name("display").unstarted(this::paintForever);
    }

    /** Starts painting. */
    public void start() {
        if (Files.isWritable(device)) {
            painter.start();
        } else {
            LOG.debugf("no display: %s is not writable", device);
        }
    }

    /** Asks for a repaint. */
    public void refresh() {
        changes.release();
    }

    private void paintForever() {
        try {
            while (true) {
                changes.acquire();
                changes.drainPermits();
                paint();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void paint() {
        StringBuilder screen = new StringBuilder(HIDE_CURSOR).append(HOME);
        content.get().forEach(line -> screen.append(line).append(ERASE_LINE).append("\r\n"));
        screen.append(ERASE_BELOW);
        try {
            Files.write(device, screen.toString().getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
        } catch (IOException gone) {
            LOG.debugf("the display %s cannot be written: %s", device, gone.getMessage());
        }
    }

    @Override
    public void close() {
        painter.interrupt();
    }
}
