package dev.rwo.hardware;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Says what a processor is, by rules that are data: the first rule whose every condition holds decides the class, the
 * micro-architecture table then limits the rank by age and supplies a generation. Pure and thread-safe.
 */
public final class CpuClassifier {
    private static final String STANDARD_RULES = "/dev/rwo/hardware/cpu-rules.yaml";

    private final Map<String, String> vendors;
    private final List<Rule> rules;
    private final List<MicroArchitecture> microArchitectures;

    /** Conditions shared by rules and micro-architectures; an absent one always holds. */
    private record Condition(
            Set<String> vendors,
            Optional<Pattern> brand,
            Set<Integer> families,
            Set<Integer> models,
            Set<String> flags) {

        boolean holds(String vendor, CpuIdentity cpu) {
            return (vendors.isEmpty() || vendors.contains(vendor))
                    && (families.isEmpty() || families.contains(cpu.family()))
                    && (models.isEmpty() || models.contains(cpu.model()))
                    && cpu.flags().containsAll(flags);
        }
    }

    private record Rule(String id, Condition when, CpuClass cpuClass, int rank, String generation) {}

    private record MicroArchitecture(String name, Condition when, int maxRank) {}

    private CpuClassifier(Map<String, String> vendors, List<Rule> rules, List<MicroArchitecture> microArchitectures) {
        this.vendors = vendors;
        this.rules = rules;
        this.microArchitectures = microArchitectures;
    }

    /** The classifier with the rules that come with RWO; read from the resource once, when first asked for. */
    public static CpuClassifier standard() {
        return Standard.INSTANCE;
    }

    private static final class Standard {
        static final CpuClassifier INSTANCE = load();

        private static CpuClassifier load() {
            try (InputStream rules = CpuClassifier.class.getResourceAsStream(STANDARD_RULES)) {
                if (rules == null) {
                    throw new IllegalStateException("resource " + STANDARD_RULES + " is missing from this build");
                }
                return read(rules, STANDARD_RULES);
            } catch (IOException e) {
                throw new IllegalStateException("resource " + STANDARD_RULES + " cannot be read", e);
            }
        }
    }

