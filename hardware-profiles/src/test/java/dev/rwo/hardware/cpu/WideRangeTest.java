package dev.rwo.hardware.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.X86Level;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of fifty years of processors, told by the name alone as SMBIOS gives it, vendor unknown unless the name tells. */
class WideRangeTest {

    @ParameterizedTest(name = "{0} is {1}, rank {2}, {3}, generation {4}")
    @CsvSource(delimiter = '|', textBlock = """
        Intel(R) Core(TM) Ultra 7 265K               | core-ultra | 5 | intel | 2 | true  | x86-64-v3
        Intel(R) Core(TM) Ultra 5 225H               | core-ultra | 4 | intel | 2 | true  | x86-64-v3
        Intel(R) Core(TM) Ultra X7 358H              | core-ultra | 5 | intel | 3 | true  | x86-64-v3
        Intel(R) Core(TM) Ultra 9 285K               | core-ultra | 5 | intel | 2 | true  | x86-64-v3
        Intel(R) Core(TM) 7 150U                     | core       | 5 | intel | 1 | true  | x86-64-v3
        Intel(R) Core(TM) 5 120U                     | core       | 4 | intel | 1 | true  | x86-64-v3
        Intel(R) Core(TM) 3 N350                     | core       | 3 | intel | alder-lake-n | false | x86-64-v3
        Intel(R) Core(TM) i3-N305                    | core-i3    | 3 | intel | alder-lake-n | false | x86-64-v3
        Intel(R) Processor N97                       | n-series   | 2 | intel | alder-lake-n | false | x86-64-v3
        Intel(R) Processor U300                      | pentium    | 2 | intel | raptor-lake  | true  | x86-64-v3
        Intel(R) 300                                 | pentium    | 2 | intel | raptor-lake  | false | x86-64-v3
        Intel(R) Core(TM) i9-14900KS                 | core-i9    | 5 | intel | 14 | true  | x86-64-v3
        13th Gen Intel(R) Core(TM) i5-1340P          | core-i5    | 4 | intel | 13 | true  | x86-64-v3
        13th Gen Intel(R) Core(TM) i3-13100          | core-i3    | 3 | intel | 13 | false | x86-64-v3
        12th Gen Intel(R) Core(TM) i5-12400F         | core-i5    | 4 | intel | 12 | false | x86-64-v3
        12th Gen Intel(R) Core(TM) i5-12600K         | core-i5    | 4 | intel | 12 | true  | x86-64-v3
        11th Gen Intel(R) Core(TM) i7-1165G7         | core-i7    | 5 | intel | 11 | false | x86-64-v4
        Intel(R) Core(TM) i7-10710U CPU @ 1.10GHz    | core-i7    | 5 | intel | 10 | false | x86-64-v3
        Intel(R) Core(TM) i5-L16G7 CPU @ 1.40GHz     | core-i5    | 4 | intel | lakefield | true | x86-64-v2
        Intel(R) Core(TM) i7-4790 CPU @ 3.60GHz      | core-i7    | 5 | intel | 4  | false | x86-64-v3
        Intel(R) Core(TM) i7-2600 CPU @ 3.40GHz      | core-i7    | 5 | intel | 2  | false | x86-64-v2
        Intel(R) Core(TM) i7 CPU 920 @ 2.67GHz       | core-i7    | 5 | intel | 1  | ''    | x86-64-v2
        Intel(R) Core(TM) i3 CPU M 350 @ 2.27GHz     | core-i3    | 3 | intel | 1  | ''    | x86-64-v2
        Intel(R) Core(TM) M-5Y10c CPU @ 0.80GHz      | core-m     | 3 | intel | 5  | ''    | x86-64-v3
        Intel(R) Core(TM) m3-8100Y CPU @ 1.10GHz     | core-m     | 3 | intel | 8  | false | x86-64-v3
        Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz | core-2  | 2 | intel | penryn | false | x86-64-v1
        Intel(R) Core(TM)2 Quad CPU Q6600            | core-2     | 3 | intel | merom  | false | x86-64-v1
        Genuine Intel(R) CPU T2400 @ 1.83GHz         | core       | 2 | intel | yonah  | false | ''
        Intel(R) Celeron(R) J4125 CPU @ 2.00GHz      | celeron    | 2 | intel | goldmont-plus | false | x86-64-v2
        Intel(R) Celeron(R) N5105 @ 2.00GHz          | celeron    | 2 | intel | tremont | false | x86-64-v2
        Intel(R) Celeron(R) CPU N3350 @ 1.10GHz      | celeron    | 2 | intel | goldmont | false | x86-64-v2
        Intel(R) Celeron(R) G5905 CPU @ 3.50GHz      | celeron    | 2 | intel | comet-lake | false | x86-64-v2
        Intel(R) Celeron(R) M processor 1.50GHz      | celeron    | 1 | intel | p6 | false | ''
        Intel(R) Celeron(R) D CPU 3.20GHz            | celeron    | 2 | intel | netburst | false | ''
        Intel(R) Pentium(R) Silver N6005 @ 2.00GHz   | pentium    | 2 | intel | tremont | false | x86-64-v2
        Intel(R) Pentium(R) Gold G7400               | pentium    | 2 | intel | alder-lake | false | x86-64-v3
        Intel(R) Pentium(R) 4 CPU 2.80GHz            | pentium    | 2 | intel | netburst | false | ''
        Pentium III (Coppermine)                     | pentium    | 1 | intel | p6 | false | ''
        Intel(R) Pentium(R) M processor 1.73GHz      | pentium    | 1 | intel | p6 | false | ''
        Pentium(R) Dual-Core  CPU      E5700  @ 3.00GHz | pentium | 2 | intel | penryn | false | x86-64-v1
        Intel(R) Atom(TM) x5-Z8350  CPU @ 1.44GHz    | atom       | 1 | intel | airmont | false | x86-64-v2
        Intel(R) Atom(TM) x7425E                     | atom       | 1 | intel | alder-lake-n | false | x86-64-v3
        Intel(R) Atom(TM) CPU E3845 @ 1.91GHz        | atom       | 1 | intel | silvermont | false | x86-64-v2
        Intel(R) Atom(TM) CPU C3758 @ 2.20GHz        | atom       | 1 | intel | goldmont | false | x86-64-v2
        Intel(R) Atom(TM) CPU D525 @ 1.80GHz         | atom       | 1 | intel | bonnell | false | x86-64-v1
        Intel(R) Xeon(R) Platinum 8592+              | xeon-sp    | 6 | intel | 5 | false | x86-64-v4
        Intel(R) Xeon(R) Silver 4410Y                | xeon-sp    | 6 | intel | 4 | false | x86-64-v4
        Intel(R) Xeon(R) CPU Max 9480                | xeon-sp    | 6 | intel | sapphire-rapids | false | x86-64-v4
        Intel(R) Xeon(R) 6767P                       | xeon-sp    | 6 | intel | 6 | false | ''
        Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz    | xeon       | 6 | intel | 4 | false | x86-64-v3
        Intel(R) Xeon(R) CPU E7- 4870  @ 2.40GHz     | xeon       | 5 | intel | 1 | false | x86-64-v2
        Intel(R) Xeon(R) CPU E3-1230 v5 @ 3.40GHz    | xeon-e     | 6 | intel | 5 | false | x86-64-v3
        Intel(R) Xeon(R) CPU E31220 @ 3.10GHz        | xeon-e     | 6 | intel | 1 | false | x86-64-v2
        Intel(R) Xeon(R) CPU E3110 @ 3.00GHz         | xeon       | 3 | intel | penryn | false | x86-64-v1
        Intel(R) Xeon(R) E-2278G CPU @ 3.40GHz       | xeon-e     | 6 | intel | 2 | false | x86-64-v3
        Intel(R) Xeon(R) CPU D-1541 @ 2.10GHz        | xeon-d     | 6 | intel | broadwell | false | x86-64-v3
        Intel(R) Xeon(R) w9-3495X                    | xeon-w     | 6 | intel | sapphire-rapids | false | x86-64-v4
        Intel(R) Xeon(R) CPU X5690 @ 3.47GHz         | xeon       | 5 | intel | westmere | false | x86-64-v2
        Intel(R) Xeon(TM) CPU 3.00GHz                | xeon       | 2 | intel | netburst | false | ''
        AMD-K6(tm) 3D processor                      | athlon     | 1 | amd | k6 | false | ''
        AMD Athlon(tm) XP 2400+                      | athlon     | 1 | amd | k7 | false | ''
        AMD Athlon(tm) 64 X2 Dual Core Processor 4200+ | athlon   | 2 | amd | k8 | false | x86-64-v1
        AMD Phenom(tm) II X6 1055T Processor         | athlon     | 3 | amd | k10 | false | x86-64-v1
        AMD FX(tm)-8350 Eight-Core Processor         | athlon     | 4 | amd | piledriver | false | x86-64-v2
        AMD Athlon 3000G with Radeon Vega Graphics   | athlon     | 2 | amd | zen | false | x86-64-v3
        AMD 3020e with Radeon Graphics               | athlon     | 2 | amd | zen | false | x86-64-v3
        AMD A10-9700 RADEON R7, 10 COMPUTE CORES 4C+6G | a-series | 3 | amd | excavator | false | x86-64-v3
        AMD E-350 Processor                          | a-series   | 1 | amd | bobcat | false | x86-64-v1
        AMD GX-412TC SOC                             | a-series   | 1 | amd | jaguar | false | x86-64-v2
        AMD Ryzen Embedded V1605B with Radeon Vega Gfx | ryzen-embedded | 4 | amd | zen | false | x86-64-v3
        AMD Ryzen 5 PRO 4650G with Radeon Graphics   | ryzen      | 4 | amd | 4 | false | x86-64-v3
        AMD Ryzen 7 7840U w/ Radeon 780M Graphics    | ryzen      | 5 | amd | 7 | false | x86-64-v4
        AMD Ryzen 3 7320U with Radeon Graphics       | ryzen      | 3 | amd | 7 | false | x86-64-v3
        AMD Ryzen AI MAX+ 395 w/ Radeon 8060S        | ryzen      | 5 | amd | zen5 | false | x86-64-v4
        AMD Ryzen AI 5 340 w/ Radeon 840M            | ryzen      | 4 | amd | zen5 | false | x86-64-v4
        AMD Ryzen Z1 Extreme                         | ryzen      | 5 | amd | zen4 | false | x86-64-v4
        AMD Custom APU 0405                          | ryzen      | 3 | amd | zen2 | false | x86-64-v3
        AMD BC-250                                   | ryzen      | 3 | amd | zen2 | false | x86-64-v3
        AMD Ryzen Threadripper PRO 7995WX 96-Cores   | threadripper | 6 | amd | 7 | false | x86-64-v4
        AMD EPYC 4464P 12-Core Processor             | epyc       | 6 | amd | 4 | false | x86-64-v4
        AMD EPYC 9755 128-Core Processor             | epyc       | 6 | amd | 5 | false | x86-64-v4
        AMD EPYC-Rome Processor                      | epyc       | 6 | amd | 2 | false | x86-64-v3
        AMD Opteron(tm) Processor 6276               | opteron    | 4 | amd | bulldozer | false | x86-64-v2
        AMD Opteron(tm) X3216 APU                    | opteron    | 3 | amd | excavator | false | x86-64-v3
        Hygon C86 7185 32-core Processor             | epyc       | 6 | hygon | '' | false | ''
        ZHAOXIN KaiXian KX-U6780A@2.7GHz             | via        | 2 | zhaoxin | '' | false | ''
        VIA Nano X2 U4025 @ 1.2 GHz                  | via        | 1 | via | isaiah | false | ''
        Transmeta(tm) Crusoe(tm) Processor TM5800    | atom       | 1 | transmeta | '' | false | ''
        Vortex86 SoC                                 | atom       | 1 | dmp | '' | false | ''
        Cyrix MII 2.5x Core/Bus Clock                | via        | 1 | cyrix | '' | false | ''
        Geode(TM) Integrated Processor by AMD PCS    | atom       | 1 | amd | '' | false | ''
        Intel Core Processor (Haswell, no TSX)       | core       | 3 | intel | '' | '' | ''
        Intel Xeon Processor (Skylake, IBRS)         | xeon       | 6 | intel | '' | false | ''
        Westmere E56xx/L56xx/X56xx (Nehalem-C)       | other      | 1 | other | '' | '' | ''
        Virtual CPU a7769a6388d5                     | virtual    | 2 | other | '' | '' | ''
        BHYVE                                        | virtual    | 2 | other | '' | '' | ''
        VirtualApple @ 2.50GHz                       | virtual    | 3 | other | '' | '' | ''
        pc-i440fx-7.2                                | virtual    | 2 | other | '' | '' | ''
        Ampere(R) Altra(R) Processor                 | other      | 1 | arm | '' | '' | ''
        """)
    void nameAloneTells(
            String brand, String cpuClass, int rank, String vendor, String generation, String hybrid, String level) {
        CpuClassification found = byName("", brand);

        assertThat(found.cpuClass().label()).as("%s", found).isEqualTo(cpuClass);
        assertThat(found.rank()).as("%s", found).isEqualTo(rank);
        assertThat(found.vendor()).as("%s", found).isEqualTo(vendor);
        if (!generation.isEmpty()) {
            assertThat(found.generation()).as("%s", found).isEqualTo(generation);
        }
        if (!hybrid.isEmpty()) {
            assertThat(found.hybrid().map(Object::toString).orElse(""))
                    .as("%s", found)
                    .isEqualTo(hybrid);
        }
        if (!level.isEmpty()) {
            assertThat(found.level().map(X86Level::label).orElse(""))
                    .as("%s", found)
                    .isEqualTo(level);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Intel(R) Corporation, intel",
        "Intel, intel",
        "GenuineIntel, intel",
        "Intel Corporation, intel",
        "'Advanced Micro Devices, Inc.', amd",
        "AMD, amd",
        "AuthenticAMD, amd",
        "AMD E-450 APU wit, amd",
        "VIA, via",
        "Phytium, arm",
        "HiSilicon, arm",
        "'', other",
        "Not Specified, other"
    })
    void manufacturerOfSmbiosTellsTheVendor(String manufacturer, String vendor) {
        assertThat(byName(manufacturer, "").vendor()).isEqualTo(vendor);
    }

