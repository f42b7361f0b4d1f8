package dev.rwo.image.cli;

import dev.rwo.image.flash.BlockDevice;
import dev.rwo.image.flash.BlockDevices;
import dev.rwo.image.flash.Flasher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes an image onto a disk. */
@Command(
        name = "flash",
        description = {
            "Write an image onto a stick or disk, and read it back to check.",
            "Refuses partitions and any disk that is in use. Asks before it writes, unless --yes."
        },
        mixinStandardHelpOptions = true)
final class FlashCommand implements Callable<Integer> {
    private final Workstation workstation;
    private final RwoCommand root;

    @Parameters(paramLabel = "DEVICE", description = "The whole disk, such as /dev/sdb.")
    private String device = "";

    @Mixin
    private ImageChoice choice = new ImageChoice();

    FlashCommand(Workstation workstation, RwoCommand root) {
        this.workstation = workstation;
        this.root = root;
    }

    @Override
    public Integer call() throws IOException {
        BlockDevices devices = BlockDevices.ofThisMachine();
        BlockDevice disk = devices.find(device);
        Path image = choice.resolve(workstation);
        long bytes = Files.size(image);
        disk.requireWritable(bytes);
        confirm(disk, image, bytes);
        // Once more: it may have been mounted while the person was thinking.
        devices.find(device).requireWritable(bytes);

        Flasher flasher = Flasher.onto(disk, image);
        byte[] hash = flasher.write(meter("written", bytes));
        flasher.verify(hash, bytes, meter("checked", bytes));
        workstation.say("/dev/" + disk.name() + " holds " + image.getFileName()
                + " now, and gave back every byte. Plug it in and switch on.");
        return RwoCommand.DONE;
    }

    private void confirm(BlockDevice disk, Path image, long bytes) throws IOException {
        workstation.progress("Disk   /dev/%s  %s  %s%s"
                .formatted(
                        disk.name(),
                        BinarySize.of(disk.bytes()),
                        disk.transport(),
                        disk.removable() ? ", removable" : ""));
        workstation.progress("       model '%s', serial '%s'".formatted(disk.model(), disk.serial()));
        workstation.progress("Image  " + image + " (" + BinarySize.of(bytes) + ")");
        if (root.yes()) {
            return;
        }
        workstation.progress("Everything on this disk will be lost. Type its name (" + disk.name() + ") to write:");
        String typed = workstation.in().readLine();
        if (typed == null || !typed.strip().equals(disk.name())) {
            throw CommandException.badInput("not confirmed; nothing was written");
        }
    }

    private LongConsumer meter(String what, long bytes) {
        long step = Math.max(1, bytes / 20);
        long[] next = {step};
        return done -> {
            if (done >= next[0] || done >= bytes) {
                workstation.progress("%3d %% %s".formatted(bytes == 0 ? 100 : done * 100 / bytes, what));
                next[0] = done + step;
            }
        };
    }
}
