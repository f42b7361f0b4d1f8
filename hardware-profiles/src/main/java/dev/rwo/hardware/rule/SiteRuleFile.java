package dev.rwo.hardware.rule;

import dev.rwo.hardware.cpu.CpuClassifier;
import dev.rwo.hardware.cpu.RuleLint;
import dev.rwo.hardware.yaml.RuleFile;
import dev.rwo.hardware.yaml.RuleFormatException;
import dev.rwo.hardware.yaml.RuleNode;
import dev.rwo.hardware.yaml.RuleProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one file of rules: either all its rules, or every problem that was found. Never throws. */
final class SiteRuleFile {
    /** Largest file in bytes. */
    static final int MAX_BYTES = 256 * 1024;

    /** More mistakes than anybody reads at once. */
    private static final int MAX_PROBLEMS = 20;

    private static final Set<String> TOP_KEYS = Set.of("labels", "processors");
    private static final Set<String> RULE_KEYS = Set.of("label", "value", "value-of", "when", "expires");

    /** Swarm's keys (in lower case, as all of RWO's that are not Node Feature Discovery's), and no longer than a screen. */
    private static final Pattern KEY = Pattern.compile("site\\.[a-z0-9](?:[a-z0-9._-]{0,98}[a-z0-9])?");

    /** What the sanitiser would leave alone; words that it takes for placeholders are an operator's own business. */
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?");

    private final List<SiteRule> rules = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private Optional<RuleNode> processors = Optional.empty();
    private final ConditionReader conditions = new ConditionReader();

    private SiteRuleFile() {}

    /** What a file holds: its rules when it has no problem, its problems otherwise. */
    record Content(FileRules rules, List<String> problems) {}

    /**
     * The rules of one file.
     *
     * @param labels in the order of the file
     * @param processors the list below {@code processors}, for {@link CpuClassifier#withRulesBefore}; empty without one
     */
    record FileRules(List<SiteRule> labels, Optional<RuleNode> processors) {
        static final FileRules NONE = new FileRules(List.of(), Optional.empty());
    }

    static Content read(Path file) {
        SiteRuleFile reading = new SiteRuleFile();
        try {
            reading.top(RuleFile.parse(text(file), file.toString()));
        } catch (RuleFormatException wrong) {
            reading.problem(wrong);
        } catch (CharacterCodingException wrong) {
            reading.problems.add(file + ": no UTF-8 text; save it as UTF-8");
        } catch (NoSuchFileException gone) {
            reading.problems.add(file + ": is not there (any more), or a link to nothing");
        } catch (IOException unreadable) {
            reading.problems.add(file + ": cannot be read: " + reason(unreadable));
        }
        return reading.problems.isEmpty()
                ? new Content(new FileRules(List.copyOf(reading.rules), reading.processors), List.of())
                : new Content(FileRules.NONE, List.copyOf(reading.problems));
    }

    private static String text(Path file) throws IOException {
        // A pipe or a device would block or never end.
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException("it is " + (Files.isDirectory(file) ? "a directory" : "no regular file"));
        }
        try (InputStream bytes = Files.newInputStream(file)) {
            byte[] content = bytes.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new IOException("it is larger than " + MAX_BYTES / 1024 + " KiB; split it");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        }
    }

    private static String reason(IOException problem) {
        String message = problem instanceof AccessDeniedException ? "no permission" : problem.getMessage();
        return message == null ? problem.getClass().getSimpleName() : message.replaceAll("\\p{Cntrl}+", " ");
    }

    private void problem(RuleFormatException wrong) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(wrong.getMessage());
        }
    }

    private void top(RuleNode top) {
        Map<String, RuleNode> keys = top.keys(TOP_KEYS, this::problem);
        processors = Optional.ofNullable(keys.get("processors"));
        processors.ifPresent(list -> RuleLint.lintSiteRules(list).stream()
                .limit(MAX_PROBLEMS)
                .map(RuleProblem::toString)
                .forEach(problems::add));
        RuleNode labels = keys.get("labels");
        if (labels == null) {
            return;
        }
        for (RuleNode item : labels.list()) {
            try {
                rules.add(rule(item));
            } catch (RuleFormatException wrong) {
                // Go on: who mends a file wants to know all its mistakes.
                problem(wrong);
            }
        }
    }

    private SiteRule rule(RuleNode node) {
        Map<String, RuleNode> keys = node.keys(RULE_KEYS);
        RuleNode when = keys.get("when");
        if (when == null) {
            throw node.bad("'when' is missing: what must hold for the label");
        }
        return new SiteRule(
                label(node, keys),
                value(node, keys),
                conditions.read(when),
                Optional.ofNullable(keys.get("expires")).map(SiteRuleFile::instant),
                node.file() + ":" + node.line());
    }

    private static String label(RuleNode node, Map<String, RuleNode> keys) {
        RuleNode key = keys.get("label");
        if (key == null) {
            throw node.bad("'label' is missing");
        }
        String label = key.word();
        if (!label.startsWith("site.")) {
            throw key.bad("'" + label + "' does not begin with 'site.'; the other labels belong to RWO");
        }
        if (!KEY.matcher(label).matches()) {
            throw key.bad("'" + label + "' is no label key: a-z, 0-9 and . _ - after 'site.', at most 105 characters, "
                    + "ending with a letter or digit");
        }
        return label;
    }

    private static SiteRule.Value value(RuleNode node, Map<String, RuleNode> keys) {
        RuleNode constant = keys.get("value");
        RuleNode place = keys.get("value-of");
        if (constant != null && place != null) {
            throw node.bad("both 'value' and 'value-of'; keep one");
        }
        if (place != null) {
            ProfilePath path = ConditionReader.path(place);
            if (path.several() || path.kind() == ProfilePath.Kind.STRUCTURE) {
                throw place.bad("'" + path.text() + "' is no single value; only one can be a label's");
            }
            return new SiteRule.Taken(path);
        }
        String text = constant == null ? "true" : constant.word();
        if (!VALUE.matcher(text).matches()) {
            throw (constant == null ? node : constant)
                    .bad("'" + text + "' is no label value: A-Z, a-z, 0-9 and . _ - , at most 63 characters, "
                            + "beginning and ending with a letter or digit");
        }
        return new SiteRule.Constant(text);
    }

    /** A date counts to its end in UTC; a time of RFC 3339 counts to itself. */
    private static Instant instant(RuleNode node) {
        String text = node.word();
        try {
            return text.length() == "2027-01-31".length()
                    ? LocalDate.parse(text)
                            .plusDays(1)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException wrong) {
            throw node.bad(
                    "'" + text + "' is neither a date such as 2027-01-31 nor a time such as 2027-01-31T18:00:00Z");
        }
    }
}
