package dev.rwo.hardware.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.hardware.HardwareProfile;

/** Profiles of which only the interesting facts are known, for tests of what follows from a profile. */
public final class ProfileJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private ProfileJson() {}

    /** A profile of these facts, every other one unknown. Single quotes are taken for double ones. */
    public static HardwareProfile of(String json) {
        return HardwareProfile.fromJson(tree(json));
    }

    /** The same profile with one part of it replaced; {@code pointer} is a JSON pointer. */
    public static HardwareProfile with(HardwareProfile profile, String pointer, String json) {
        ObjectNode whole = (ObjectNode) profile.toJson();
        int last = pointer.lastIndexOf('/');
        ((ObjectNode) whole.at(pointer.substring(0, last))).set(pointer.substring(last + 1), tree(json));
        return HardwareProfile.fromJson(whole);
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
