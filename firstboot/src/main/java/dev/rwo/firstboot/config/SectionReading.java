package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.YamlValue.Entry;
import dev.rwo.firstboot.config.YamlValue.Mapping;
import dev.rwo.firstboot.config.YamlValue.Place;
import dev.rwo.firstboot.config.YamlValue.Refused;
import dev.rwo.firstboot.config.YamlValue.Scalar;
import dev.rwo.firstboot.config.YamlValue.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns a YAML tree of any shape into texts and lists of texts, or into problems: what every section needs. */
abstract class SectionReading {

    /** What a message quotes of a value at most; the rest of the line is for the remedy. */
    private static final int LONGEST_QUOTE = 60;

    private final String file;
    private final boolean secret;
    private final List<ConfigProblem> problems;

    /** @param secret whether the file holds a private key, so that nothing may be quoted from it */
    SectionReading(String file, boolean secret, List<ConfigProblem> problems) {
        this.file = file;
        this.secret = secret;
        this.problems = problems;
    }

    /** For one section of the same file. */
    SectionReading(SectionReading whole) {
        this(whole.file, whole.secret, whole.problems);
    }

    /** A text and where to point when it is wrong: at its key, or at the item of a list. */
    record Text(Place place, String text) {}

    /** The texts of a list that has {@code count} items in the file, some of which may be no texts. */
    record Texts(List<Text> good, int count) {}

    Optional<Fields> section(Entry entry) {
        if (entry.value() instanceof Mapping mapping) {
            return Optional.of(fields(entry.key(), mapping.entries(), false));
        }
        List<String> keys = KnownKeys.of(entry.key());
        mistaken(
                entry.place(),
                entry.key(),
                entry.value(),
                "a section with " + String.join(", ", keys)
                        + " on lines of their own below it, indented by two spaces");
        return Optional.empty();
    }

    Optional<String> text(String key, Entry entry) {
        if (entry.value() instanceof Scalar scalar) {
            return Optional.of(scalar.text().strip());
        }
        mistaken(entry.place(), key, entry.value(), "one value");
        return Optional.empty();
    }

    void mistaken(Place place, String key, YamlValue value, String wanted) {
        switch (value) {
            case Refused refused -> problem(place, key, refused.message(), refused.remedy());
            case Sequence _ -> problem(place, key, "this is a list", "write " + wanted);
            case Mapping _ -> problem(place, key, "this has keys below it", "write " + wanted);
            case Scalar _ -> problem(place, key, "this is a single value", "write " + wanted);
        }
    }

    Fields fields(String section, List<Entry> entries, boolean absentIsLastGood) {
        List<String> known = KnownKeys.of(section);
        Fields fields = new Fields(section, absentIsLastGood);
        for (Entry entry : entries) {
            String path = KnownKeys.path(section, entry.key());
            if (entry.key().isEmpty() && entry.value() instanceof Refused refused) {
                problem(entry.place(), section, refused.message(), refused.remedy());
                fields.breakIt();
            } else if (!known.contains(entry.key())) {
                unknown(section, entry);
            } else if (fields.contains(entry.key())) {
                problem(entry.place(), path, "this key is here a second time", "keep one of the two");
                fields.markBroken(entry.key());
                fields.breakIt();
            } else {
                fields.put(entry);
            }
        }
        return fields;
    }

    void unknown(String section, Entry entry) {
        String remedy = KnownKeys.meant(section, entry.key())
                .map(meant -> "did you mean " + meant + "?")
                .orElseGet(() -> "known here: " + String.join(", ", KnownKeys.of(section)));
        String path = secret ? section : KnownKeys.path(section, shown(entry.key()));
        problem(entry.place(), path, "unknown key", remedy);
    }

    void problem(Place place, String key, String message, String remedy) {
        problems.add(new ConfigProblem(file, place.line(), place.column(), key, message, remedy));
    }

    /** One of an enumeration's words, in any case. */
    <E extends Enum<E>> E word(Fields fields, String section, String key, Class<E> type, E ifAbsent) {
        Optional<Text> given = fields.text(key);
        if (given.isEmpty()) {
            return ifAbsent;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(given.get().text())) {
                return constant;
            }
        }
        fields.breakIt();
        List<String> known = Arrays.stream(type.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
        problem(
                given.get().place(),
                section + "." + key,
                shown(given.get().text()) + " is not known",
                "write one of " + String.join(", ", known));
        return ifAbsent;
    }

    /** A value as a message may show it: short, on one line, and without a password. */
    String shown(String value) {
        if (secret || SshKey.looksPrivate(value)) {
            return "the value";
        }
        StringBuilder text = new StringBuilder();
        value.codePoints()
                .limit(LONGEST_QUOTE)
                .forEach(c -> text.appendCodePoint(Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c));
        if (value.codePointCount(0, value.length()) > LONGEST_QUOTE) {
            text.append("...");
        }
        int at = value.lastIndexOf('@');
        String shown = at < 0 ? text.toString() : "(hidden)" + (at < LONGEST_QUOTE ? text.substring(at) : "");
        return shown.isBlank() || shown.indexOf(' ') >= 0 ? "'" + shown + "'" : shown;
    }

