package dev.rwo.hardware.cpu;

import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads classification rules from SnakeYAML's node tree: no object mapping, so nothing reflective and little to load at
 * start, and every complaint can say line and column.
 */
final class CpuRules {
    private static final Set<String> RULE_KEYS =
            Set.of("id", "vendor", "brand", "family", "model", "flags", "class", "rank", "generation");
    private static final Set<String> MICRO_KEYS = Set.of("name", "vendor", "family", "model", "max-rank");
    private static final Set<String> TOP_KEYS = Set.of("vendors", "microarchitectures", "rules");

    private final String name;

    /** @param name what to call the rules in a message, usually a file name */
    CpuRules(String name) {
        this.name = name;
    }

    CpuClassifier read(InputStream yaml) {
        Node root = compose(yaml);
        Map<String, Node> top = keys(root, TOP_KEYS);
        Map<String, String> vendors = new HashMap<>();
        keys(top.get("vendors"), Set.of())
                .forEach((vendor, node) -> vendors.put(vendor.toLowerCase(Locale.ROOT), text(node)));
        List<CpuClassifier.MicroArchitecture> micros = new ArrayList<>();
        for (Node node : items(top.get("microarchitectures"))) {
            Map<String, Node> keys = keys(node, MICRO_KEYS);
            int maxRank = keys.containsKey("max-rank") ? rank(node, keys, "max-rank") : 6;
            micros.add(new CpuClassifier.MicroArchitecture(required(node, keys, "name"), condition(keys), maxRank));
        }
        List<CpuClassifier.Rule> rules = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Node node : items(top.get("rules"))) {
            CpuClassifier.Rule rule = rule(node);
            if (!ids.add(rule.id())) {
                throw bad(node, "two rules are called '" + rule.id() + "'; rename one");
            }
            rules.add(rule);
        }
        if (rules.isEmpty()) {
            throw bad(root, "no rules; expected a list under 'rules:'");
        }
        return new CpuClassifier(Map.copyOf(vendors), List.copyOf(rules), List.copyOf(micros));
    }

    private @Nullable Node compose(InputStream yaml) {
        StreamReader text = new StreamReader(new InputStreamReader(yaml, StandardCharsets.UTF_8));
        LoaderOptions limits = new LoaderOptions();
        try {
            // Composer and not Yaml, whose constructor sets up emitting and object construction as well: 40 ms at
            // start.
            return new Composer(new ParserImpl(text, limits), new Resolver(), limits).getSingleNode();
        } catch (MarkedYAMLException e) {
            throw new RuleFormatException(name + place(e.getProblemMark()) + ": no valid YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new RuleFormatException(name + ": no valid YAML: " + e.getMessage());
        }
    }

    private CpuClassifier.Rule rule(Node node) {
        Map<String, Node> keys = keys(node, RULE_KEYS);
        String id = required(node, keys, "id");
        String label = required(node, keys, "class");
        CpuClass cpuClass = CpuClass.ofLabel(label)
                .orElseThrow(() -> bad(node, "rule '" + id + "' has the class '" + label + "', which does not exist"));
        Node generation = keys.get("generation");
        return new CpuClassifier.Rule(
                id, condition(keys), cpuClass, rank(node, keys, "rank"), generation == null ? "" : text(generation));
    }

    private CpuClassifier.Condition condition(Map<String, Node> keys) {
        return new CpuClassifier.Condition(
                strings(keys.get("vendor")),
                brand(keys.get("brand")),
                numbers(keys.get("family")),
                numbers(keys.get("model")),
                strings(keys.get("flags")));
    }

    private Optional<Pattern> brand(@Nullable Node node) {
        if (node == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(text(node), Pattern.CASE_INSENSITIVE));
        } catch (PatternSyntaxException e) {
            throw bad(node, "the brand is no regular expression: " + e.getDescription());
        }
    }

    private int rank(Node parent, Map<String, Node> keys, String key) {
        Node node = keys.get(key);
        int rank = node == null ? 0 : number(node);
        if (rank < 1 || rank > 6) {
            throw bad(node == null ? parent : node, "'" + key + "' must be a number from 1 to 6");
        }
        return rank;
    }

    private Set<Integer> numbers(@Nullable Node node) {
        Set<Integer> numbers = new HashSet<>();
        items(node).forEach(item -> numbers.add(number(item)));
        return Set.copyOf(numbers);
    }

    private Set<String> strings(@Nullable Node node) {
        Set<String> strings = new HashSet<>();
        items(node).forEach(item -> strings.add(text(item)));
        return Set.copyOf(strings);
    }

    private int number(Node node) {
        try {
            return Integer.parseInt(text(node));
        } catch (NumberFormatException e) {
            throw bad(node, "'" + text(node) + "' is no number");
        }
    }

    private String required(Node parent, Map<String, Node> keys, String key) {
        Node node = keys.get(key);
        if (node == null || text(node).isEmpty()) {
            throw bad(parent, "'" + key + "' is missing");
        }
        return text(node);
    }

    private String text(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw bad(node, "expected a single value");
    }

    /** A list's elements; a single value counts as a list of one, nothing as an empty list. */
    private List<Node> items(@Nullable Node node) {
        return switch (node) {
            case null -> List.of();
            case SequenceNode sequence -> sequence.getValue();
            default -> List.of(node);
        };
    }

    /** @param allowed the keys that may occur; empty for any */
    private Map<String, Node> keys(@Nullable Node node, Set<String> allowed) {
        Map<String, Node> keys = new HashMap<>();
        if (node == null) {
            return keys;
        }
        if (!(node instanceof MappingNode mapping)) {
            throw bad(node, "expected keys and values");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode());
            if (!allowed.isEmpty() && !allowed.contains(key)) {
                throw bad(tuple.getKeyNode(), "unknown key '" + key + "'");
            }
            keys.put(key, tuple.getValueNode());
        }
        return keys;
    }

    private RuleFormatException bad(@Nullable Node node, String problem) {
        return new RuleFormatException(name + (node == null ? "" : place(node.getStartMark())) + ": " + problem);
    }

    private static String place(@Nullable Mark mark) {
        return mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
    }
}
