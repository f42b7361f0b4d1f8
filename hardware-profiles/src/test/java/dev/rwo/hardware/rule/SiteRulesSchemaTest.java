package dev.rwo.hardware.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manual's examples, the JSON schema and the reader say the same. */
class SiteRulesSchemaTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Path SCHEMA = DOCS.resolve("schemas/site-rules.schema.json");

    @TempDir
    Path folder;

    static List<String> examplesOfTheManual() throws IOException {
        Matcher blocks = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(DOCS.resolve("site-rules.md")));
        List<String> examples = new ArrayList<>();
        while (blocks.find()) {
            examples.add(blocks.group(1));
        }
        return examples;
    }

    @ParameterizedTest
    @MethodSource("examplesOfTheManual")
    void exampleOfTheManualIsGood(String yaml) throws IOException {
        assertThat(mistakesBySchema(yaml)).isEmpty();
        assertThat(SiteRules.lint(file(yaml))).isEmpty();
    }

    @Test
    void theManualHasExamples() throws IOException {
        assertThat(examplesOfTheManual()).hasSizeGreaterThan(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "labels: [{label: edge.x, when: {usb: {}}}]",
                "labels: [{label: site.X, when: {usb: {}}}]",
                "labels: [{label: site.x}]",
                "labels: [{when: {usb: {}}}]",
                "labels: [{label: site.x, when: {}}]",
                "labels: [{label: site.x, when: {all: []}}]",
                "labels: [{label: site.x, value: 'a b', when: {usb: {}}}]",
                "labels: [{label: site.x, value: a, value-of: firmware.product, when: {usb: {}}}]",
                "labels: [{label: site.x, when: {usb: {vender: 04b8}}}]",
                "labels: [{label: site.x, when: {usb: {vendor: []}}}]",
                "labels: [{label: site.x, when: {label: {name: team, is: a}}}]",
                "labels: [{label: site.x, when: {label: {is: a}}}]",
                "labels: [{label: site.x, when: {disk: {bytes: {at-least: much}}}}]",
                "labels: [{label: site.x, when: {usb: {}}, expires: soon}]",
                "lables: []",
                "labels: {}",
            })
    void whatTheReaderRefusesTheSchemaRefuses(String yaml) throws IOException {
        assertThat(SiteRules.lint(file(yaml))).isNotEmpty();
        assertThat(mistakesBySchema(yaml)).isNotEmpty();
    }

    @Test
    void schemaKnowsExactlyWhatCanBeAskedOfADevice() throws IOException {
        JsonNode conditions = new ObjectMapper().readTree(SCHEMA.toFile()).at("/$defs/condition/properties");

        DeviceKind.ALL.forEach(
                (word, kind) -> assertThat(names(conditions.path(word).path("properties")))
                        .as(word)
                        .isEqualTo(new TreeSet<>(kind.fields().keySet())));
        assertThat(names(conditions))
                .isEqualTo(new TreeSet<>(
                        Stream.concat(DeviceKind.ALL.keySet().stream(), Stream.of("all", "any", "not", "label", "fact"))
                                .toList()));
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> mistakesBySchema(String yaml) throws IOException {
        JsonSchema schema =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(Files.readString(SCHEMA));
        return schema.validate(yaml, InputFormat.YAML).stream()
                .map(Object::toString)
                .toList();
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("rules.yaml"), yaml);
    }
}
