package dev.rwo.image.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A machine's disk: what it wrote over the image (qcow2), its UEFI variables, and a note of which image they belong to.
 * Over any other image the overlay would be garbage.
 */
final class MachineDisk {
    private static final int PATIENCE_SECONDS = 60;

    private MachineDisk() {}

    static void prepare(MachineSpec spec, Firmware firmware) {
        if (!Files.isRegularFile(spec.image())) {
            throw new VmException(
                    "there is no image " + spec.image() + "; build one with: ./rwo image build --site NAME");
        }
        try {
            Files.createDirectories(spec.directory());
            Path note = spec.directory().resolve("image");
            String image = identity(spec.image());
            if (spec.fresh() || !Files.exists(spec.disk())) {
                Files.deleteIfExists(note);
                create(spec);
                Files.copy(firmware.variables(), spec.variables(), StandardCopyOption.REPLACE_EXISTING);
                Files.writeString(note, image);
            } else if (!Files.exists(note)
                    || !Files.readString(note, StandardCharsets.UTF_8).equals(image)) {
                throw new VmException("the disk " + spec.disk() + " belongs to an earlier build of " + spec.image()
                        + "; start with --fresh to begin with an empty one");
            }
        } catch (IOException e) {
            throw new VmException("cannot make a disk in " + spec.directory() + ": " + e, e);
        }
    }

    private static String identity(Path image) throws IOException {
        return image + " " + Files.size(image) + " " + Files.getLastModifiedTime(image) + "\n";
    }

    private static void create(MachineSpec spec) throws IOException {
        List<String> command = new ArrayList<>(List.of("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b"));
        command.add(spec.image().toString());
        command.add(spec.disk().toString());
        if (spec.diskGib() > 0) {
            long bytes = (long) spec.diskGib() << 30;
            if (bytes < Files.size(spec.image())) {
                throw new VmException("a disk of " + spec.diskGib() + " GiB is smaller than " + spec.image()
                        + "; use a larger --disk-size");
            }
            command.add("" + bytes);
        }
        run(command);
    }

    private static void run(List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new VmException(command.getFirst() + " cannot be started; run: apt-get install qemu-utils", e);
        }
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new VmException(command.getFirst() + " failed: " + said.replace('\n', ' '));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VmException("interrupted while making a disk", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
