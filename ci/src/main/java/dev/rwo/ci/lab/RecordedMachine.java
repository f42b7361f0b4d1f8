package dev.rwo.ci.lab;

import dev.rwo.hardware.probe.ProfileRecorder;
import dev.rwo.hardware.probe.RecordingException;
import dev.rwo.keys.Site;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.UUID;

/**
 * A directory that the packaged agent takes for its machine ({@code RWO_ROOT}): the hardware of this one, a network card
 * {@code lab0}, and a seed.
 *
 * @param root the directory
 */
public record RecordedMachine(Path root) {

    /**
     * Records this machine.
     *
     * @param root a directory that does not exist
     */
    public static RecordedMachine record(Path root) throws IOException {
        try {
            Files.createDirectories(root.toAbsolutePath().getParent());
            new ProfileRecorder(Path.of("/")).record(root, false);
        } catch (RecordingException failed) {
            throw new IOException(failed.getMessage(), failed);
        }
        RecordedMachine machine = new RecordedMachine(root);
        Files.createDirectories(root.resolve("sys/class/net/lab0/device"));
        Files.createDirectories(root.resolve("sys/bus/usb/devices"));
        Files.createDirectories(root.resolve("etc/rwo/profiles.d"));
        // The kernel's own tables, as whoever reads them sees them: those of the network that the agent is in.
        Files.createSymbolicLink(root.resolve("proc/net"), Path.of("/proc/self/net"));
        machine.layOutVar();
        return machine;
    }

    /** The same machine once more, without what an agent wrote. */
    public RecordedMachine copyTo(Path target) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(target.resolve(root.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = target.resolve(root.relativize(file));
                if (attributes.isSymbolicLink()) {
                    Files.createSymbolicLink(copy, Files.readSymbolicLink(file));
                } else {
                    Files.copy(file, copy);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return new RecordedMachine(target);
    }

    /**
     * Makes it a box of its own by its firmware's table.
     *
     * @param uuid what the firmware says of the board
     */
    public void nameHardware(UUID uuid) throws IOException {
        Path dmi = root.resolve("sys/class/dmi/id");
        write(dmi.resolve("product_uuid"), uuid + "\n");
        write(
                dmi.resolve("product_serial"),
                "LAB-" + uuid.toString().substring(0, 8).toUpperCase(Locale.ROOT) + "\n");
        for (String[] field : new String[][] {{"sys_vendor", "RWO"}, {"product_name", "Lab box"}}) {
            if (!Files.exists(dmi.resolve(field[0]))) {
                write(dmi.resolve(field[0]), field[1] + "\n");
            }
        }
    }

    /** What a boot makes on an empty data partition: a machine id, and the engine's settings. */
    public void layOutVar() throws IOException {
        layOutVar(UUID.randomUUID().toString().replace("-", ""));
    }

    /** As {@link #layOutVar()} with a machine id of the caller's choice. */
    public void layOutVar(String machineId) throws IOException {
        Path state = root.resolve("var/lib/rwo");
        Files.createDirectories(state);
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        write(state.resolve("machine-id"), machineId + "\n");
        write(state.resolve("engine/daemon.json"), "{}\n");
    }

    /** Puts settings on the seed. */
    public void seed(String rwoYaml) throws IOException {
        write(root.resolve("run/rwo/seed/rwo.yaml"), rwoYaml);
    }

    /** Puts a site's credential on the seed. */
    public void seed(Site site) throws IOException {
        Files.createDirectories(root.resolve("run/rwo/seed"));
        site.credential().writeTo(root.resolve("run/rwo/seed/credential"));
    }

    /**
     * Puts a file of its own in place.
     *
     * @param path relative to the machine's root
     */
    public void write(String path, String content) throws IOException {
        write(root.resolve(path), content);
    }

    private static void write(Path file, String content) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, content);
    }
}
