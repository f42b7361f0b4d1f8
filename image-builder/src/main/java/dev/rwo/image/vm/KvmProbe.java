package dev.rwo.image.vm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether KVM works by running a guest of five instructions: {@code /dev/kvm} opens on hosts whose nested
 * virtualisation then fails, either at start ({@code -cpu host}) or at the first floating-point instruction. The answer
 * is kept for as long as the host is up.
 */
public final class KvmProbe {
    /** {@code isa-debug-exit} makes QEMU end with {@code (value << 1) | 1}; the guest writes 0x10. */
    private static final int GUEST_RAN = 33;

    private static final int PATIENCE_SECONDS = 10;

    /** At the reset vector, 16 bytes below the end: {@code fwait; fninit; mov al,0x10; out 0xf4,al; hlt}. */
    private static final byte[] RESET_VECTOR = HexFormat.of().parseHex("9bdbe3b010e6f4f4ebfd");

    private static final int ROM_BYTES = 64 * 1024;

    private final Path device;
    private final Path bootId;
    private final Path memory;
    private final String qemu;

    KvmProbe(Path device, Path bootId, Path memory, String qemu) {
        this.device = device;
        this.bootId = bootId;
        this.memory = memory;
        this.qemu = qemu;
    }

    /** The best that works on this host: at most ten seconds the first time, then at once. */
    public static Acceleration best() {
        Path cache = Path.of(System.getProperty("user.home", "/root"), ".cache", "rwo", "kvm");
        return new KvmProbe(Path.of("/dev/kvm"), Path.of("/proc/sys/kernel/random/boot_id"), cache, QemuMachine.QEMU)
                .answer();
    }

    Acceleration answer() {
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return Acceleration.TCG;
        }
        String boot = read(bootId);
        List<String> remembered = List.of(read(memory).split("\\s+"));
        if (remembered.size() == 2 && remembered.getFirst().equals(boot)) {
            return remembered.getLast().equals("works") ? Acceleration.KVM : Acceleration.TCG;
        }
        boolean works = runsAGuest();
        remember(boot + (works ? " works\n" : " fails\n"));
        return works ? Acceleration.KVM : Acceleration.TCG;
    }

    private boolean runsAGuest() {
        try {
            Path rom = Files.createTempFile("rwo-kvm-probe", ".rom");
            try {
                byte[] content = new byte[ROM_BYTES];
                Arrays.fill(content, (byte) 0xf4);
                System.arraycopy(RESET_VECTOR, 0, content, ROM_BYTES - 16, RESET_VECTOR.length);
                Files.write(rom, content);
                return exitOf(rom) == GUEST_RAN;
            } finally {
                Files.delete(rom);
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private int exitOf(Path rom) throws IOException, InterruptedException {
        Process guest = new ProcessBuilder(
                        qemu,
                        "-nodefaults",
                        "-display",
                        "none",
                        "-machine",
                        "q35",
                        "-accel",
                        "kvm",
                        "-cpu",
                        "host",
                        "-m",
                        "16",
                        "-bios",
                        rom.toString(),
                        "-device",
                        "isa-debug-exit,iobase=0xf4,iosize=0x04",
                        "-no-reboot")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return guest.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? guest.exitValue() : -1;
        } finally {
            guest.destroyForcibly();
        }
    }

    private void remember(String answer) {
        try {
            Path parent = memory.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(memory, answer);
        } catch (IOException e) {
            // A home that cannot be written only costs the probe again next time.
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