    @Property(tries = 500)
    void anyIdentityIsClassified(
            @ForAll String vendor,
            @ForAll String brand,
            @ForAll @IntRange(min = -1, max = 300) int family,
            @ForAll @IntRange(min = -1, max = 300) int model) {
        CpuClassification found = CpuClassifier.standard()
                .classify(new CpuIdentity(vendor, brand, family, model, 0, CpuIdentity.NO_FLAGS));

        assertThat(found.rank()).isBetween(1, 6);
        assertThat(found.vendor()).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz",
        "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz",
        "AMD Ryzen 7 5800X 8-Core Processor",
        "Intel(R) Celeron(R) J4125 CPU @ 2.00GHz",
        "AMD EPYC 7502P 32-Core Processor",
        "Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz",
        "AMD FX(tm)-8350 Eight-Core Processor"
    })
    void noiseInANameChangesNothing(String brand) {
        CpuClassification plain = byName("", brand);

        assertThat(byName("", brand.toUpperCase(Locale.ROOT))).isEqualTo(plain);
        assertThat(byName("", brand.toLowerCase(Locale.ROOT))).isEqualTo(plain);
        assertThat(byName("", "  " + brand.replace(" ", "   ") + "     ")).isEqualTo(plain);
        assertThat(byName("", brand.replace("(R)", "®").replace("(TM)", "™").replace("(tm)", "™")))
                .isEqualTo(plain);
        assertThat(byName("", brand.replaceAll("\\((R|TM|tm)\\)", " ") + "\0\0"))
                .isEqualTo(plain);
    }

    private static CpuClassification byName(String vendor, String brand) {
        return CpuClassifier.standard().classify(new CpuIdentity(vendor, brand, -1, -1, -1, CpuIdentity.NO_FLAGS));
    }
}
