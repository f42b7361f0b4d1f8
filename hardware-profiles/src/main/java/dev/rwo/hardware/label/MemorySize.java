package dev.rwo.hardware.label;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.Arrays;

/**
 * How much memory a person says a box has.
 *
 * <p>The sum of the modules when the SMBIOS tables tell it. Otherwise the memory the kernel sees, rounded up to the
 * next size that is sold when at most one eighth is missing: firmware, kernel and graphics keep that much. So 1.93 GiB
 * is 2 and 15.5 is 16, while 3.3 stays 3.
 */
final class MemorySize {
    private static final double GIB = 1L << 30;

    /** The least part of a size that must be visible to count as that size. */
    private static final double VISIBLE = 0.875;

    /** Sums of modules that are sold: powers of two, their sums of two, and small virtual machines. */
    private static final long[] SIZES = {
        1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80, 96, 112, 128, 144, 160,
        192, 224, 256, 288, 320, 384, 448, 512, 640, 768, 896, 1024, 1152, 1280, 1536, 1792, 2048, 3072, 4096, 6144,
        8192
    };

    private MemorySize() {}

    /** Whole GiB; 0 for less than seven eighths of one. */
    static Fact<Long> spokenGibibytes(HardwareProfile.Memory memory) {
        return installed(memory).or(memory.visibleBytes().map(MemorySize::roundedUp));
    }

    /** The modules' sum, unless it contradicts what the kernel sees (balloons, broken tables). */
    private static Fact<Long> installed(HardwareProfile.Memory memory) {
        return memory.installedBytes().then(installed -> {
            double visible = memory.visibleBytes().orElse(installed);
            boolean plausible = visible <= installed * 1.01 && visible >= installed * 0.5;
            return plausible
                    ? Fact.known(installed >> 30)
                    : Fact.unknown("the SMBIOS tables contradict the memory the kernel sees");
        });
    }

    private static long roundedUp(long visibleBytes) {
        double visible = visibleBytes / GIB;
        return Arrays.stream(SIZES).filter(size -> size >= visible).findFirst().stream()
                .filter(size -> visible >= size * VISIBLE)
                .findFirst()
                .orElse((long) visible);
    }
}
