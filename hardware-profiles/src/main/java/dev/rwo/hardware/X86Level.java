package dev.rwo.hardware;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Micro-architecture level of the x86-64 psABI: what a compiler may assume of a processor.
 *
 * <p>The lists are those of the psABI (x86-64-ABI, "Micro-Architecture Levels"), written with the names that
 * /proc/cpuinfo uses: SSE3 is {@code pni}, LZCNT is {@code abm}, LAHF-SAHF is {@code lahf_lm}, OSXSAVE shows as
 * {@code xsave}.
 */
public enum X86Level implements Labelled {
    V1("x86-64-v1", List.of("lm", "cmov", "cx8", "fpu", "fxsr", "mmx", "sse", "sse2")),
    V2("x86-64-v2", List.of("cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3")),
    V3("x86-64-v3", List.of("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave")),
    V4("x86-64-v4", List.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"));

    private final String label;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is immutable
    private final List<String> needs;

    X86Level(String label, List<String> needs) {
        this.label = label;
        this.needs = needs;
    }

    /** The psABI's name, for example {@code x86-64-v2}. */
    @Override
    public String label() {
        return label;
    }

    /**
     * The highest level whose features, and those of all levels below, are present.
     *
     * @param flags feature flags as /proc/cpuinfo writes them
     * @return empty for a 32-bit processor
     */
    public static Optional<X86Level> of(Collection<String> flags) {
        Set<String> present = Set.copyOf(flags);
        Optional<X86Level> reached = Optional.empty();
        for (X86Level level : values()) {
            if (!present.containsAll(level.needs)) {
                return reached;
            }
            reached = Optional.of(level);
        }
        return reached;
    }
}
