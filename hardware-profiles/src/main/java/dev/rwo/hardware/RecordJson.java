package dev.rwo.hardware;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Records of facts to and from JSON trees.
 *
 * <p>Not Jackson's databinding: the first mapper of a process costs 150 ms here, and a fact whose value has an
 * unexpected form must become unknown instead of failing the whole. Knows just what {@link HardwareProfile} is made of:
 * records, facts, lists, sorted sets of strings, strings, numbers, booleans and {@link Labelled} enums. In a native
 * image the records need metadata; a test compares it with the types.
 */
final class RecordJson {
    private static final String UNKNOWN = "unknown";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private RecordJson() {}

    /** The JSON has not the form that the type wants. */
    private static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String problem) {
            super(problem, null, false, false);
        }
    }

    static ObjectNode write(Record value) {
        return record(value);
    }

    private static ObjectNode record(Record value) {
        ObjectNode json = NODES.objectNode();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            json.set(component.getName(), node(component(value, component)));
        }
        return json;
    }

    private static JsonNode node(Object value) {
        return switch (value) {
            case Fact.Known<?>(Object known) -> node(known);
            case Fact.Unknown<?>(String reason) -> NODES.objectNode().put(UNKNOWN, reason);
            case Record nested -> record(nested);
            case Collection<?> elements -> {
                ArrayNode array = NODES.arrayNode(elements.size());
                elements.forEach(element -> array.add(node(element)));
                yield array;
            }
            case Labelled constant -> NODES.textNode(constant.label());
            case String text -> NODES.textNode(text);
            case Integer number -> NODES.numberNode(number);
            case Long number -> NODES.numberNode(number);
            case Double number -> NODES.numberNode(number);
            case Boolean flag -> NODES.booleanNode(flag);
            default -> throw new IllegalStateException("a profile holds no " + value.getClass());
        };
    }

    /** Hexadecimal SHA-256 of everything that is not {@link Momentary}. */
    static String digest(Record value) {
        StringBuilder canonical = new StringBuilder();
        canonical(value, canonical);
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(canonical.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java runtime has SHA-256, this one does not", impossible);
        }
    }

    private static void canonical(Object value, StringBuilder out) {
        switch (value) {
            case Fact.Known<?>(Object known) -> canonical(known, out);
            case Fact.Unknown<?> unknown -> out.append('?');
            case Record nested -> {
                out.append('{');
                for (RecordComponent component : nested.getClass().getRecordComponents()) {
                    if (!component.isAnnotationPresent(Momentary.class)) {
                        out.append(component.getName()).append(':');
                        canonical(component(nested, component), out);
                    }
                }
                out.append('}');
            }
            case Collection<?> elements -> {
                out.append('[');
                elements.forEach(element -> canonical(element, out));
                out.append(']');
            }
            default -> {
                // The length in front keeps neighbouring strings apart whatever they contain.
                String text = value instanceof Labelled constant ? constant.label() : value.toString();
                out.append(text.length()).append('"').append(text).append('"');
            }
        }
    }

    private static Object component(Record value, RecordComponent component) {
        try {
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException("cannot read " + component, impossible);
        }
    }

    static <T extends Record> T read(JsonNode json, Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int index = 0; index < components.length; index++) {
            RecordComponent component = components[index];
            values[index] = value(json.path(component.getName()), component.getGenericType(), component.getName());
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("cannot make a " + type, impossible);
        }
    }

    private static Object value(JsonNode json, Type type, String name) {
        if (type instanceof ParameterizedType generic) {
            Type argument = generic.getActualTypeArguments()[0];
            if (generic.getRawType() == Fact.class) {
                return fact(json, argument, name);
            }
            if (!json.isArray()) {
                throw new Malformed(name + " is no list");
            }
            List<Object> elements = new ArrayList<>();
            json.forEach(element -> elements.add(value(element, argument, name)));
            return generic.getRawType() == SortedSet.class
                    ? Collections.unmodifiableSortedSet(new TreeSet<>(elements))
                    : List.copyOf(elements);
        }
        return scalar(json, (Class<?>) type, name);
    }

    private static Fact<Object> fact(JsonNode json, Type type, String name) {
        if (json.isMissingNode()) {
            return Fact.unknown("not in the stored profile");
        }
        if (json.isObject() && json.path(UNKNOWN).isTextual()) {
            return Fact.unknown(json.path(UNKNOWN).textValue());
        }
        try {
            return Fact.known(value(json, type, name));
        } catch (Malformed otherForm) {
            return Fact.unknown("'" + name + "' has an unexpected form in the stored profile");
        }
    }

    private static Object scalar(JsonNode json, Class<?> type, String name) {
        if (type.isRecord()) {
            return read(json, type.asSubclass(Record.class));
        }
        if (type == String.class && json.isTextual()) {
            return json.textValue();
        }
        if ((type == Boolean.class || type == boolean.class) && json.isBoolean()) {
            return json.booleanValue();
        }
        boolean whole = json.isIntegralNumber();
        if ((type == Integer.class || type == int.class) && whole && json.canConvertToInt()) {
            return json.intValue();
        }
        if ((type == Long.class || type == long.class) && whole && json.canConvertToLong()) {
            return json.longValue();
        }
        if ((type == Double.class || type == double.class) && json.isNumber()) {
            return json.doubleValue();
        }
        if (type.isEnum() && json.isTextual()) {
            for (Object constant : type.getEnumConstants()) {
                if (((Labelled) constant).label().equals(json.textValue())) {
                    return constant;
                }
            }
        }
        throw new Malformed("'" + name + "' is no " + type.getSimpleName());
    }
}
