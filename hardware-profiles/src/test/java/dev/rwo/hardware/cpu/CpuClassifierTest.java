package dev.rwo.hardware.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.hardware.yaml.RuleFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuClassifierTest {
    private static final String INTEL = "GenuineIntel";
    private static final String AMD = "AuthenticAMD";

    @ParameterizedTest(name = "{2} is {3}, rank {4}")
    @CsvSource(delimiter = '|', textBlock = """
        # newer than the corpus, or not in it
        6 | 170 | Intel(R) Core(TM) Ultra 7 155H              | core-ultra  | 5 | 1
        6 | 197 | Intel(R) Core(TM) Ultra 5 245K              | core-ultra  | 4 | 2
        6 | 189 | Intel(R) Core(TM) Ultra 9 288V              | core-ultra  | 5 | 2
        6 | 190 | Intel(R) N100                               | n-series    | 2 | alder-lake-n
        6 | 190 | Intel(R) N97                                | n-series    | 2 | alder-lake-n
        6 | 190 | Intel(R) Core(TM) i3-N305                   | core-i3     | 3 | alder-lake-n
        6 | 190 | Intel(R) Core(TM) 3 N350                    | core        | 3 | alder-lake-n
        6 | 190 | Intel(R) Atom(TM) x7425E                    | atom        | 1 | alder-lake-n
        6 | 150 | Intel(R) Atom(TM) x6425E Processor @ 2.00GHz | atom       | 1 | tremont
        6 | 186 | Intel(R) Core(TM) 7 150U                    | core        | 5 | 1
        6 | 186 | Intel(R) Core(TM) 5 120U                    | core        | 4 | 1
        6 | 186 | Intel(R) U300                               | pentium     | 2 | raptor-lake
        6 | 186 | 13th Gen Intel(R) Core(TM) i7-1360P         | core-i7     | 5 | 13
        6 | 183 | 13th Gen Intel(R) Core(TM) i9-13900K        | core-i9     | 5 | 13
        6 | 183 | Intel(R) Core(TM) i5-14600K                 | core-i5     | 4 | 14
        6 | 151 | 12th Gen Intel(R) Core(TM) i3-12100         | core-i3     | 3 | 12
        6 | 126 | Intel(R) Core(TM) i5-1035G1 CPU @ 1.00GHz   | core-i5     | 4 | 10
        6 | 37  | Intel(R) Core(TM) i5 CPU M 520 @ 2.40GHz    | core-i5     | 4 | 1
        6 | 78  | Intel(R) Core(TM) m3-6Y30 CPU @ 0.90GHz     | core-m      | 3 | 6
        6 | 106 | Intel(R) Xeon(R) Silver 4310 CPU @ 2.10GHz  | xeon-sp     | 6 | 3
        6 | 143 | Intel(R) Xeon(R) Platinum 8480+             | xeon-sp     | 6 | 4
        6 | 143 | Intel(R) Xeon(R) w5-2455X                   | xeon-w      | 6 | sapphire-rapids
        6 | 175 | Intel(R) Xeon(R) 6740E                      | xeon-sp     | 6 | 6
        6 | 183 | Intel(R) Xeon(R) E-2488                     | xeon-e      | 6 | 4
        6 | 108 | Intel(R) Xeon(R) D-2776NT CPU @ 2.10GHz     | xeon-d      | 6 | ice-lake
        6 | 62  | Intel(R) Xeon(R) CPU E7-4890 v2 @ 2.80GHz   | xeon        | 6 | 2
        6 | 85  | Intel Xeon Processor (Skylake, IBRS)        | xeon-sp     | 6 | skylake
        15 | 4  | Intel(R) Xeon(TM) CPU 3.00GHz               | xeon        | 2 | netburst
        6 | 23  | Intel(R) Xeon(R) CPU X5450 @ 3.00GHz        | xeon        | 3 | penryn
        6 | 6   | QEMU Virtual CPU version 2.5+               | virtual     | 2 | ''
        15 | 6  | Common KVM processor                        | virtual     | 2 | ''
        """)
    void intelProcessorIsWhatItsNameSays(int family, int model, String brand, String cpuClass, int rank, String gen) {
        assertIs(classify(INTEL, family, model, brand), cpuClass, rank, gen);
    }

    @ParameterizedTest(name = "{2} is {3}, rank {4}")
    @CsvSource(delimiter = '|', textBlock = """
        25 | 116 | AMD Ryzen 9 7940HS w/ Radeon 780M Graphics    | ryzen          | 5 | 7
        26 | 36  | AMD Ryzen AI 9 HX 370 w/ Radeon 890M          | ryzen          | 5 | zen5
        23 | 160 | AMD Ryzen 3 7320U with Radeon Graphics        | ryzen          | 3 | 7
        23 | 32  | AMD Ryzen Embedded R1505G with Radeon Vega Gfx | ryzen-embedded | 2 | zen
        23 | 17  | AMD Ryzen Embedded V1605B with Radeon Vega Gfx | ryzen-embedded | 4 | zen
        25 | 8   | AMD Ryzen Threadripper PRO 5995WX 64-Cores    | threadripper   | 6 | 5
        25 | 17  | AMD EPYC 9654 96-Core Processor               | epyc           | 6 | 4
        25 | 1   | AMD EPYC 7B13                                 | epyc           | 6 | 3
        26 | 2   | AMD EPYC 9755 128-Core Processor              | epyc           | 6 | 5
        25 | 17  | AMD EPYC                                      | epyc           | 6 | zen4
        23 | 1   | AMD EPYC Embedded 3251 8-Core Processor       | epyc           | 6 | 1
        23 | 160 | AMD Athlon Gold 7220U with Radeon Graphics    | athlon         | 2 | zen2
        21 | 2   | AMD FX(tm)-8350 Eight-Core Processor          | athlon         | 4 | piledriver
        22 | 48  | AMD GX-420GI Radeon R7E                       | a-series       | 1 | puma
        15 | 5   | AMD Opteron(tm) Processor 248                 | opteron        | 2 | k8
        15 | 107 | QEMU TCG CPU version 2.5+                     | virtual        | 2 | ''
        """)
    void amdProcessorIsWhatItsNameSays(int family, int model, String brand, String cpuClass, int rank, String gen) {
        assertIs(classify(AMD, family, model, brand), cpuClass, rank, gen);
    }

    @ParameterizedTest(name = "{0} {3}")
    @CsvSource(delimiter = '|', textBlock = """
        CentaurHauls | 6  | 15 | VIA Nano X2 U4025 @ 1.2 GHz              | via   | via
        CentaurHauls | 7  | 27 | ZHAOXIN KaiXian KX-U6780A@2.7GHz         | via   | via
        '  Shanghai  ' | 7 | 59 | ZHAOXIN KaiXian KX-6640MA@2.2+GHz       | via   | zhaoxin
        HygonGenuine | 24 | 1  | Hygon C86 7185 32-core Processor         | epyc  | hygon
        SomebodyElse | 1  | 1  | Fast Thing 3000                          | other | other
        """)
    void otherVendorsHaveTheirPlaceToo(
            String vendor, int family, int model, String brand, String cpuClass, String vendorLabel) {
        CpuClassification found = classify(vendor, family, model, brand);

        assertThat(found.cpuClass().label()).isEqualTo(cpuClass);
        assertThat(found.vendor()).isEqualTo(vendorLabel);
    }

    @ParameterizedTest
    @CsvSource({
        "GenuineIntel, 6, 158, core", "GenuineIntel, 6, 92, atom", "GenuineIntel, 6, 190, n-series",
        "GenuineIntel, 6, 143, xeon-sp", "GenuineIntel, 6, 170, core-ultra", "AuthenticAMD, 25, 80, ryzen",
        "AuthenticAMD, 22, 48, a-series", "AuthenticAMD, 16, 4, athlon"
    })
    void processorWithoutBrandIsToldByFamilyAndModel(String vendor, int family, int model, String cpuClass) {
        assertThat(classify(vendor, family, model, "").cpuClass().label()).isEqualTo(cpuClass);
        assertThat(classify(vendor, family, model, "0000000000").cpuClass().label())
                .isEqualTo(cpuClass);
    }

    @Test
    void emulatedProcessorRisesWithWhatItEmulates() {
        SortedSet<String> flags = new TreeSet<>(java.util.List.of("avx2", "bmi2", "fma"));

        CpuClassification found =
                CpuClassifier.standard().classify(new CpuIdentity(AMD, "QEMU TCG CPU version 2.5+", 15, 107, 1, flags));

        assertThat(found.rank()).isEqualTo(3);
        assertThat(found.ruleId()).isEqualTo("virtual-v3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "rules: 3", "rules: [{id: a}]", "rules:\n - {id: a, class: core-i5, rank: 9}", "["})
    void rulesThatCannotBeUsedAreRefusedWithFileAndLine(String yaml) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(RuleFormatException.class)
                .message()
                .startsWith("mine.yaml:")
                .doesNotContain("\n");
    }

    @Test
    void badRuleIsNamedWithLineAndColumn() {
        assertThatThrownBy(() -> read("rules:\n  - {id: a, class: core-i4, rank: 3}\n"))
                .hasMessage("mine.yaml:2:20: 'core-i4' is not known here; did you mean 'core-i3'?");
        assertThatThrownBy(() -> read("rules:\n  - {id: a, class: atom, rank: 1, brnad: x}\n"))
                .hasMessage("mine.yaml:2:35: unknown key 'brnad'; did you mean 'brand'?");
        assertThatThrownBy(() -> read("rules:\n  - {id: a, class: atom, rank: 1, brand: '('}\n"))
                .message()
                .startsWith("mine.yaml:2:42: no usable regular expression");
    }

    @Test
    void brandIsShownWithoutNoise() {
        assertThat(shown("Intel(R) Core(TM)2 Duo CPU     E8400  @ 3.00GHz")).isEqualTo("Intel Core 2 Duo E8400");
        assertThat(shown("13th Gen Intel(R) Core(TM) i5-1340P")).isEqualTo("Intel Core i5-1340P");
        assertThat(shown("AMD Ryzen 9 7940HS w/ Radeon 780M Graphics")).isEqualTo("AMD Ryzen 9 7940HS");
        assertThat(shown("AMD EPYC 7502P 32-Core Processor")).isEqualTo("AMD EPYC 7502P");
    }

    private static String shown(String brand) {
        return identity(INTEL, 6, 1, brand).shortBrand();
    }

    private static void read(String yaml) throws IOException {
        CpuClassifier.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "mine.yaml");
    }

    private static void assertIs(CpuClassification found, String cpuClass, int rank, String generation) {
        assertThat(found.cpuClass().label()).as(found.toString()).isEqualTo(cpuClass);
        assertThat(found.rank()).as(found.toString()).isEqualTo(rank);
        assertThat(found.generation()).as(found.toString()).isEqualTo(generation);
    }

    private static CpuClassification classify(String vendor, int family, int model, String brand) {
        return CpuClassifier.standard().classify(identity(vendor, family, model, brand));
    }

    private static CpuIdentity identity(String vendor, int family, int model, String brand) {
        return new CpuIdentity(vendor, brand, family, model, 0, CpuIdentity.NO_FLAGS);
    }
}
