package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import java.io.IOException;
import java.nio.file.Files;

/** Room on the file system of /var. A recorded tree has it in {@code recorded/var-usable-bytes}. */
final class DataFileSystem {
    static final String RECORDED = "recorded/var-usable-bytes";

    private DataFileSystem() {}

    static Fact<Long> freeBytes(MachineTree tree) {
        if (!tree.isLive()) {
            return tree.number(RECORDED);
        }
        try {
            return Fact.known(Files.getFileStore(tree.resolve("var")).getUsableSpace());
        } catch (IOException e) {
            return Fact.unknown("cannot ask for the room on /var: " + e.getMessage());
        }
    }
}
