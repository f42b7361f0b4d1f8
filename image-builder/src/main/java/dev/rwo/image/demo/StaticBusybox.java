package dev.rwo.image.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds the host's busybox, which has to bring all its code along: a container has no C library for it. */
final class StaticBusybox {
    private static final List<Path> PLACES = List.of(Path.of("/bin/busybox"), Path.of("/usr/bin/busybox"));

    /** In a program header of ELF (elf(5)): the path of the dynamic linker. */
    private static final int PT_INTERP = 3;

    private StaticBusybox() {}

    static byte[] read() {
        return read(PLACES);
    }

    static byte[] read(List<Path> places) {
        for (Path place : places) {
            try {
                if (Files.isReadable(place)) {
                    byte[] program = Files.readAllBytes(place);
                    if (isStatic(program)) {
                        return program;
                    }
                }
            } catch (IOException e) {
                throw new DemoException("cannot read " + place + ": " + e, e);
            }
        }
        throw new DemoException(
                "the demo's workload needs a statically linked busybox; run: apt-get install busybox-static", null);
    }

    /** Whether this is a 64-bit ELF program without a dynamic linker. */
    static boolean isStatic(byte[] program) {
        ByteBuffer elf = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        if (program.length < 64 || elf.order(ByteOrder.BIG_ENDIAN).getInt(0) != 0x7f454c46 || program[4] != 2) {
            return false;
        }
        elf.order(ByteOrder.LITTLE_ENDIAN);
        long table = elf.getLong(32);
        int size = elf.getShort(54) & 0xffff;
        int count = elf.getShort(56) & 0xffff;
        if (table < 0 || table + (long) size * count > program.length || size < 4) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (elf.getInt((int) table + i * size) == PT_INTERP) {
                return false;
            }
        }
        return true;
    }
}