    /** The entries of a section that are known and occur once. */
    final class Fields {
        private final String section;
        private final boolean absentIsLastGood;
        private final Map<String, Entry> entries = new LinkedHashMap<>();
        private final Set<String> brokenKeys = new java.util.HashSet<>();
        private boolean broken;

        Fields(String section, boolean absentIsLastGood) {
            this.section = section;
            this.absentIsLastGood = absentIsLastGood;
        }

        boolean contains(String key) {
            return entries.containsKey(key);
        }

        void put(Entry entry) {
            entries.put(entry.key(), entry);
        }

        void markBroken(String key) {
            brokenKeys.add(key);
        }

        void breakIt() {
            broken = true;
        }

        boolean isBroken() {
            return broken;
        }

        /** A top-level section: its value, its default when absent, its last good value when it is broken. */
        <T> @Nullable T read(
                String key, Function<Entry, Optional<T>> reader, @Nullable T ifAbsent, @Nullable T lastGood) {
            if (brokenKeys.contains(key)) {
                return lastGood;
            }
            Entry entry = entries.get(key);
            if (entry == null) {
                return absentIsLastGood ? lastGood : ifAbsent;
            }
            if (isNothing(entry.value())) {
                return ifAbsent;
            }
            int before = problems.size();
            Optional<T> value = reader.apply(entry);
            if (value.isPresent()) {
                return value.get();
            }
            return problems.size() > before || secret ? lastGood : ifAbsent;
        }

        Optional<Text> text(String key) {
            Entry entry = entries.get(key);
            if (entry == null || isNothing(entry.value()) || brokenKeys.contains(key)) {
                return Optional.empty();
            }
            Optional<String> text = SectionReading.this.text(KnownKeys.path(section, key), entry);
            if (text.isEmpty()) {
                broken = true;
            }
            return text.map(value -> new Text(entry.place(), value));
        }

        Optional<Text> required(String key, Entry sectionEntry, String example) {
            boolean brokenBefore = broken;
            broken = false;
            Optional<Text> text = text(key);
            if (text.isEmpty() && !broken && !brokenKeys.contains(key)) {
                problem(
                        sectionEntry.place(),
                        KnownKeys.path(section, key),
                        "this key is missing",
                        "write for example " + example);
            }
            broken |= brokenBefore;
            return text;
        }

        /** A list of texts, or a single one. */
        Optional<Texts> texts(String key) {
            Entry entry = entries.get(key);
            if (entry == null || isNothing(entry.value()) || brokenKeys.contains(key)) {
                return Optional.empty();
            }
            String path = KnownKeys.path(section, key);
            if (entry.value() instanceof Scalar scalar) {
                return Optional.of(
                        new Texts(List.of(new Text(entry.place(), scalar.text().strip())), 1));
            }
            if (!(entry.value() instanceof Sequence sequence)) {
                mistaken(entry.place(), path, entry.value(), "a list, each item on its own line after '- '");
                return Optional.of(new Texts(List.of(), 1));
            }
            List<Text> good = new ArrayList<>();
            for (YamlValue item : sequence.items()) {
                if (item instanceof Scalar scalar) {
                    good.add(new Text(item.place(), scalar.text().strip()));
                } else {
                    mistaken(item.place(), path, item, "one value, in quotes if it contains ': '");
                }
            }
            return Optional.of(new Texts(good, sequence.items().size()));
        }

        private boolean isNothing(YamlValue value) {
            return value instanceof Scalar scalar && scalar.isEmpty();
        }
    }

    /** From one to the other, both allowed. */
    record Bounds(Duration shortest, Duration longest) {}

    /** A time; what is wrong with it is reported, and breaks the section. */
    final Duration duration(Fields fields, String section, String key, Bounds bounds, Duration ifAbsent) {
        Optional<Text> given = fields.text(key);
        if (given.isEmpty()) {
            return ifAbsent;
        }
        Text text = given.get();
        Optional<Duration> duration = DurationText.parse(text.text())
                .filter(time -> time.compareTo(bounds.shortest()) >= 0 && time.compareTo(bounds.longest()) <= 0);
        if (duration.isPresent()) {
            return duration.get();
        }
        fields.breakIt();
        problem(
                text.place(),
                section + "." + key,
                shown(text.text()) + " is not a time from " + bounds.shortest().toSeconds() + "s to "
                        + bounds.longest().toHours() + "h",
                "write for example 500ms, 10s or 2min");
        return ifAbsent;
    }
}
