package dev.rwo.agent.cli;

import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.StateFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Keeps an agent away from the state of a later one, which it would misread, and lose with its first write. */
public final class StateGuard {

    private StateGuard() {}

    /** Whether the agent must not start; says why on the standard error, and to the gate if this version is on trial. */
    public static boolean refuses(NodeLayout layout) {
        Optional<String> obstacle = StateFormat.obstacle(layout);
        if (obstacle.isEmpty()) {
            return false;
        }
        System.err.println("rwo: " + obstacle.get());
        try {
            new AtomicFiles()
                    .write(
                            layout.bootVerdict(),
                            ("bad " + obstacle.get() + "\n").getBytes(StandardCharsets.UTF_8),
                            AtomicFiles.PUBLIC_FILE);
        } catch (IOException unwritten) {
            System.err.println("rwo: " + unwritten.getMessage());
        }
        return true;
    }
}
