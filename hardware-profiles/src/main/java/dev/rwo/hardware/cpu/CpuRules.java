package dev.rwo.hardware.cpu;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.X86Level;
import dev.rwo.hardware.yaml.LinearPattern;
import dev.rwo.hardware.yaml.RuleFormatException;
import dev.rwo.hardware.yaml.RuleNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads classification rules. Each mistake goes to one place: thrown there for those who need rules that work, collected
 * for those who want to know all mistakes.
 */
final class CpuRules {
    private static final Set<String> CONDITION_KEYS = Set.of("vendor", "brand", "family", "model", "stepping", "flags");
    private static final Set<String> RULE_KEYS = with("id", "class", "rank", "generation", "reason");
    private static final Set<String> MICRO_KEYS = with("name", "max-rank", "level");
    private static final Set<String> HYBRID_KEYS = with("hybrid");
    static final Set<String> TOP_KEYS = Set.of("vendors", "vendor-words", "microarchitectures", "hybrids", "rules");

    /** Families and models of CPUID have at most 12 bits, steppings 4. */
    private static final int MAX_NUMBER = 4095;

    private final Function<RuleNode, LinearPattern> patterns;
    private final Consumer<RuleFormatException> problems;

    private CpuRules(Function<RuleNode, LinearPattern> patterns, Consumer<RuleFormatException> problems) {
        this.patterns = patterns;
        this.problems = problems;
    }

    /** For files of others: everything is checked, the first mistake is thrown. */
    static CpuRules strict() {
        return new CpuRules(RuleNode::pattern, CpuRules::raise);
    }

    /** For the rules that come with RWO, which the tests have checked: expressions are compiled when first needed. */
    static CpuRules trusted() {
        return new CpuRules(RuleNode::trustedPattern, CpuRules::raise);
    }

    /** Checks everything and goes on after a mistake. */
    static CpuRules lenient(Consumer<RuleFormatException> problems) {
        return new CpuRules(RuleNode::pattern, problems);
    }

    private static void raise(RuleFormatException problem) {
        throw problem;
    }

    private static Set<String> with(String... keys) {
        Set<String> all = new HashSet<>(CONDITION_KEYS);
        all.addAll(Arrays.asList(keys));
        return Set.copyOf(all);
    }

    /** A whole file in the form of {@code cpu-rules.yaml}. */
    CpuClassifier read(RuleNode root) {
        Map<String, RuleNode> top = attempt(() -> root.keys(TOP_KEYS, problems)).orElse(Map.of());
        List<CpuClassifier.Rule> rules = rules(items(top.get("rules")), "");
        if (rules.isEmpty()) {
            problems.accept(root.bad("no rules; expected a list under 'rules:'"));
        }
        return new CpuClassifier(new CpuClassifier.Tables(
                vendors(top.get("vendors")),
                each(items(top.get("vendor-words")), this::vendorWord),
                each(items(top.get("microarchitectures")), this::microArchitecture),
                each(items(top.get("hybrids")), this::hybrid),
                List.of(),
                rules));
    }

    /** An operator's rules, each node a list of them. */
    List<CpuClassifier.Rule> siteRules(List<RuleNode> lists) {
        List<RuleNode> nodes = new ArrayList<>();
        lists.forEach(list -> nodes.addAll(attempt(list::list).orElse(List.of())));
        return rules(nodes, "site:");
    }

    /** One rule by itself. */
    CpuClassifier.Rule single(RuleNode node) {
        return rule(node, "");
    }

    private List<CpuClassifier.Rule> rules(List<RuleNode> nodes, String prefix) {
        Map<CpuClassifier.Rule, RuleNode> placed = new HashMap<>();
        List<CpuClassifier.Rule> rules = new ArrayList<>();
        for (RuleNode node : nodes) {
            attempt(() -> rule(node, prefix)).ifPresent(rule -> {
                rules.stream()
                        .filter(earlier -> earlier.id().equals(rule.id()))
                        .findFirst()
                        .ifPresent(same -> problems.accept(node.bad("two rules are called '" + nameOf(same, prefix)
                                + "'; rename one (the other is in line "
                                + placed.getOrDefault(same, node).line() + ")")));
                rules.add(rule);
                placed.put(rule, node);
            });
        }
        return List.copyOf(rules);
    }

    private static String nameOf(CpuClassifier.Rule rule, String prefix) {
        return rule.id().substring(prefix.length());
    }

    private CpuClassifier.Rule rule(RuleNode node, String prefix) {
        Map<String, RuleNode> keys = node.keys(RULE_KEYS, problems);
        String id = required(node, keys, "id", RuleNode::word).orElse("?");
        CpuClass cpuClass = required(node, keys, "class", name -> name.oneOf(CpuClass.labels()))
                .flatMap(CpuClass::ofLabel)
                .orElse(CpuClass.OTHER);
        int rank = required(node, keys, "rank", CpuRules::rank).orElse(1);
        CpuClassifier.Condition when = condition(keys);
        if (!prefix.isEmpty() && keys.keySet().stream().noneMatch(CONDITION_KEYS::contains)) {
            problems.accept(node.bad("rule '" + id + "' has no condition and would take every processor; expected at"
                    + " least one of brand, vendor, family, model, stepping, flags"));
        }
        return new CpuClassifier.Rule(
                prefix + id,
                when,
                cpuClass,
                rank,
                optional(keys, "generation", RuleNode::text).orElse(""),
                optional(keys, "reason", RuleNode::text).orElse(""));
    }

