package dev.rwo.firstboot.config;

import java.util.List;

/** What a YAML file says, with places, and nothing that YAML can do beyond text, lists and maps. */
sealed interface YamlValue {

    Place place();

    /**
     * A position in the file.
     *
     * @param line from 1
     * @param column from 1
     */
    record Place(int line, int column) {}

    /** A text, a number, a truth value: always as it was written. {@code isEmpty} for nothing, {@code ~} or null. */
    record Scalar(Place place, String text, boolean isEmpty) implements YamlValue {}

    record Sequence(Place place, List<YamlValue> items) implements YamlValue {}

    /** Entries in the order of the file; a key may occur twice. */
    record Mapping(Place place, List<Entry> entries) implements YamlValue {}

    /** A construct that is not accepted here: an anchor, an alias, a tag, a key that is no text. */
    record Refused(Place place, String message, String remedy) implements YamlValue {}

    record Entry(Place place, String key, YamlValue value) {}
}
