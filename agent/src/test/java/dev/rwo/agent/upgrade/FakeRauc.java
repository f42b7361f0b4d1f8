package dev.rwo.agent.upgrade;

import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** Answers as RAUC's service and its tools do on a node, with kernel images in a folder. */
final class FakeRauc implements HostCommands {

    static final String ID = "0a8f930d09aa268d7b2684de12079d2b1c9532c52f1b9e42910779d14ba38ad4";

    final List<String> asked = new CopyOnWriteArrayList<>();
    final AtomicReference<String> version = new AtomicReference<>("0.2.0");
    final AtomicReference<String> installError = new AtomicReference<>("");
    final AtomicReference<String> inspectError = new AtomicReference<>("");
    private final Path kernels;

    FakeRauc(Path root) throws IOException {
        kernels = Files.createDirectories(root.resolve("boot/EFI/Linux"));
    }

    @Override
    public String run(Duration deadline, String... command) throws HostCommandException {
        String line = String.join(" ", command);
        asked.add(line);
        if (line.startsWith("rauc info")) {
            if (!inspectError.get().isEmpty()) {
                throw new HostCommandException("rauc", "exited with status 1", inspectError.get());
            }
            return "rauc-nbd-Message: sending config request: {'url': <'http://x'>}\n{\"update\":{\"version\":\""
                    + version.get() + "\"},\"manifest-hash\":\"" + ID + "\"}";
        }
        if (line.endsWith("get-current")) {
            return "a\n";
        }
        if (line.contains("InstallBundle") && installError.get().isEmpty()) {
            kernel("rwo_" + version.get() + "+0-1.efi");
        }
        if (line.contains("mark-active other")) {
            rename("+0-1", "+3-0");
        }
        if (line.contains("mark-bad other")) {
            rename("+3-0", "+0-1");
        }
        if (line.contains("get-property")) {
            return "{\"type\":\"s\",\"data\":\"idle\"}\n{\"type\":\"(isi)\",\"data\":[100,\"done\",1]}\n"
                    + "{\"type\":\"s\",\"data\":\"" + installError.get() + "\"}\n";
        }
        return "";
    }

    private void rename(String from, String to) {
        try {
            Files.move(
                    kernels.resolve("rwo_" + version.get() + from + ".efi"),
                    kernels.resolve("rwo_" + version.get() + to + ".efi"));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    void kernel(String name) {
        try {
            Files.writeString(kernels.resolve(name), "");
        } catch (IOException unwritable) {
            throw new AssertionError(unwritable);
        }
    }

    /** The boot loader counts a try, or the gate takes all of them. */
    void renameKernel(String from, String to) throws IOException {
        Files.move(kernels.resolve(from), kernels.resolve(to));
    }
}
