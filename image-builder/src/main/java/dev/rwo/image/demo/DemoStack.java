package dev.rwo.image.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The demo's stack: a web page on any box with two processor cores, and a service that only a box with an NVIDIA GPU
 * may run, to show what a constraint does.
 */
public final class DemoStack {
    /** The port of the node at which the page is served; the compose file says the same. */
    public static final int PAGE_PORT = 8080;

    /** The service that runs, as Swarm calls it. */
    public static final String RUNNING = "demo_page";

    /** The service that stays pending, as Swarm calls it. */
    public static final String PENDING = "demo_needs-nvidia-gpu";

    /** The image of both. */
    public static final String IMAGE = "rwo-demo/page:1";

    private DemoStack() {}

    /**
     * Writes {@code demo/docker-compose.yml} and {@code demo/page.tar} below that folder.
     *
     * @throws DemoException if there is no static busybox on this host, or the folder cannot be written
     */
    public static void writeTo(Path stacks) {
        byte[] busybox = StaticBusybox.read();
        Path folder = stacks.resolve("demo");
        try {
            Files.createDirectories(folder);
            Files.write(folder.resolve("docker-compose.yml"), resource("docker-compose.yml"));
            try (OutputStream out = Files.newOutputStream(folder.resolve("page.tar"))) {
                DockerArchive.write(out, IMAGE, layer(busybox, resource("index.html")), "/bin/busybox");
            }
        } catch (IOException e) {
            throw new DemoException("cannot write the demo's stack to " + folder + ": " + e, e);
        }
    }

    static byte[] layer(byte[] busybox, byte[] page) throws IOException {
        ByteArrayOutputStream layer = new ByteArrayOutputStream(busybox.length + 16_384);
        try (TarWriter tar = new TarWriter(layer)) {
            tar.directory("bin", 0755);
            tar.file("bin/busybox", 0755, busybox);
            tar.link("bin/sh", "busybox");
            tar.directory("tmp", 01777);
            tar.directory("www", 0755);
            tar.file("www/index.html", 0644, page);
        }
        return layer.toByteArray();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = DemoStack.class.getResourceAsStream("/demo/" + name)) {
            return Objects.requireNonNull(in, "resource /demo/" + name).readAllBytes();
        }
    }
}
