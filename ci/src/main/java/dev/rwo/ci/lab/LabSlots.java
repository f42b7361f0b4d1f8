package dev.rwo.ci.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/**
 * Two slots for a box of the lab, so that its real agent can upgrade it in seconds: what the agent asks of RAUC and of the service
 * manager is played, down to the names of kernel images.
 */
public final class LabSlots {

    private LabSlots() {}

    /** Gives a box two slots, of which one runs this version. */
    public static void give(SiteNode box, String version) {
        Path root = box.machine().root();
        Path bin = box.host().folder().resolve("bin");
        try {
            Path slots = LabFolder.script(bin, "lab-slots");
            Files.createSymbolicLink(bin.resolve("rauc"), slots);
            Files.createSymbolicLink(bin.resolve("busctl"), slots);
            Path libexec = Files.createDirectories(root.resolve("usr/libexec/rwo"));
            Files.createSymbolicLink(libexec.resolve("boot-slots"), slots);
            Files.createDirectories(root.resolve("boot/EFI/Linux"));
            Files.writeString(root.resolve("boot/EFI/Linux/rwo_" + version + ".efi"), "");
            Files.createDirectories(box.layout().slots());
            Files.createDirectories(box.layout().osRelease().resolveSibling(""));
            Files.writeString(box.layout().osRelease(), "IMAGE_ID=rwo\nIMAGE_VERSION=" + version + "\n");
            // The agent looks for this one.
            Files.writeString(box.layout().slots().resolve("b-root"), "");
        } catch (IOException failed) {
            throw new LabException(box + " cannot be given slots: " + failed.getMessage(), failed);
        }
    }

    /** A bundle of that version and of 4 MiB, as the played RAUC understands it. */
    public static Path bundle(Path folder, String version) throws IOException {
        return Files.writeString(
                folder.resolve("lab_" + version + ".raucb"), version + "\n" + "x".repeat(4 * 1024 * 1024));
    }

    /** Makes the operator's check on a box say no to a version. */
    public static void failCheck(SiteNode box, String version) {
        Path check = box.layout().checks().resolve("till");
        try {
            Files.createDirectories(box.layout().checks());
            Files.writeString(
                    check,
                    "#!/bin/sh\necho the till says no\n! grep -q IMAGE_VERSION=" + version + " "
                            + box.layout().osRelease() + "\n");
            Files.setPosixFilePermissions(check, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException failed) {
            throw new LabException("the check of " + box + " cannot be written: " + failed.getMessage(), failed);
        }
    }

    /** What boots on a box, by the names of its kernel images. */
    public static String kernels(SiteNode box) {
        try (Stream<Path> files = Files.list(box.machine().root().resolve("boot/EFI/Linux"))) {
            return String.join(
                    " ",
                    files.map(file -> String.valueOf(file.getFileName()))
                            .sorted()
                            .toList());
        } catch (IOException failed) {
            throw new LabException(box + " has no kernel images: " + failed.getMessage(), failed);
        }
    }
}
