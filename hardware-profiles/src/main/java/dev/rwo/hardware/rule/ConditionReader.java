package dev.rwo.hardware.rule;

import dev.rwo.hardware.rule.ProfilePath.Kind;
import dev.rwo.hardware.yaml.RuleNode;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the conditions of one file. Every complaint is a {@link dev.rwo.hardware.yaml.RuleFormatException} with the place.
 * Bounded: YAML's aliases let a short file stand for a tree without end.
 */
final class ConditionReader {
    /** Conditions and comparisons in one file; a site has tens. */
    private static final int MAX_PARTS = 5_000;

    /** Levels of all, any and not. */
    private static final int MAX_DEPTH = 10;

    private static final Set<String> OPERATORS = Set.of("is", "not", "matches", "at-least", "at-most", "exists");
    private static final Set<String> WORDS = words();

    private static final Pattern NUMBER = Pattern.compile("(-?\\d{1,18}(?:\\.\\d{1,6})?) ?(|[kMGT]B|[KMGT]iB)");
    private static final Map<String, Long> UNITS = Map.of(
            "", 1L,
            "kB", 1_000L,
            "MB", 1_000_000L,
            "GB", 1_000_000_000L,
            "TB", 1_000_000_000_000L,
            "KiB", 1L << 10,
            "MiB", 1L << 20,
            "GiB", 1L << 30,
            "TiB", 1L << 40);

    private int parts;

    private static Set<String> words() {
        Set<String> words = new TreeSet<>(DeviceKind.ALL.keySet());
        words.addAll(Set.of("all", "any", "not", "label", "fact"));
        return words;
    }

    /** Keys beside each other must all hold. */
    Condition read(RuleNode node) {
        return read(node, 0);
    }

    private Condition read(RuleNode node, int depth) {
        if (depth > MAX_DEPTH) {
            throw node.bad("conditions are nested more than " + MAX_DEPTH + " deep; split the rule");
        }
        Map<String, RuleNode> keys = node.keys(WORDS);
        if (keys.isEmpty()) {
            throw node.bad("an empty condition; expected one of " + String.join(", ", WORDS));
        }
        List<Condition> conditions = keys.entrySet().stream()
                .map(entry -> read(entry.getKey(), entry.getValue(), depth))
                .toList();
        return conditions.size() == 1 ? conditions.getFirst() : new Condition.All(conditions);
    }

    private Condition read(String word, RuleNode node, int depth) {
        count(node);
        return switch (word) {
            case "all" -> new Condition.All(several(node, depth));
            case "any" -> new Condition.Any(several(node, depth));
            case "not" -> new Condition.Not(read(node, depth + 1));
            case "label" -> label(node);
            case "fact" -> place(node);
            default ->
                DeviceKind.of(word)
                        .map(kind -> device(kind, node))
                        .orElseThrow(() -> node.bad("unknown condition '" + word + "'"));
        };
    }

    private void count(RuleNode node) {
        parts++;
        if (parts > MAX_PARTS) {
            throw node.bad("more than " + MAX_PARTS + " conditions in one file; split the file");
        }
    }

    private List<Condition> several(RuleNode node, int depth) {
        List<RuleNode> items = node.list();
        if (items.isEmpty()) {
            throw node.bad("an empty list of conditions; name at least one");
        }
        return items.stream().map(item -> read(item, depth + 1)).toList();
    }

    private Condition label(RuleNode node) {
        Map<String, RuleNode> keys = node.keys(withOperators("name"));
        RuleNode name = needed(node, keys, "name");
        String label = name.word();
        if (!label.startsWith("edge.") && !label.startsWith("feature.")) {
            throw name.bad("'" + label + "' is no label of RWO's (edge.* or feature.*); rules cannot ask for others");
        }
        return new Condition.Label(label, comparison(node, keys, Optional.empty()));
    }

    private Condition place(RuleNode node) {
        Map<String, RuleNode> keys = node.keys(withOperators("path"));
        ProfilePath path = path(needed(node, keys, "path"));
        return new Condition.Place(path, comparison(node, keys, Optional.of(path.kind())));
    }

    /** A path into the profile. */
    static ProfilePath path(RuleNode node) {
        try {
            return ProfilePath.of(node.word());
        } catch (IllegalArgumentException noSuchPlace) {
            throw node.bad(noSuchPlace.getMessage() + "; see rwo profile --json");
        }
    }

    private <T> Condition device(DeviceKind<T> kind, RuleNode node) {
        Map<String, Comparison> asked = new LinkedHashMap<>();
        node.keys(kind.fields().keySet()).forEach((name, value) -> {
            count(value);
            DeviceKind.Field<T> field = kind.fields().get(name);
            if (field != null) {
                asked.put(name, comparison(value, Optional.of(field.kind())));
            }
        });
        return new Condition.Device(kind, asked);
    }

    /** Operators, or in short the word or words that it must be. */
    private Comparison comparison(RuleNode node, Optional<Kind> kind) {
        return node.isKeys() ? comparison(node, node.keys(OPERATORS), kind) : Comparison.words(words(node, kind));
    }

    private Comparison comparison(RuleNode node, Map<String, RuleNode> keys, Optional<Kind> kind) {
        Set<String> present = new TreeSet<>(keys.keySet());
        present.retainAll(OPERATORS);
        if (kind.equals(Optional.of(Kind.STRUCTURE)) && !present.equals(Set.of("exists"))) {
            throw node.bad("this place is no single value; ask for a part of it, or only whether it exists");
        }
        Optional<Boolean> exists = present.isEmpty()
                ? Optional.of(true)
                : Optional.ofNullable(keys.get("exists")).map(RuleNode::truth);
        return new Comparison(
                Optional.ofNullable(keys.get("is")).map(is -> words(is, kind)).orElse(Set.of()),
                Optional.ofNullable(keys.get("not"))
                        .map(not -> words(not, kind))
                        .orElse(Set.of()),
                Optional.ofNullable(keys.get("matches")).map(RuleNode::pattern),
                Optional.ofNullable(keys.get("at-least")).map(least -> number(least, kind)),
                Optional.ofNullable(keys.get("at-most")).map(most -> number(most, kind)),
                exists);
    }

    private static Set<String> words(RuleNode node, Optional<Kind> kind) {
        Set<String> words = node.words();
        if (words.isEmpty()) {
            throw node.bad("an empty list; name at least one value");
        }
        if (kind.equals(Optional.of(Kind.TRUTH)) && !Set.of("true", "false").containsAll(words)) {
            throw node.bad("this is either true or false, never '" + String.join("', '", words) + "'");
        }
        return words;
    }

    private static BigDecimal number(RuleNode node, Optional<Kind> kind) {
        if (kind.isPresent() && kind.get() != Kind.NUMBER) {
            throw node.bad("there is no number to compare here; use is, not or matches");
        }
        Matcher matcher = NUMBER.matcher(node.word());
        if (!matcher.matches()) {
            throw node.bad("'" + node.word() + "' is no number, such as 8, 2.5, 8 GB or 8 GiB");
        }
        return new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(UNITS.getOrDefault(matcher.group(2), 1L)));
    }

    private static Set<String> withOperators(String key) {
        Set<String> keys = new TreeSet<>(OPERATORS);
        keys.add(key);
        return keys;
    }

    private static RuleNode needed(RuleNode node, Map<String, RuleNode> keys, String key) {
        RuleNode value = keys.get(key);
        if (value == null) {
            throw node.bad("'" + key + "' is missing");
        }
        return value;
    }
}
