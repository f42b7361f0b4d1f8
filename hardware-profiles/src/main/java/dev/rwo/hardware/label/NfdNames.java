package dev.rwo.hardware.label;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Our names for what Node Feature Discovery publishes, and the way back: NFD writes
 * {@code feature.node.kubernetes.io/cpu-cpuid.AVX2=true} where we write {@code feature.cpu-cpuid.AVX2=true}.
 *
 * <p>NFD names processor flags as the Go library klauspost/cpuid does, the kernel as /proc/cpuinfo does; the tables hold
 * what both know. Sources: NFD's manual, "Feature labels"; arch/x86/include/asm/cpufeatures.h; klauspost/cpuid.
 */
public final class NfdNames {
    private static final String OURS = "feature.";
    private static final String THEIRS = "feature.node.kubernetes.io/";

    /** Where NFD's name is more than the kernel's in capitals and without underscores. */
    private static final Map<String, String> RENAMED = Map.ofEntries(
            Map.entry("3dnow", "AMD3DNOW"),
            Map.entry("3dnowext", "AMD3DNOWEXT"),
            Map.entry("abm", "LZCNT"),
            Map.entry("aes", "AESNI"),
            Map.entry("fma", "FMA3"),
            Map.entry("ht", "HTT"),
            Map.entry("pclmulqdq", "CLMUL"),
            Map.entry("pni", "SSE3"),
            Map.entry("sha_ni", "SHA"),
            Map.entry("sse4_1", "SSE4"),
            Map.entry("sse4_2", "SSE42"));

    /**
     * The flags that NFD publishes by default and that a program can be built for or ask for. It publishes some forty
     * more, of mitigations and of the kernel's business (IBPB, XSAVE, SYSCALL ...), on which no service decides; every
     * label of every node is kept by every manager.
     */
    private static final SortedMap<String, String> PUBLISHED =
            table("3dnow 3dnowext adx aes amx_bf16 amx_complex amx_fp16 amx_int8 amx_tile avx avx2 avx512_bf16"
                    + " avx512_bitalg avx512_fp16 avx512_vbmi2 avx512_vnni avx512_vp2intersect avx512_vpopcntdq"
                    + " avx512bw avx512cd avx512dq avx512er avx512f avx512ifma avx512pf avx512vbmi avx512vl avx_ifma"
                    + " avx_ne_convert avx_vnni avx_vnni_int16 avx_vnni_int8 cldemote clzero cmpccxadd enqcmd fma fma4"
                    + " gfni hle hypervisor movbe movdir64b movdiri mpx prefetchi rtm serialize sev sev_es sev_snp"
                    + " sha_ni sme sse4a svm tbm tme tsxldtrk vaes vmx vpclmulqdq waitpkg xop");

    /** NFD's default {@code attributeBlacklist}: every box has most of them, and edge.cpu.level says the rest. */
    private static final SortedMap<String, String> WITHHELD =
            table("abm bmi1 bmi2 cmov cx16 erms f16c ht mmx mmxext nx pclmulqdq pni popcnt rdrand rdseed rdtscp sgx"
                    + " sgx_lc sse sse2 sse4_1 sse4_2 ssse3");

    /** Vendor strings of CPUID and klauspost/cpuid's names of the vendors that make or made x86 processors. */
    private static final Map<String, String> VENDORS = Map.of(
            "GenuineIntel", "Intel",
            "AuthenticAMD", "AMD",
            "CentaurHauls", "VIA",
            "VIA VIA VIA", "VIA",
            "HygonGenuine", "Hygon",
            "GenuineTMx86", "Transmeta",
            "Geode by NSC", "NSC",
            "SiS SiS SiS", "SiS");

    private NfdNames() {}

    private static SortedMap<String, String> table(String kernelNames) {
        SortedMap<String, String> table = new TreeMap<>();
        Arrays.stream(kernelNames.split(" ", -1))
                .forEach(name -> table.put(
                        name, RENAMED.getOrDefault(name, name.replace("_", "").toUpperCase(Locale.ROOT))));
        table.computeIfPresent("sev_es", (kernel, squeezed) -> "SEV_ES");
        table.computeIfPresent("sev_snp", (kernel, squeezed) -> "SEV_SNP");
        return Collections.unmodifiableSortedMap(table);
    }

    /** Our key for a label of NFD; empty when it is none of NFD's own name space. */
    public static Optional<String> toOurs(String nfdKey) {
        return nfdKey.startsWith(THEIRS) && nfdKey.length() > THEIRS.length()
                ? Optional.of(OURS + nfdKey.substring(THEIRS.length()))
                : Optional.empty();
    }

    /** NFD's key for a label of ours; empty when it is not one of the mirror. */
    public static Optional<String> toNfd(String ourKey) {
        return ourKey.startsWith(OURS) && ourKey.length() > OURS.length()
                ? Optional.of(THEIRS + ourKey.substring(OURS.length()))
                : Optional.empty();
    }

    /** NFD's name of a flag of /proc/cpuinfo, published or not; empty when NFD has none. */
    public static Optional<String> flag(String kernelFlag) {
        return Optional.ofNullable(PUBLISHED.getOrDefault(kernelFlag, WITHHELD.get(kernelFlag)));
    }

    /** The flag of /proc/cpuinfo that NFD calls so; empty when the kernel has none. */
    public static Optional<String> kernelFlag(String nfdFlag) {
        Map<String, String> names = new HashMap<>(PUBLISHED);
        names.putAll(WITHHELD);
        return names.entrySet().stream()
                .filter(name -> name.getValue().equals(nfdFlag))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Whether a flag, by NFD's name, is among those that become labels when the processor has it. */
    public static boolean isPublished(String nfdFlag) {
        return PUBLISHED.containsValue(nfdFlag);
    }

    /** The flags that become labels: the kernel's names and NFD's. */
    static SortedMap<String, String> publishedFlags() {
        return PUBLISHED;
    }

    /** NFD's name of a processor's vendor; {@code VendorUnknown}, as there, for one it does not know. */
    static String vendor(String cpuid) {
        return VENDORS.getOrDefault(cpuid.strip(), "VendorUnknown");
    }
}
