package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** /dev/kvm: whether it really opens; the CPU's flag alone says nothing of firmware switches and nested guests. */
final class KvmDevice {
    private static final String DEVICE = "dev/kvm";

    private KvmDevice() {}

    static Fact<Boolean> opens(MachineTree tree) {
        if (!tree.isDirectory("dev")) {
            return Fact.unknown("/dev is missing");
        }
        if (!tree.exists(DEVICE)) {
            return Fact.known(false);
        }
        Path device = tree.resolve(DEVICE);
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return Fact.known(channel.isOpen());
        } catch (AccessDeniedException e) {
            return Fact.unknown("no permission to open /" + DEVICE);
        } catch (IOException e) {
            return Fact.known(false); // ENODEV, ENXIO: the node is there, the module's device is not
        }
    }
}