    private Map<String, String> vendors(@Nullable RuleNode node) {
        Map<String, String> vendors = new HashMap<>();
        if (node != null) {
            attempt(node::anyKeys)
                    .orElse(Map.of())
                    .forEach((vendor, name) ->
                            attempt(name::word).ifPresent(word -> vendors.put(vendor.toLowerCase(Locale.ROOT), word)));
        }
        return Map.copyOf(vendors);
    }

    private CpuClassifier.VendorWord vendorWord(RuleNode node) {
        Map<String, RuleNode> keys = node.keys(Set.of("vendor", "words"), problems);
        return new CpuClassifier.VendorWord(
                required(node, keys, "vendor", RuleNode::word).orElse("other"),
                required(node, keys, "words", patterns).orElseGet(() -> LinearPattern.compile("$^")));
    }

    private CpuClassifier.MicroArchitecture microArchitecture(RuleNode node) {
        Map<String, RuleNode> keys = node.keys(MICRO_KEYS, problems);
        return new CpuClassifier.MicroArchitecture(
                required(node, keys, "name", RuleNode::word).orElse("?"),
                condition(keys),
                optional(keys, "max-rank", CpuRules::rank).orElse(6),
                optional(keys, "level", CpuRules::level)
                        .map(Fact::known)
                        .orElse(Fact.unknown("processors of this micro-architecture differ in level")));
    }

    private CpuClassifier.HybridRule hybrid(RuleNode node) {
        Map<String, RuleNode> keys = node.keys(HYBRID_KEYS, problems);
        return new CpuClassifier.HybridRule(
                condition(keys), required(node, keys, "hybrid", RuleNode::truth).orElse(false));
    }

    private CpuClassifier.Condition condition(Map<String, RuleNode> keys) {
        return new CpuClassifier.Condition(
                optional(keys, "vendor", RuleNode::words).map(Set::copyOf).orElse(Set.of()),
                optional(keys, "brand", patterns),
                optional(keys, "family", CpuRules::numbers).orElse(Set.of()),
                optional(keys, "model", CpuRules::numbers).orElse(Set.of()),
                optional(keys, "stepping", CpuRules::numbers).orElse(Set.of()),
                optional(keys, "flags", RuleNode::words).map(Set::copyOf).orElse(Set.of()));
    }

    private static int rank(RuleNode node) {
        return node.number(1, 6);
    }

    private static X86Level level(RuleNode node) {
        Map<String, X86Level> levels =
                Arrays.stream(X86Level.values()).collect(Collectors.toMap(X86Level::label, Function.identity()));
        return levels.getOrDefault(node.oneOf(levels.keySet()), X86Level.V1);
    }

    private static Set<Integer> numbers(RuleNode node) {
        return node.items().stream()
                .flatMapToInt(CpuRules::numberOrRange)
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
    }

    /** {@code 42}, or {@code 16-31} with both ends. */
    private static IntStream numberOrRange(RuleNode node) {
        String[] ends = node.text().split("-", 2);
        if (ends.length == 1) {
            return IntStream.of(node.number(0, MAX_NUMBER));
        }
        try {
            int first = Integer.parseInt(ends[0].strip());
            int last = Integer.parseInt(ends[1].strip());
            if (first >= 0 && first <= last && last <= MAX_NUMBER) {
                return IntStream.rangeClosed(first, last);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw node.bad("'" + node.text() + "' is no number and no range such as 16-31, within 0 to " + MAX_NUMBER);
    }

    private static List<RuleNode> items(@Nullable RuleNode node) {
        return node == null ? List.of() : node.items();
    }

    private <T> List<T> each(List<RuleNode> nodes, Function<RuleNode, T> reader) {
        List<T> all = new ArrayList<>();
        nodes.forEach(node -> attempt(() -> reader.apply(node)).ifPresent(all::add));
        return List.copyOf(all);
    }

    private <T> Optional<T> required(
            RuleNode parent, Map<String, RuleNode> keys, String key, Function<RuleNode, T> reader) {
        if (!keys.containsKey(key)) {
            problems.accept(parent.bad("'" + key + "' is missing"));
        }
        return optional(keys, key, reader);
    }

    private <T> Optional<T> optional(Map<String, RuleNode> keys, String key, Function<RuleNode, T> reader) {
        RuleNode node = keys.get(key);
        return node == null ? Optional.empty() : attempt(() -> reader.apply(node));
    }

    private <T> Optional<T> attempt(Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (RuleFormatException e) {
            problems.accept(e);
            return Optional.empty();
        }
    }
}
