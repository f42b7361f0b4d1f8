package dev.rwo.hardware.cpu;

import dev.rwo.hardware.Labelled;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The family a processor was sold in. There is one for every x86 processor; the rank is a separate matter. */
public enum CpuClass implements Labelled {
    ATOM,
    CELERON,
    PENTIUM,
    N_SERIES,
    CORE_M,
    CORE_2,
    CORE_I3,
    CORE_I5,
    CORE_I7,
    CORE_I9,
    CORE,
    CORE_ULTRA,
    XEON_E,
    XEON_D,
    XEON_W,
    XEON_SP,
    XEON,
    ATHLON,
    A_SERIES,
    RYZEN_EMBEDDED,
    RYZEN,
    THREADRIPPER,
    EPYC,
    OPTERON,
    VIA,
    VIRTUAL,
    OTHER;

    /** The word used in labels and rules, for example {@code core-i5}. */
    @Override
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All labels. */
    static Set<String> labels() {
        return Arrays.stream(values()).map(CpuClass::label).collect(Collectors.toSet());
    }

    /** The class with that label. */
    public static Optional<CpuClass> ofLabel(String label) {
        return Arrays.stream(values())
                .filter(candidate -> candidate.label().equals(label))
                .findFirst();
    }
}
