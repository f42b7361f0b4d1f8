package dev.rwo.hardware.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rwo.hardware.cpu.CpuClass;
import dev.rwo.hardware.cpu.CpuClassifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** All reports of the linux-hardware.org sample (CC BY 4.0), which lies outside the project. */
class CorpusReportsTest {
    private static final Path CORPUS =
            Path.of(Optional.ofNullable(System.getenv("RWO_CORPUS")).orElse("../../shared/corpus"));

    /** x86 machines that say something of their processor, but nothing that names it: line of dmi.jsonl.gz, reason. */
    private static final Map<Integer, String> KNOWN_OTHERS = new TreeMap<>(Map.of(
            16, "iMac4,1: 'Genuine Intel(R) CPU', family Unknown, no signature",
            1215, "Acer AO751h: version 'A0', family Other"));

    private static final Map<String, List<ClassifiedReport>> REPORTS = new HashMap<>();
    private static final Map<String, ReportClassifier.Summary> SUMMARIES = new HashMap<>();

    @BeforeAll
    static void read() throws IOException {
        for (String name : List.of("lscpu.jsonl.gz", "dmi.jsonl.gz")) {
            Path file = CORPUS.resolve(name);
            if (!Files.exists(file)) {
                System.out.println(
                        "CorpusReportsTest is skipped: no corpus at " + file + "; set RWO_CORPUS to its folder");
            }
            assumeTrue(Files.exists(file));
            List<ClassifiedReport> reports = new ArrayList<>();
            try (InputStream in = Files.newInputStream(file)) {
                SUMMARIES.put(
                        name, new ReportClassifier(CpuClassifier.standard()).read(in, reports::add, unusable -> {}));
            }
            REPORTS.put(name, reports);
        }
    }

    private static List<ClassifiedReport> of(String name) {
        return REPORTS.getOrDefault(name, List.of());
    }

    private static List<ClassifiedReport> all() {
        return REPORTS.values().stream().flatMap(List::stream).toList();
    }

    @Test
    void everyLineIsAReport() {
        assertThat(SUMMARIES.values()).allMatch(summary -> summary.errors() == 0);
        assertThat(of("lscpu.jsonl.gz")).hasSize(870);
        assertThat(of("dmi.jsonl.gz")).hasSize(1721);
    }

    @Test
    void onlyTheListedX86ProcessorsAreOther() {
        List<ClassifiedReport> others = all().stream()
                .filter(report -> report.found().cpuClass() == CpuClass.OTHER)
                .filter(report -> !Set.of("arm").contains(report.found().vendor()))
                // Neither vendor nor brand nor numbers: Apple's firmware and single-board computers name no processor.
                .filter(report -> !(report.found().vendor().equals("other")
                        && report.brand().isEmpty()
                        && report.identity().family() < 0))
                .toList();

        assertThat(others)
                .extracting(ClassifiedReport::line)
                .containsExactlyInAnyOrderElementsOf(KNOWN_OTHERS.keySet());
        assertThat(others.size() / (double) all().size()).isLessThanOrEqualTo(0.005);
        assertThat(all().stream().filter(report -> report.found().cpuClass() == CpuClass.OTHER))
                .allMatch(report -> !report.found().reason().isEmpty());
    }

    @Test
    void reportsThatNameNoProcessorAreFew() {
        assertThat(all().stream()
                        .filter(report -> report.found().reason().equals("nothing says which processor it is")))
                .hasSizeLessThan(60);
    }

    @Test
    void everyProcessorOfLscpuHasVendorGenerationAndKindOfCores() {
        assertThat(of("lscpu.jsonl.gz"))
                .allMatch(report -> !report.found().vendor().equals("other"))
                .allMatch(report -> !report.found().generation().isEmpty())
                .allMatch(report -> report.hybrid().isKnown());
    }

    @Test
    void nearlyEveryNamedProcessorOfSmbiosHasAGeneration() {
        List<ClassifiedReport> named = of("dmi.jsonl.gz").stream()
                .filter(report -> report.found().cpuClass() != CpuClass.OTHER)
                .toList();

        assertThat(named.stream().filter(report -> report.found().generation().isEmpty()))
                .hasSizeLessThan(named.size() / 50);
    }

    @Test
    void levelOfTheMicroArchitectureNeverPromisesMoreThanTheFlagsShow() {
        // A Celeron U3600 and a Pentium P6200 taught that Westmere's small ones lack SSE4.
        assertThat(of("lscpu.jsonl.gz").stream()
                        .filter(report -> report.identity().flags().contains("syscall")
                                || report.identity().flags().contains("lm"))
                        .filter(report -> report.found().level().isKnown()
                                && report.level().isKnown()))
                .hasSizeGreaterThan(300)
                .allMatch(report -> report.level().equals(report.found().level()));
    }

    @Test
    void withinOneMicroArchitectureTheLadderFollowsTheNames() {
        List<CpuClass> ladder =
                List.of(CpuClass.ATOM, CpuClass.CELERON, CpuClass.CORE_I3, CpuClass.CORE_I5, CpuClass.CORE_I7);
        Map<String, List<ClassifiedReport>> cores = all().stream()
                .filter(report -> !report.found().microArchitecture().isEmpty())
                .collect(Collectors.groupingBy(report -> report.found().microArchitecture()));
        for (Collection<ClassifiedReport> sameCores : cores.values()) {
            for (int step = 1; step < ladder.size(); step++) {
                assertThat(rank(sameCores, ladder.get(step - 1), true))
                        .as("%s against %s: %s", ladder.get(step - 1), ladder.get(step), sameCores)
                        .isLessThanOrEqualTo(rank(sameCores, ladder.get(step), false));
            }
            assertThat(rank(sameCores, CpuClass.CELERON, true))
                    .isLessThan(Math.max(3, rank(sameCores, CpuClass.CORE_I5, false)));
        }
    }

    private static int rank(Collection<ClassifiedReport> reports, CpuClass cpuClass, boolean highest) {
        return reports.stream()
                .filter(report -> report.found().cpuClass() == cpuClass)
                .mapToInt(report -> report.found().rank())
                .reduce((a, b) -> highest ? Math.max(a, b) : Math.min(a, b))
                .orElse(highest ? 0 : 6);
    }

    @Test
    void onlyProcessorsWithTwoKindsOfCoresAreHybrid() {
        assertThat(all().stream().filter(report -> report.hybrid().orElse(false)))
                .isNotEmpty()
                .allMatch(report ->
                        report.brand().matches(".*(1[234]\\d{2,3}.*|Core Ultra.*|Core [3579] \\d{3}[UH]|850\\d)"));
    }

    @Test
    void labelsOfEveryReportAreWellFormed() {
        assertThat(all())
                .allSatisfy(report -> assertThat(report.labels())
                        .containsKeys("edge.cpu.class", "edge.cpu.rank", "edge.cpu.vendor", "edge.cpu.ge.1")
                        .allSatisfy((key, value) ->
                                assertThat(value).matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")));
    }
}
