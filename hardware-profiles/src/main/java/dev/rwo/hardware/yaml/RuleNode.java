package dev.rwo.hardware.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A value in a rule file, which knows its place. Each accessor says what it expects and throws
 * {@link RuleFormatException} with file, line and column when something else stands there.
 */
public final class RuleNode {
    private final String file;
    private final Node node;

    RuleNode(String file, Node node) {
        this.file = file;
        this.node = node;
    }

    /** What the file is called. */
    public String file() {
        return file;
    }

    /** Line, from 1. */
    public int line() {
        return mark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    /** Column, from 1. */
    public int column() {
        return mark().map(mark -> mark.getColumn() + 1).orElse(1);
    }

    private Optional<Mark> mark() {
        return Optional.ofNullable(node.getStartMark());
    }

    /** A complaint about this value, to be thrown. */
    public RuleFormatException bad(String problem) {
        return new RuleFormatException(file, line(), column(), problem);
    }

    /** Whether this is keys and values. */
    public boolean isKeys() {
        return node instanceof MappingNode;
    }

    /** Whether this is a list. */
    public boolean isList() {
        return node instanceof SequenceNode;
    }

    /** Keys and values, any key allowed, in the file's order; a key that occurs twice is refused. */
    public Map<String, RuleNode> anyKeys() {
        return keys(Optional.empty(), problem -> {
            throw problem;
        });
    }

    /**
     * Keys and values, in the file's order. A key that is not allowed is refused with the allowed one that looks most
     * like it; so is a key that occurs twice.
     */
    public Map<String, RuleNode> keys(Set<String> allowed) {
        return keys(allowed, problem -> {
            throw problem;
        });
    }

    /**
     * As {@link #keys(Set)}, but hands each wrong key to {@code problems} and goes on without it, for those who want to
     * know all mistakes.
     *
     * @throws RuleFormatException when this is not keys and values at all
     */
    public Map<String, RuleNode> keys(Set<String> allowed, Consumer<RuleFormatException> problems) {
        return keys(Optional.of(allowed), problems);
    }

    private Map<String, RuleNode> keys(Optional<Set<String>> allowed, Consumer<RuleFormatException> problems) {
        if (!(node instanceof MappingNode mapping)) {
            throw bad("expected keys and values, found " + kind());
        }
        Map<String, RuleNode> keys = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            RuleNode key = new RuleNode(file, tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                problems.accept(key.bad("expected a word as key, found " + key.kind()));
            } else if (allowed.isPresent() && !allowed.get().contains(scalar.getValue())) {
                problems.accept(key.bad(unknownKey(scalar.getValue(), allowed.get())));
            } else if (keys.putIfAbsent(scalar.getValue(), new RuleNode(file, tuple.getValueNode())) != null) {
                problems.accept(key.bad("the key '" + scalar.getValue() + "' stands here twice; remove one"));
            }
        }
        return keys;
    }

    private static String unknownKey(String key, Set<String> allowed) {
        return "unknown key '" + key + "'"
                + Similar.to(key, allowed)
                        .map(word -> "; did you mean '" + word + "'?")
                        .orElse("; allowed: "
                                + String.join(", ", allowed.stream().sorted().toList()));
    }

    /** A list's elements; a single value counts as a list of one. */
    public List<RuleNode> items() {
        if (!(node instanceof SequenceNode sequence)) {
            return List.of(this);
        }
        List<RuleNode> items = new ArrayList<>();
        sequence.getValue().forEach(item -> items.add(new RuleNode(file, item)));
        return items;
    }

    /** A list's elements; anything but a list is refused. */
    public List<RuleNode> list() {
        if (!isList()) {
            throw bad("expected a list, found " + kind());
        }
        return items();
    }

    /** A single value as text, as written; may be empty. */
    public String text() {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw bad("expected a single value, found " + kind());
    }

    /** A single value that says something. */
    public String word() {
        String text = text();
        if (text.isBlank()) {
            throw bad("expected a value, found nothing");
        }
        return text;
    }

    /** A list of words, or one word; in the file's order. */
    public Set<String> words() {
        Set<String> words = new LinkedHashSet<>();
        items().forEach(item -> words.add(item.word()));
        return words;
    }

    /** One of several words. */
    public String oneOf(Set<String> allowed) {
        String word = text();
        if (!allowed.contains(word)) {
            throw bad("'" + word + "' is not known here"
                    + Similar.to(word, allowed)
                            .map(near -> "; did you mean '" + near + "'?")
                            .orElse("; expected one of "
                                    + String.join(
                                            ", ", allowed.stream().sorted().toList())));
        }
        return word;
    }

    /** A whole number within bounds, both included. */
    public int number(int lowest, int highest) {
        String text = text();
        try {
            int number = Integer.parseInt(text);
            if (number >= lowest && number <= highest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, with the bounds
        }
        throw bad("'" + text + "' is no whole number from " + lowest + " to " + highest);
    }

    /** {@code true} or {@code false}. */
    public boolean truth() {
        return Boolean.parseBoolean(oneOf(Set.of("true", "false")));
    }

    /** A regular expression; see {@link LinearPattern} for its syntax and limits. */
    public LinearPattern pattern() {
        try {
            return LinearPattern.compile(word());
        } catch (IllegalArgumentException e) {
            throw bad("no usable regular expression: " + e.getMessage());
        }
    }

    /** A regular expression of a file that is known to be good (one of our own): it is not looked at before first use. */
    public LinearPattern trustedPattern() {
        return LinearPattern.lazily(word());
    }

    private String kind() {
        return switch (node) {
            case MappingNode keys -> "keys and values";
            case SequenceNode list -> "a list";
            case ScalarNode scalar -> scalar.getValue().isEmpty() ? "nothing" : "the value '" + shown(scalar) + "'";
            default -> "something else";
        };
    }

    private static String shown(ScalarNode scalar) {
        String value = scalar.getValue();
        return value.length() <= 40 ? value : value.substring(0, 40) + "...";
    }
}
