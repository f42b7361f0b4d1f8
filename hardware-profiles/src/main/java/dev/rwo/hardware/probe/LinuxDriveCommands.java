package dev.rwo.hardware.probe;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.rwo.hardware.Fact;
import java.util.function.ToIntFunction;

/**
 * Commands to the drives of the running machine by ioctl, without a child process. The only class here that loads a
 * native library; layouts are those of x86-64. Needs root.
 */
final class LinuxDriveCommands implements DriveCommands {
    /** O_RDONLY | O_NONBLOCK | O_CLOEXEC (include/uapi/asm-generic/fcntl.h). */
    private static final int OPEN_FLAGS = 0x800 | 0x80000;

    /** Shorter than the probe's deadline, so that a slow drive ends here and not there. */
    private static final int TIMEOUT_MILLIS = 1500;

    /** _IOWR('N', 0x41, struct nvme_admin_cmd), 72 bytes (include/uapi/linux/nvme_ioctl.h). */
    private static final long NVME_IOCTL_ADMIN_CMD = 0xC048_4E41L;

    private static final int NVME_COMMAND_BYTES = 72;
    private static final byte NVME_GET_LOG_PAGE = 0x02;
    private static final int NVME_HEALTH_LOG = 0x02;
    private static final int ALL_NAMESPACES = 0xFFFF_FFFF;

    /** include/scsi/sg.h; struct sg_io_hdr has 88 bytes. */
    private static final long SG_IO = 0x2285;

    private static final int SG_HEADER_BYTES = 88;
    private static final int SENSE_BYTES = 32;

    /**
     * ATA PASS-THROUGH (16) of SAT: protocol 3 (no data), CK_COND set so that the registers come back, SMART (B0h)
     * with feature DAh and the signature 4Fh C2h (ACS).
     */
    private static final byte[] SMART_RETURN_STATUS = {
        (byte) 0x85, 0x06, 0x20, 0, (byte) 0xDA, 0, 0, 0, 0, 0, 0x4F, 0, (byte) 0xC2, 0, (byte) 0xB0, 0
    };

    /** The C library. */
    interface LibC extends Library {
        int open(String path, int flags);

        int ioctl(int descriptor, long request, Pointer argument);

        int close(int descriptor);
    }

    private final LibC libc = Native.load("c", LibC.class);

    @Override
    public Fact<byte[]> nvmeHealthLog(String disk) {
        try (Memory command = new Memory(NVME_COMMAND_BYTES);
                Memory log = new Memory(DriveReport.NVME_LOG_BYTES)) {
            command.clear();
            log.clear();
            command.setByte(0, NVME_GET_LOG_PAGE);
            command.setInt(4, ALL_NAMESPACES);
            command.setPointer(24, log);
            command.setInt(36, DriveReport.NVME_LOG_BYTES);
            // Dword 10: the page, and the number of dwords less one from bit 16.
            command.setInt(40, NVME_HEALTH_LOG | ((DriveReport.NVME_LOG_BYTES / 4 - 1) << 16));
            command.setInt(64, TIMEOUT_MILLIS);
            int status = with(disk, descriptor -> libc.ioctl(descriptor, NVME_IOCTL_ADMIN_CMD, command));
            return status == 0
                    ? Fact.known(log.getByteArray(0, DriveReport.NVME_LOG_BYTES))
                    : Fact.unknown("/dev/" + disk + " does not give its health log");
        }
    }

    @Override
    public Fact<Boolean> ataPredictsFailure(String disk) {
        try (Memory header = new Memory(SG_HEADER_BYTES);
                Memory command = new Memory(SMART_RETURN_STATUS.length);
                Memory sense = new Memory(SENSE_BYTES)) {
            header.clear();
            sense.clear();
            command.write(0, SMART_RETURN_STATUS, 0, SMART_RETURN_STATUS.length);
            header.setInt(0, 'S');
            header.setInt(4, -1); // SG_DXFER_NONE
            header.setByte(8, (byte) SMART_RETURN_STATUS.length);
            header.setByte(9, (byte) SENSE_BYTES);
            header.setPointer(24, command);
            header.setPointer(32, sense);
            header.setInt(40, TIMEOUT_MILLIS);
            int status = with(disk, descriptor -> libc.ioctl(descriptor, SG_IO, header));
            return status == 0
                    ? AtaSense.predictsFailure(sense.getByteArray(0, SENSE_BYTES))
                    : Fact.unknown("/dev/" + disk + " takes no ATA command");
        }
    }

    private int with(String disk, ToIntFunction<Integer> question) {
        int descriptor = libc.open("/dev/" + disk, OPEN_FLAGS);
        if (descriptor < 0) {
            return -1;
        }
        try {
            return question.applyAsInt(descriptor);
        } finally {
            libc.close(descriptor);
        }
    }
}