    /**
     * Reads rules.
     *
     * @param yaml rules in the form of {@code cpu-rules.yaml}
     * @param name what to call them in an error message
     * @throws RuleFormatException when the rules are not well-formed: says where and what is expected
     * @throws IOException when the stream cannot be read
     */
    public static CpuClassifier read(InputStream yaml, String name) throws IOException {
        try {
            return new Reader(name).classifier(new YAMLMapper().readTree(yaml));
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            throw new RuleFormatException(name + where + ": no valid YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    /** Classifies a processor. Always answers: what nothing else recognises is {@link CpuClass#OTHER}. */
    public CpuClassification classify(CpuIdentity cpu) {
        String vendor = vendorOf(cpu);
        String brand = cpu.plainBrand();
        Optional<MicroArchitecture> micro = microArchitectures.stream()
                .filter(candidate -> candidate.when().holds(vendor, cpu))
                .findFirst();
        int maxRank = micro.map(MicroArchitecture::maxRank).orElse(6);
        String byMicro = micro.map(MicroArchitecture::name).orElse("");
        for (Rule rule : rules) {
            if (!rule.when().holds(vendor, cpu)) {
                continue;
            }
            String generation = rule.generation();
            if (rule.when().brand().isPresent()) {
                Matcher matcher = rule.when().brand().get().matcher(brand);
                if (!matcher.find()) {
                    continue;
                }
                generation = captured(matcher).orElse(generation);
            }
            return new CpuClassification(
                    rule.cpuClass(),
                    Math.min(rule.rank(), maxRank),
                    vendor,
                    generation.isEmpty() ? byMicro : generation,
                    rule.id());
        }
        return new CpuClassification(CpuClass.OTHER, 1, vendor, byMicro, "none");
    }

    private String vendorOf(CpuIdentity cpu) {
        return vendors.getOrDefault(cpu.vendor().strip().toLowerCase(Locale.ROOT), "other");
    }

    private static Optional<String> captured(Matcher matcher) {
        return matcher.namedGroups().containsKey("gen") ? Optional.ofNullable(matcher.group("gen")) : Optional.empty();
    }

    /** Turns the YAML tree into rules and complains with the rule's id. */
    private record Reader(String name) {

        CpuClassifier classifier(JsonNode yaml) {
            Map<String, String> vendors = new HashMap<>();
            yaml.path("vendors")
                    .properties()
                    .forEach(entry -> vendors.put(
                            entry.getKey().toLowerCase(Locale.ROOT),
                            entry.getValue().asText()));
            List<MicroArchitecture> micros = new ArrayList<>();
            for (JsonNode node : yaml.path("microarchitectures")) {
                String id = required(node, "name", "a micro-architecture");
                micros.add(new MicroArchitecture(id, condition(node, id), rank(node, "max-rank", id, 6)));
            }
            List<Rule> rules = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            for (JsonNode node : yaml.path("rules")) {
                Rule rule = rule(node);
                if (!ids.add(rule.id())) {
                    throw new RuleFormatException(name + ": two rules are called '" + rule.id() + "'; rename one");
                }
                rules.add(rule);
            }
            if (rules.isEmpty()) {
                throw new RuleFormatException(name + ": no rules; expected a list under 'rules:'");
            }
            return new CpuClassifier(Map.copyOf(vendors), List.copyOf(rules), List.copyOf(micros));
        }

        private Rule rule(JsonNode node) {
            String id = required(node, "id", "a rule");
            String label = required(node, "class", "rule '" + id + "'");
            CpuClass cpuClass = CpuClass.ofLabel(label)
                    .orElseThrow(() -> new RuleFormatException(
                            name + ": rule '" + id + "' has the class '" + label + "', which does not exist"));
            String generation = node.path("generation").asText("");
            return new Rule(id, condition(node, id), cpuClass, rank(node, "rank", id, 0), generation);
        }

        private Condition condition(JsonNode node, String id) {
            return new Condition(
                    strings(node.path("vendor")),
                    brand(node, id),
                    numbers(node.path("family"), id),
                    numbers(node.path("model"), id),
                    strings(node.path("flags")));
        }

        private Optional<Pattern> brand(JsonNode node, String id) {
            if (!node.has("brand")) {
                return Optional.empty();
            }
            try {
                return Optional.of(Pattern.compile(node.path("brand").asText(), Pattern.CASE_INSENSITIVE));
            } catch (PatternSyntaxException e) {
                throw new RuleFormatException(
                        name + ": rule '" + id + "': the brand is no regular expression: " + e.getDescription());
            }
        }

        private int rank(JsonNode node, String key, String id, int absent) {
            int rank = node.has(key) ? node.path(key).asInt(0) : absent;
            if (rank < 1 || rank > 6) {
                throw new RuleFormatException(name + ": '" + id + "' needs '" + key + "', a number from 1 to 6");
            }
            return rank;
        }

        private Set<Integer> numbers(JsonNode node, String id) {
            Set<Integer> numbers = new HashSet<>();
            for (JsonNode element : node.isArray() ? node : List.of(node)) {
                if (element.isMissingNode()) {
                    continue;
                }
                if (!element.isInt()) {
                    throw new RuleFormatException(name + ": '" + id + "': '" + element.asText() + "' is no number");
                }
                numbers.add(element.intValue());
            }
            return Set.copyOf(numbers);
        }

        private static Set<String> strings(JsonNode node) {
            Set<String> strings = new HashSet<>();
            for (JsonNode element : node.isArray() ? node : List.of(node)) {
                if (!element.isMissingNode()) {
                    strings.add(element.asText());
                }
            }
            return Set.copyOf(strings);
        }

        private String required(JsonNode node, String key, String of) {
            String value = node.path(key).asText("");
            if (value.isEmpty()) {
                throw new RuleFormatException(name + ": " + of + " lacks '" + key + "'");
            }
            return value;
        }
    }
}
