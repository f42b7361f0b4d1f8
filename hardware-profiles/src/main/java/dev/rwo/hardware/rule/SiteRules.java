package dev.rwo.hardware.rule;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.cpu.CpuClassifier;
import dev.rwo.hardware.rule.SiteRuleFile.FileRules;
import dev.rwo.hardware.yaml.RuleFormatException;
import dev.rwo.hardware.yaml.RuleNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The operator's rules of all files of a folder: for labels, and for processors that RWO's own rules misjudge. Immutable and thread-safe.
 *
 * <p>Of several rules for one label the first that holds wins: files in the order of their names, rules in the order of
 * the file.
 */
public final class SiteRules {
    /** No rules at all. */
    public static final SiteRules NONE = new SiteRules(new TreeMap<>(), true);

    /** More files than any site has; the folder is ours, but a mistake may fill it. */
    private static final int MAX_FILES = 200;

    private final SortedMap<String, FileRules> byFile;
    private final Map<String, List<SiteRule>> byLabel = new LinkedHashMap<>();

    private final boolean complete;

    private SiteRules(SortedMap<String, FileRules> byFile, boolean complete) {
        this.byFile = byFile;
        this.complete = complete;
        byFile.values()
                .forEach(rules -> rules.labels()
                        .forEach(rule -> byLabel.computeIfAbsent(rule.label(), key -> new ArrayList<>())
                                .add(rule)));
    }

    /**
     * What reading a folder gave.
     *
     * @param rules the rules that hold from now on
     * @param problems one line each, {@code file:line:column: what is wrong}; empty when all is well
     */
    public record Loaded(SiteRules rules, List<String> problems) {}

