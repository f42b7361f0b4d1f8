package dev.rwo.hardware.cpu;

import dev.rwo.hardware.HardwareProfile;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a processor says of itself; what the classifier decides by.
 *
 * @param vendor vendor string of CPUID; empty when unknown
 * @param brand brand string as the processor says it; empty when unknown
 * @param family CPUID display family; -1 when unknown
 * @param model CPUID display model; -1 when unknown
 * @param stepping CPUID stepping; -1 when unknown
 * @param flags feature flags as /proc/cpuinfo writes them; empty when unknown
 */
public record CpuIdentity(String vendor, String brand, int family, int model, int stepping, SortedSet<String> flags) {

    static final SortedSet<String> NO_FLAGS = Collections.unmodifiableSortedSet(new TreeSet<>());

    private static final Pattern TRADE_MARK =
            Pattern.compile("\\((?:r|tm|c)\\)|[®™©]|\\bCPU\\b|\\bProcessor\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern NOISE = Pattern.compile(
            "^\\d+th Gen\\b|@.*$|\\bw(?:ith|/) .*$|\\b[\\w-]+-Cores? Processor\\b|\\b\\d+-Cores?\\b"
                    + "|\\bProcessor\\b|,? \\d+ Compute Cores.*$",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern SPACES = Pattern.compile("[\\s\\p{Cntrl}\\u00A0]+");

    /** "FX(tm)-8350" without its trade mark. */
    private static final Pattern LOOSE_DASH = Pattern.compile(" +-(?=\\d)");

    private static final int MAX_BRAND = 256;

    /** What a profile says of its processor; unknown parts are left out of the decision. */
    public static CpuIdentity of(HardwareProfile.Cpu cpu) {
        return new CpuIdentity(
                cpu.vendor().orElse(""),
                cpu.brand().orElse(""),
                cpu.family().orElse(-1),
                cpu.model().orElse(-1),
                cpu.stepping().orElse(-1),
                cpu.flags().orElse(NO_FLAGS));
    }

    /**
     * The brand without trade marks, the words CPU and Processor and runs of blanks: what rules match. Cut at 256
     * characters; CPUID has 48, SMBIOS seldom more.
     */
    public String plainBrand() {
        String bounded = brand.length() <= MAX_BRAND ? brand : brand.substring(0, MAX_BRAND);
        String words =
                SPACES.matcher(TRADE_MARK.matcher(bounded).replaceAll(" ")).replaceAll(" ");
        return LOOSE_DASH.matcher(words).replaceAll("-").trim();
    }

    /** The brand as a person would say it: without frequency, core counts, built-in graphics and words that say nothing. */
    public String shortBrand() {
        String cut = NOISE.matcher(plainBrand()).replaceAll(" ");
        return SPACES.matcher(cut).replaceAll(" ").trim();
    }
}
