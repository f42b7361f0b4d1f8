package dev.rwo.hardware.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.rwo.hardware.yaml.RuleFile;
import dev.rwo.hardware.yaml.RuleFormatException;
import dev.rwo.hardware.yaml.RuleNode;
import dev.rwo.hardware.yaml.RuleProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class RuleLintTest {
    private static final String MISTAKES = """
            colour: blue
            rules:
              - {id: a, brand: 'x(', class: core-i5, rank: 9}
              - {id: b, brnad: x, class: core-i4, rank: 3}
              - {id: c, brand: ok, class: atom, rank: 1}
              - {id: c, brand: other, class: atom, rank: 1}
              - {id: d, brand: ok, vendor: intel, class: atom, rank: 2}
              - {brand: e, class: atom}
            """;

    @Test
    void everyMistakeIsToldWithItsPlaceNotOnlyTheFirst(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), MISTAKES);

        List<RuleProblem> problems = RuleLint.lint(file);

        assertThat(problems)
                .extracting(problem -> problem.line() + " " + problem.message())
                .anyMatch(told -> told.startsWith("1 unknown key 'colour'"))
                .anyMatch(told -> told.startsWith("3 no usable regular expression: missing closing )"))
                .anyMatch(told -> told.equals("3 '9' is no whole number from 1 to 6"))
                .anyMatch(told -> told.equals("4 unknown key 'brnad'; did you mean 'brand'?"))
                .anyMatch(told -> told.equals("4 'core-i4' is not known here; did you mean 'core-i3'?"))
                .anyMatch(told -> told.startsWith("6 two rules are called 'c'"))
                .anyMatch(told -> told.startsWith("7 rule 'd' is never reached: rule 'c' in line 5"))
                .anyMatch(told -> told.equals("8 'id' is missing"))
                .anyMatch(told -> told.equals("8 'rank' is missing"));
        assertThat(problems).allMatch(problem -> problem.toString().startsWith(file + ":"));
    }

    @Test
    void ourOwnRulesHaveNoMistake() throws IOException {
        assertThat(RuleLint.lint(RuleFile.parse(standardRules(), "cpu-rules.yaml")))
                .isEmpty();
        assertThat(RuleLint.isProcessorRules(RuleFile.parse(standardRules(), "cpu-rules.yaml")))
                .isTrue();
    }

    @Test
    void brokenYamlIsOneMistake(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("mine.yaml"), "rules: [");

        assertThat(RuleLint.lint(file)).hasSize(1);
    }

    @Test
    void siteRulesDecideBeforeOursAndKeepTheirRank() {
        CpuClassifier site = CpuClassifier.standard()
                .withRulesBefore(
                        List.of(
                                processors(
                                        "processors:\n  - {id: till, brand: 'Celeron J1900', class: celeron, rank: 3, generation: till}\n")));
        CpuIdentity till = new CpuIdentity(
                "GenuineIntel", "Intel(R) Celeron(R) CPU J1900 @ 1.99GHz", 6, 55, 8, CpuIdentity.NO_FLAGS);

        assertThat(CpuClassifier.standard().classify(till).rank()).isEqualTo(2);
        assertThat(site.classify(till))
                .returns(3, CpuClassification::rank)
                .returns("till", CpuClassification::generation)
                .returns("site:till", CpuClassification::ruleId);
    }

    @Test
    void siteRuleWithoutConditionIsRefused() {
        RuleNode processors = processors("processors:\n  - {id: all, class: xeon, rank: 6}\n");

        assertThatThrownBy(() -> CpuClassifier.standard().withRulesBefore(List.of(processors)))
                .isInstanceOf(RuleFormatException.class)
                .hasMessageContaining("site.yaml:2:5: rule 'all' has no condition");
        assertThat(RuleLint.lintSiteRules(processors)).hasSize(1);
    }

    @Property(tries = 300)
    void ruleFileMutatedAtRandomWorksOrIsRefusedWithItsPlace(@ForAll long seed) throws IOException {
        String mutated = mutated(standardRules(), new Random(seed));
        try {
            RuleNode root = RuleFile.parse(mutated, "mine.yaml");
            assertThat(RuleLint.lint(root)).allMatch(problem -> problem.line() > 0);
            CpuRules.strict().read(root);
        } catch (RuleFormatException e) {
            assertThat(e.getMessage()).matches("mine\\.yaml:[1-9]\\d*:[1-9]\\d*: .+");
        }
    }

    private static String mutated(String rules, Random random) {
        // A part of the file, so that a try is quick and mutations meet structure rather than comments.
        int start = rules.indexOf("\nrules:") + 1;
        StringBuilder text = new StringBuilder(rules.substring(start, start + 3000));
        String alphabet = "{}[]:,'\"\\()*+?-&*!|>%@`#\n\t 09az\u0000\uFFFE";
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(3)) {
                case 0 -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
                case 1 -> text.delete(at, Math.min(text.length(), at + random.nextInt(1, 40)));
                default -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
            }
        }
        return text.toString();
    }

    @Test
    void schemaAcceptsOurRulesAndRefusesMistakes() throws IOException {
        JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(Files.readString(Path.of("../docs/schemas/cpu-rules.schema.json")));

        assertThat(schema.validate(json(standardRules()))).isEmpty();
        assertThat(schema.validate(json(MISTAKES)))
                .extracting(message -> message.getInstanceLocation().toString())
                .contains("$", "$.rules[0].rank", "$.rules[1]", "$.rules[1].class", "$.rules[5]");
    }

    private static JsonNode json(String yaml) {
        Map<String, Object> tree = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
        return new ObjectMapper().valueToTree(tree);
    }

    private static RuleNode processors(String yaml) {
        return Objects.requireNonNull(
                RuleFile.parse(yaml, "site.yaml").anyKeys().get("processors"));
    }

    private static String standardRules() throws IOException {
        try (InputStream rules = CpuClassifier.class.getResourceAsStream(CpuClassifier.STANDARD_RULES)) {
            return new String(Objects.requireNonNull(rules).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
