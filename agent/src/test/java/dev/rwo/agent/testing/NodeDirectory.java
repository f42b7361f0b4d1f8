package dev.rwo.agent.testing;

import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;

/**
 * A machine's files in a folder, with a seed of a site of its own: enough for an agent to run on, with the hardware
 * below {@code /proc} and {@code /sys} linked from this machine.
 */
public final class NodeDirectory {

    private final NodeLayout layout;
    private final Site site;
    private final int port;

    private NodeDirectory(NodeLayout layout, Site site, int port) {
        this.layout = layout;
        this.site = site;
        this.port = port;
    }

    /** A new node of a new site, named till-1. */
    public static NodeDirectory withSite(Path root) throws IOException {
        NodeLayout layout = new NodeLayout(root);
        Files.createDirectories(layout.etc());
        Files.createDirectories(layout.state());
        Files.createDirectories(layout.seed());
        Files.createSymbolicLink(root.resolve("proc"), Path.of("/proc"));
        Files.createSymbolicLink(root.resolve("sys"), Path.of("/sys"));
        Files.createSymbolicLink(root.resolve("dev"), Path.of("/dev"));
        Files.writeString(layout.machineId(), "0123456789abcdef0123456789abcdef\n");
        Files.writeString(layout.seedConfig(), "site: shop-17\nnode:\n  name: till-1\n");
        // The system commands of the machine that runs the test must never be called.
        for (String command : new String[] {"systemctl", "hostname", "networkctl"}) {
            Path stub = Files.createDirectories(root.resolve("bin")).resolve(command);
            Files.writeString(stub, "#!/bin/sh\n");
            Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Site site = Site.create(
                root.resolveSibling(root.getFileName() + "-site"), new SiteName("shop-17"), Clock.systemUTC());
        site.credential().writeTo(layout.seedCredential());
        try (ServerSocket free = new ServerSocket(0)) {
            return new NodeDirectory(layout, site, free.getLocalPort());
        }
    }

    /** Its paths. */
    public NodeLayout layout() {
        return layout;
    }

    /** Its site, with the operator's certificate. */
    public Site site() {
        return site;
    }

    /** What an agent process, or a command that asks it, needs in its environment. */
    public Map<String, String> environment(URI engine) {
        return Map.of(
                "RWO_ROOT",
                layout.root().toString(),
                "PATH",
                layout.root().resolve("bin") + ":" + System.getenv("PATH"),
                "RWO_ENGINE_HOST",
                engine.toString(),
                "RWO_DISPLAY_DEVICE",
                "/nonexistent",
                "QUARKUS_HTTP_SSL_PORT",
                Integer.toString(port),
                "RWO_API",
                "https://localhost:" + port);
    }
}
