package dev.rwo.hardware.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.hardware.label.LabelSanitizer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every processor of the linux-hardware.org sample (CC BY 4.0), which lies outside the project. */
class CorpusTest {
    private static final Path CORPUS =
            Path.of(Optional.ofNullable(System.getenv("RWO_CORPUS")).orElse("../../shared/corpus"));

    private static final List<Sample> SAMPLES = new ArrayList<>();

    private record Sample(CpuIdentity cpu, CpuClassification found) {
        boolean says(String words) {
            return cpu.plainBrand().matches("(?i).*\\b(" + words + ")\\b.*");
        }

        @Override
        public String toString() {
            return cpu.brand() + " -> " + found;
        }
    }

    @BeforeAll
    static void read() throws IOException {
        Path file = CORPUS.resolve("lscpu.jsonl.gz");
        if (!Files.exists(file)) {
            // Surefire does not show the reason of an assumption that fails before all tests.
            System.out.println("CorpusTest is skipped: no corpus at " + file + "; set RWO_CORPUS to its folder");
        }
        assumeTrue(Files.exists(file));
        ObjectMapper json = new ObjectMapper();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                CpuIdentity cpu = identity(json.readTree(line).path("lscpu"));
                SAMPLES.add(new Sample(cpu, CpuClassifier.standard().classify(cpu)));
            }
        }
    }

    @Test
    void almostNoProcessorIsOther() {
        List<Sample> other = where(sample -> sample.found().cpuClass() == CpuClass.OTHER);

        assertThat(SAMPLES).hasSizeGreaterThan(800);
        assertThat((double) other.size() / SAMPLES.size()).as("%s", other).isLessThanOrEqualTo(0.005);
    }

    @Test
    void vendorIsAlwaysKnown() {
        assertThat(where(sample -> sample.found().vendor().equals("other"))).isEmpty();
    }

    @Test
    void nearlyEveryProcessorHasAGeneration() {
        List<Sample> without = where(sample -> sample.found().generation().isEmpty());

        assertThat((double) without.size() / SAMPLES.size()).as("%s", without).isLessThanOrEqualTo(0.02);
    }

    @Test
    void theBestKnownWordOfABrandDecidesTheClass() {
        Map<String, String> classOf = Map.ofEntries(
                Map.entry("Xeon", "xeon(-[a-z]+)?"),
                Map.entry("Xeon E3-?1\\d{3}L?|Xeon E-2\\d{3}G?", "xeon-e"),
                Map.entry("Xeon E[57]-[L24]\\d{3,4}[A-Z]?", "xeon"),
                Map.entry("Xeon D-\\d{4}I?", "xeon-d"),
                Map.entry("Xeon W-?\\d{4}[BM]?", "xeon-w"),
                Map.entry("Xeon (Bronze|Silver|Gold|Platinum)", "xeon-sp"),
                Map.entry("Celeron", "celeron"),
                Map.entry("Pentium", "pentium"),
                Map.entry("Atom", "atom"),
                Map.entry("i3", "core-i3"),
                Map.entry("i5", "core-i5"),
                Map.entry("i7", "core-i7"),
                Map.entry("i9", "core-i9"),
                Map.entry("Core 2", "core-2"),
                Map.entry("EPYC", "epyc"),
                Map.entry("Opteron", "opteron"),
                Map.entry("Threadripper", "threadripper"),
                Map.entry("Ryzen [3579]", "ryzen"),
                Map.entry("Ryzen Embedded", "ryzen-embedded"),
                Map.entry("Athlon|Phenom|Sempron|Turion", "athlon"),
                Map.entry("VIA", "via"));

        classOf.forEach((word, cpuClass) -> assertThat(where(sample -> sample.says(word)))
                .as(word)
                .isNotEmpty()
                .allMatch(sample -> sample.found().cpuClass().label().matches(cpuClass)));
    }

    @Test
    void withinOneGenerationTheLadderFollowsTheNames() {
        List<String> ladder = List.of("atom", "celeron", "core-i3", "core-i5", "core-i7");
        for (Collection<Sample> cores : byMicroArchitecture()) {
            for (int step = 1; step < ladder.size(); step++) {
                int highestBelow = rankOf(cores, ladder.get(step - 1), true);
                int lowestHere = rankOf(cores, ladder.get(step), false);
                assertThat(highestBelow).as("%s", cores).isLessThanOrEqualTo(lowestHere);
            }
            assertThat(rankOf(cores, "celeron", true))
                    .as("Celeron against Core i5")
                    .isLessThan(Math.max(3, rankOf(cores, "core-i5", false)));
        }
    }

    @Test
    void ranksKeepWithinTheLadder() {
        assertThat(SAMPLES)
                .allMatch(sample -> sample.found().rank() >= 1 && sample.found().rank() <= 6);
        assertThat(where(sample -> sample.says("Celeron|Atom")))
                .allMatch(sample -> sample.found().rank() <= 2);
        assertThat(where(sample -> sample.says("EPYC|Threadripper")))
                .allMatch(sample -> sample.found().rank() == 6);
        assertThat(where(sample -> sample.says("Xeon") && sample.cpu().family() == 15))
                .as("a Xeon of 2004 is a Xeon, but no i5")
                .isNotEmpty()
                .allMatch(sample -> sample.found().rank() <= 2);
    }

    @Test
    void everyLabelOfEveryProcessorIsWellFormed() {
        List<String> values = SAMPLES.stream()
                .flatMap(sample -> Stream.of(
                        sample.found().vendor(),
                        LabelSanitizer.sanitize(sample.cpu().shortBrand()).orElse("none")))
                .toList();

        assertThat(values).allMatch(value -> value.matches("[A-Za-z0-9._-]{1,63}"));
    }

    private static Collection<List<Sample>> byMicroArchitecture() {
        return SAMPLES.stream()
                .collect(Collectors.groupingBy(sample -> sample.cpu().vendor()
                        + sample.cpu().family() + "/" + sample.cpu().model()))
                .values();
    }

    private static int rankOf(Collection<Sample> samples, String cpuClass, boolean highest) {
        TreeSet<Integer> ranks = samples.stream()
                .filter(sample -> sample.found().cpuClass().label().equals(cpuClass))
                .map(sample -> sample.found().rank())
                .collect(Collectors.toCollection(TreeSet::new));
        if (ranks.isEmpty()) {
            return highest ? 0 : 6;
        }
        return highest ? ranks.last() : ranks.first();
    }

    private static List<Sample> where(Predicate<Sample> condition) {
        return SAMPLES.stream().filter(condition).toList();
    }

    private static CpuIdentity identity(JsonNode lscpu) {
        return new CpuIdentity(
                lscpu.path("Vendor ID").asText(),
                lscpu.path("Model name").asText(),
                lscpu.path("CPU family").asInt(-1),
                lscpu.path("Model").asInt(-1),
                lscpu.path("Stepping").asInt(-1),
                new TreeSet<>(List.of(lscpu.path("Flags").asText("").split("\\s+", -1))));
    }
}