    /**
     * Reads every {@code *.yaml} of a folder, hidden ones excepted. Never throws: a file that cannot be used is a problem,
     * and its rules of last time stay. The rules of a file that is no longer there go. Where there is no such folder
     * there are no rules.
     *
     * @param directory usually /etc/rwo/profiles.d
     * @param previous the rules until now
     */
    public static Loaded load(Path directory, SiteRules previous) {
        List<String> problems = new ArrayList<>();
        List<Path> files;
        try {
            files = files(directory, problems);
        } catch (NoSuchFileException noFolder) {
            return new Loaded(NONE, List.of());
        } catch (IOException unreadable) {
            return new Loaded(
                    new SiteRules(previous.byFile, previous.complete && !previous.byFile.isEmpty()),
                    List.of(directory + ": cannot be listed, the rules of last time stay: " + unreadable));
        }
        boolean complete = true;
        SortedMap<String, FileRules> byFile = new TreeMap<>();
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            SiteRuleFile.Content content = SiteRuleFile.read(file);
            problems.addAll(content.problems());
            FileRules rules = content.problems().isEmpty() ? content.rules() : previous.byFile.get(name);
            Optional<String> clash = rules == null ? Optional.empty() : clash(byFile, rules);
            if (clash.isPresent()) {
                problems.add(clash.get());
                rules = previous.byFile.get(name);
            }
            if (rules != null) {
                byFile.put(name, rules);
            }
            complete &= rules != null;
        }
        return new Loaded(new SiteRules(byFile, complete), List.copyOf(problems));
    }

    /** Two processor rules of different files may not have one name; the later file is the broken one. */
    private static Optional<String> clash(SortedMap<String, FileRules> earlier, FileRules rules) {
        if (rules.processors().isEmpty()) {
            return Optional.empty();
        }
        SortedMap<String, FileRules> together = new TreeMap<>(earlier);
        together.put("\uffff", rules);
        try {
            new SiteRules(together, true).classifier(CpuClassifier.standard());
            return Optional.empty();
        } catch (RuleFormatException twice) {
            return Optional.of(String.valueOf(twice.getMessage()));
        }
    }

    /**
     * A classifier that asks the processor rules of these files first.
     *
     * @param standard asked for what they do not decide
     */
    public CpuClassifier classifier(CpuClassifier standard) {
        List<RuleNode> lists = byFile.values().stream()
                .flatMap(rules -> rules.processors().stream())
                .toList();
        return lists.isEmpty() ? standard : standard.withRulesBefore(lists);
    }

    private static List<Path> files(Path directory, List<String> problems) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, SiteRules::isRuleFile)) {
            entries.forEach(files::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        files.sort(Comparator.comparing(file -> String.valueOf(file.getFileName())));
        if (files.size() > MAX_FILES) {
            problems.add(directory + ": holds " + files.size() + " rule files; only the first " + MAX_FILES
                    + " count, join some");
            return files.subList(0, MAX_FILES);
        }
        return files;
    }

    private static boolean isRuleFile(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(".yaml") && !name.startsWith(".");
    }

    /** The mistakes of one file, one line each, as {@link #load} would report them; empty when it is good. */
    public static List<String> lint(Path file) {
        return SiteRuleFile.read(file).problems();
    }

    /**
     * Whether the rules of every file are known. Not so after a restart while a file is broken, because then there is no
     * last time: as long as this is false, a label under {@code site.} that no rule names may be a rule's all the same and
     * must stay.
     */
    public boolean isComplete() {
        return complete;
    }

    /** Every label that any rule may give. */
    public SortedSet<String> keys() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(byLabel.keySet()));
    }

    /**
     * Asks every rule. Pure; never throws.
     *
     * @param profile the machine
     * @param nodeLabels the labels that the node has by RWO's own rules ({@code edge.*}, {@code feature.*})
     * @param now rules that expire at this instant or before give nothing
     */
    public Evaluation evaluate(HardwareProfile profile, Map<String, String> nodeLabels, Instant now) {
        Scope scope = new Scope(profile, nodeLabels);
        SortedMap<String, String> labels = new TreeMap<>();
        SortedSet<String> unknown = new TreeSet<>();
        SortedMap<String, String> reasons = new TreeMap<>();
        byLabel.forEach((label, rules) -> {
            Outcome outcome = outcome(rules, scope, now);
            switch (outcome.value()) {
                case Fact.Known<Optional<String>>(Optional<String> value) ->
                    value.ifPresent(text -> labels.put(label, text));
                case Fact.Unknown<Optional<String>> none -> unknown.add(label);
            }
            reasons.put(label, outcome.reason());
        });
        return new Evaluation(
                Collections.unmodifiableSortedMap(labels),
                Collections.unmodifiableSet(unknown),
                Collections.unmodifiableMap(reasons),
                nextExpiry(now));
    }

    /** What all rules of one label say together: its value, that it has none, or that this is not known. */
    private record Outcome(Fact<Optional<String>> value, String reason) {}

    private static Outcome outcome(List<SiteRule> rules, Scope scope, Instant now) {
        List<String> refusals = new ArrayList<>();
        for (SiteRule rule : rules) {
            if (rule.isExpired(now)) {
                refusals.add(rule.place() + " expired on "
                        + rule.expires().map(Instant::toString).orElse(""));
                continue;
            }
            Verdict verdict = rule.when().test(scope);
            String reason = rule.place() + ": " + verdict.because();
            switch (verdict.truth()) {
                case TRUE -> {
                    return given(rule, scope, reason);
                }
                case UNKNOWN -> {
                    return new Outcome(Fact.unknown(reason), reason);
                }
                case FALSE -> refusals.add(reason);
            }
        }
        return new Outcome(Fact.known(Optional.empty()), String.join("; ", refusals));
    }

    private static Outcome given(SiteRule rule, Scope scope, String reason) {
        Fact<Optional<String>> value = rule.valueOn(scope);
        String more = switch (value) {
            case Fact.Known<Optional<String>>(Optional<String> text) ->
                text.isPresent() ? "" : ", but the value is empty or a placeholder";
            case Fact.Unknown<Optional<String>>(String why) -> ", but the value is unknown: " + why;
        };
        return new Outcome(value, reason + more);
    }

    private Optional<Instant> nextExpiry(Instant now) {
        return byLabel.values().stream()
                .flatMap(List::stream)
                .filter(rule -> !rule.isExpired(now))
                .flatMap(rule -> rule.expires().stream())
                .min(Comparator.naturalOrder());
    }
}
