package dev.rwo.hardware.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportClassifierTest {
    private static final String LSCPU = """
            {"lscpu": {"Vendor ID": "GenuineIntel", "Model name": "13th Gen Intel(R) Core(TM) i5-1340P", "CPU family": "6", \
            "Model": "186", "Stepping": "2", "CPU(s)": "16", "Core(s) per socket": "12", "Socket(s)": "1", \
            "Thread(s) per core": "2"}}
            """.strip();
    private static final String DMI = """
            {"system": {}, "processors": [\
            {"Status": "Unpopulated", "Version": "Not Specified", "Manufacturer": "Not Specified", "Family": "Unknown"}, \
            {"Status": "Populated, Enabled", "Version": "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz   ", \
            "Manufacturer": "Intel", "Family": "Xeon", "Core Count": "14", "Thread Count": "28"}, \
            {"Status": "Populated, Enabled", "Version": "Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz   ", \
            "Manufacturer": "Intel", "Family": "Xeon", "Core Count": "14", "Thread Count": "28"}]}
            """.strip();

    @Test
    void reportOfLscpuIsClassified() throws IOException {
        JsonNode found = classify(LSCPU).getFirst();

        assertThat(found.path("class").asText()).isEqualTo("core-i5");
        assertThat(found.path("rank").asInt()).isEqualTo(4);
        assertThat(found.path("vendor").asText()).isEqualTo("intel");
        assertThat(found.path("brand").asText()).isEqualTo("Intel Core i5-1340P");
        assertThat(found.path("generation").asText()).isEqualTo("13");
        assertThat(found.path("level").asText()).isEqualTo("x86-64-v3");
        assertThat(found.path("hybrid").asBoolean()).isTrue();
        assertThat(found.path("rule").asText()).isEqualTo("core-i5-x");
        assertThat(found.path("labels").path("edge.cpu.ge.4").asText()).isEqualTo("true");
        assertThat(found.path("labels").has("edge.cpu.ge.5")).isFalse();
        assertThat(found.path("labels").path("edge.cpu.cores.ge.8").asText()).isEqualTo("true");
        assertThat(found.path("labels").path("edge.cpu.hybrid").asText()).isEqualTo("true");
    }

    @Test
    void machineWithTwoProcessorsGivesTheFirstPopulatedOneAndTheNumberOfSockets() throws IOException {
        JsonNode found = classify(DMI).getFirst();

        assertThat(found.path("class").asText()).isEqualTo("xeon");
        assertThat(found.path("sockets").asInt()).isEqualTo(2);
        assertThat(found.path("cores").asInt()).isEqualTo(28);
        assertThat(found.path("threads").asInt()).isEqualTo(56);
    }

    @ParameterizedTest
    @CsvSource({
        "CPU Version, Core 2, Intel, core-2",
        "Not Specified, Xeon, Intel, xeon",
        "A0, Core i5, Intel, core-i5",
        "00000000000000000000, Zen, 'Advanced Micro Devices, Inc.', ryzen",
        "Genuine Intel(R) CPU, Core i7, Intel, core-i7",
        "Intel Core i5, Core i5, Intel(R) Corporation, core-i5",
        "Unknown, Unknown, Unknown, other"
    })
    void uselessVersionIsReplacedByTheFamilyOfSmbios(
            String version, String family, String manufacturer, String cpuClass) throws IOException {
        String line = "{\"processors\": [{\"Version\": \"%s\", \"Family\": \"%s\", \"Manufacturer\": \"%s\"}]}"
                .formatted(version, family, manufacturer);

        assertThat(classify(line).getFirst().path("class").asText()).isEqualTo(cpuClass);
    }

    @Test
    void signatureOfSmbiosTellsWhatTheVersionHides() throws IOException {
        String line = "{\"processors\": [{\"Version\": \"\", \"Manufacturer\": \"GenuineIntel\", "
                + "\"Signature\": \"Type 0, Family 6, Model 190, Stepping 0\"}]}";

        assertThat(classify(line).getFirst().path("class").asText()).isEqualTo("n-series");
    }

    @Test
    void listThatLscpuItselfPrintsIsReadToo() throws IOException {
        String line = "{\"lscpu\": [{\"field\": \"CPU(s):\", \"data\": \"4\"}, {\"field\": \"Vendor ID:\", \"data\":"
                + " \"GenuineIntel\", \"children\": [{\"field\": \"Model name:\", \"data\": \"Intel(R) N100\"}]}]}";

        assertThat(classify(line).getFirst().path("class").asText()).isEqualTo("n-series");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "7", "{", "{}", "{\"lscpu\": 3}", "null", "{\"a\": 1} x", "not json"})
    void lineThatIsNoReportIsAnErrorAndTheNextOneIsRead(String bad) throws IOException {
        List<JsonNode> found = classify(bad + "\n" + LSCPU);

        assertThat(found).hasSize(2);
        assertThat(found.getFirst().path("error").asText()).isNotEmpty();
        assertThat(found.getFirst().path("line").asInt()).isEqualTo(1);
        assertThat(found.getLast().path("line").asInt()).isEqualTo(2);
        assertThat(found.getLast().path("class").asText()).isEqualTo("core-i5");
    }

    @Test
    void endlessLineIsAnErrorAndTheNextOneIsRead() throws IOException {
        List<JsonNode> found = classify("x".repeat(Lines.MAX_LINE + 10) + "\n" + LSCPU);

        assertThat(found.getFirst().path("error").asText()).startsWith("longer than");
        assertThat(found.getLast().path("class").asText()).isEqualTo("core-i5");
    }

    @Test
    void mixedFileIsReadPlainAndPacked() throws IOException {
        byte[] mixed = (LSCPU + "\n\n" + DMI + "\nrubbish\n").getBytes(StandardCharsets.UTF_8);

        StringBuilder plain = new StringBuilder();
        StringBuilder unpacked = new StringBuilder();
        ReportClassifier.Summary summary = ReportClassifier.classify(new ByteArrayInputStream(mixed), plain);
        ReportClassifier.classify(new ByteArrayInputStream(packed(mixed)), unpacked);

        assertThat(summary).isEqualTo(new ReportClassifier.Summary(2, 0, 1));
        assertThat(unpacked.toString()).isEqualTo(plain.toString());
    }

    @Test
    void cutOffGzipIsAnErrorAfterWhatCouldBeRead() throws IOException {
        byte[] whole = packed((LSCPU + "\n").repeat(2000).getBytes(StandardCharsets.UTF_8));

        StringBuilder out = new StringBuilder();
        ReportClassifier.Summary summary =
                ReportClassifier.classify(new ByteArrayInputStream(Arrays.copyOf(whole, whole.length - 20)), out);

        assertThat(summary.errors()).isEqualTo(1);
        assertThat(out.toString()).contains("the gzip is damaged or cut off");
    }

    @Property(tries = 300)
    void anyTextGivesOneLineAReportOrAnError(@ForAll List<String> lines) throws IOException {
        StringBuilder out = new StringBuilder();
        ReportClassifier.Summary summary = ReportClassifier.classify(
                new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)), out);

        assertThat(out.toString().lines()).hasSize(summary.records() + summary.errors());
    }

    private static byte[] packed(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }

    private static List<JsonNode> classify(String reports) throws IOException {
        StringBuilder out = new StringBuilder();
        ReportClassifier.classify(new ByteArrayInputStream(reports.getBytes(StandardCharsets.UTF_8)), out);
        List<JsonNode> found = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            found.add(new ObjectMapper().readTree(line));
        }
        return found;
    }
}
