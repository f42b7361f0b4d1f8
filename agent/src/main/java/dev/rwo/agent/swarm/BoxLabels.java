package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.hardware.label.UnknownLabels;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a box's hardware says of its labels, as it travels from the box to the leader.
 *
 * @param revision the profile's revision
 * @param labels the labels the box earns
 * @param unknown labels whose fact could not be read just now
 * @param retired {@code site.*} labels that a rule of the box once set and no rule sets any more
 */
public record BoxLabels(String revision, SortedMap<String, String> labels, UnknownLabels unknown, Set<String> retired) {

    /** The largest machine seen here has about two hundred. */
    static final int MOST = 1000;

    private static final int LONGEST_KEY = 128;
    private static final int HASH_DIGITS = 16;
    private static final Pattern KEY = Pattern.compile("(?:edge|feature|site)\\.[A-Za-z0-9._-]+");
    private static final Pattern PREFIX = Pattern.compile("[a-z][A-Za-z0-9._-]*");
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9._-]{0,63}");

    /** Copies. */
    public BoxLabels {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        retired = Set.copyOf(retired);
    }

    /** This box's. */
    public static BoxLabels of(NodeFacts facts) {
        return new BoxLabels(facts.revision(), facts.labels(), facts.unknown(), facts.retired());
    }

    /** Changes whenever anything of it changes; short, for gossip. */
    public String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(toJson().toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, HASH_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** As the box answers its leader. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("revision", revision);
        ObjectNode object = json.putObject("labels");
        labels.forEach(object::put);
        unknown.keys().forEach(json.putArray("unknownKeys")::add);
        unknown.prefixes().forEach(json.putArray("unknownPrefixes")::add);
        new TreeSet<>(retired).forEach(json.putArray("retired")::add);
        return json;
    }

    /**
     * Reads what another box answered. It was let in by its certificate, but a box that was broken into must not be
     * able to write a label that is not its hardware's, or to fill the leader's memory.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static BoxLabels fromJson(JsonNode json) {
        SortedMap<String, String> labels = new TreeMap<>();
        JsonNode object = json.path("labels");
        require(object.isObject() && object.size() <= MOST, "labels must be an object of at most " + MOST);
        for (Map.Entry<String, JsonNode> label : object.properties()) {
            labels.put(key(label.getKey()), value(label.getKey(), label.getValue()));
        }
        Set<String> retired = texts(json.path("retired"), KEY);
        require(
                retired.stream().allMatch(key -> key.startsWith("site.") && !labels.containsKey(key)),
                "only a rule's label that is gone can be retired");
        return new BoxLabels(
                value("revision", json.path("revision")),
                labels,
                new UnknownLabels(texts(json.path("unknownKeys"), PREFIX), texts(json.path("unknownPrefixes"), PREFIX)),
                retired);
    }

    private static String key(String key) {
        require(key.length() <= LONGEST_KEY && KEY.matcher(key).matches(), "no hardware has a label " + shown(key));
        require(
                !key.equals(OwnedLabels.JOINED)
                        && !key.equals(OwnedLabels.DRAINED)
                        && !key.equals(OwnedLabels.NODE_ID)
                        && !key.equals(OwnedLabels.NODE_HARDWARE),
                key + " is not the hardware's to set");
        return key;
    }

    private static String value(String key, JsonNode value) {
        require(
                value.isTextual() && VALUE.matcher(value.asText()).matches(),
                shown(key) + " has a value that no label has");
        return value.asText();
    }

    private static Set<String> texts(JsonNode array, Pattern form) {
        require(array.isArray() && array.size() <= MOST, "a list of at most " + MOST + " keys is missing");
        Set<String> texts = new TreeSet<>();
        for (JsonNode text : array) {
            require(
                    text.isTextual()
                            && text.asText().length() <= LONGEST_KEY
                            && form.matcher(text.asText()).matches(),
                    "no hardware has a label " + shown(text.asText()));
            texts.add(text.asText());
        }
        return texts;
    }

    private static String shown(String key) {
        String plain = key.replaceAll("[^A-Za-z0-9._-]", "?");
        return plain.length() <= LONGEST_KEY ? plain : plain.substring(0, LONGEST_KEY);
    }

    private static void require(boolean fine, String otherwise) {
        if (!fine) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** Short. */
    @Override
    public String toString() {
        return "profile " + revision + " with " + labels.size() + " labels";
    }
}
