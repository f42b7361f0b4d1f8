package dev.rwo.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The parts of {@code rwo profile} that ask no agent, as somebody at a workstation uses them. */
class ProfileCommandTest {

    private static final String REPORT = """
            {"lscpu": {"Vendor ID": "GenuineIntel", "Model name": "Intel(R) Celeron(R) N4000 CPU @ 1.10GHz", \
            "CPU family": "6", "Model": "122", "Stepping": "1"}}
            """;

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int rwo(String... arguments) {
        CommandLine line = RwoCommand.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    @Test
    void classifyPrintsOneLineARecord() throws IOException {
        assertThat(rwo(
                        "profile",
                        "classify",
                        file("shop.jsonl", REPORT + REPORT).toString()))
                .isZero();
        assertThat(out.toString().lines()).hasSize(2);
        JsonNode line =
                new ObjectMapper().readTree(out.toString().lines().findFirst().orElseThrow());
        assertThat(line.path("class").asText()).isEqualTo("celeron");
        assertThat(line.path("rank").asInt()).isEqualTo(2);
        assertThat(line.path("vendor").asText()).isEqualTo("intel");
        assertThat(line.path("brand").asText()).contains("N4000");
        assertThat(line.path("generation").asText()).isEqualTo("goldmont-plus");
        assertThat(line.path("level").asText()).isEqualTo("x86-64-v2");
        assertThat(line.path("rule").asText()).isNotEmpty();
        assertThat(line.path("labels").path("edge.cpu.ge.2").asText()).isEqualTo("true");
    }

    @Test
    void classifyReadsGzip() throws IOException {
        Path packed = directory.resolve("shop.jsonl.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
            gzip.write(REPORT.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(rwo("profile", "classify", packed.toString())).isZero();
        assertThat(out.toString()).contains("\"celeron\"");
    }

    @Test
    void aRecordThatCannotBeReadIsNamedAndTheRestIsClassified() throws IOException {
        Path reports = file("mixed.jsonl", "what?\n" + REPORT);
        assertThat(rwo("profile", "classify", reports.toString())).isEqualTo(1);
        assertThat(out.toString().lines()).hasSize(2).first().asString().contains("\"error\"");
    }

    @Test
    void aFileThatIsNotThereIsOneLineAndExitStatusTwo() {
        String missing = directory.resolve("none.jsonl").toString();
        assertThat(rwo("profile", "classify", missing)).isEqualTo(2);
        assertThat(err.toString().lines()).containsExactly("rwo: there is no file " + missing);
        assertThat(rwo("profile", "lint", missing)).isEqualTo(2);
    }

    @Test
    void lintTellsThePlaceOfAMistake() throws IOException {
        Path good = file("good.yaml", """
                labels:
                  - label: site.printer
                    when: {usb: {vendor: 04b8, product: '0202'}}
                """);
        assertThat(rwo("profile", "lint", good.toString())).as(out.toString()).isZero();
        Path bad = file("bad.yaml", """
                labels:
                  - label: edge.printer
                    when: {usb: {vendor: 04b8}}
                """);
        assertThat(rwo("profile", "lint", bad.toString())).isEqualTo(1);
        assertThat(out.toString()).contains(bad + ":2:");
    }

    @Test
    void aRecordedMachineCanBeAskedWhetherItWouldQualify() {
        Path recorded = directory.resolve("this-box");
        assertThat(rwo("profile", "record", recorded.toString()))
                .as(err.toString())
                .isZero();
        assertThat(recorded.resolve("profile.json")).exists();
        assertThat(rwo("explain", "--machine", recorded.toString(), "node.labels.edge.cpu.ge.1==true"))
                .isZero();
        assertThat(rwo("explain", "--machine", recorded.toString(), "node.labels.edge.mem.ge.128==maybe"))
                .isEqualTo(1);
        assertThat(out.toString()).contains("this-box: no");
    }

    @Test
    void nothingIsRecordedOverWhatIsThere() throws IOException {
        file("precious", "keep me");
        assertThat(rwo("profile", "record", directory.toString())).isEqualTo(2);
        assertThat(directory.resolve("precious")).hasContent("keep me");
        assertThat(err.toString().lines()).hasSize(1);
    }
}
