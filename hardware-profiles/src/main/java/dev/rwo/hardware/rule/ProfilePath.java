package dev.rwo.hardware.rule;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A place in the profile by the names that {@code rwo profile --json} shows, such as {@code memory.visibleBytes}. Checked
 * against the profile's types when it is made, so that a mistyped one is found before it is needed; followed through the
 * records themselves, without making JSON of them. Through a list it leads to a value of every element.
 *
 * @param text as written
 * @param steps the components to follow
 * @param kind what stands at its end
 * @param several whether it leads through a list
 */
record ProfilePath(String text, List<RecordComponent> steps, Kind kind, boolean several) {
    /** What stands at the end of a path. */
    enum Kind {
        TEXT,
        NUMBER,
        TRUTH,
        /** Not a single value: records, lists of records. */
        STRUCTURE
    }

    /**
     * Reads a path.
     *
     * @throws IllegalArgumentException when the profile has no such place: names the part and what there is instead
     */
    static ProfilePath of(String text) {
        List<RecordComponent> steps = new ArrayList<>();
        Type here = HardwareProfile.class;
        boolean several = false;
        for (String name : text.split("\\.", -1)) {
            if (!(here instanceof Class<?> type && type.isRecord())) {
                throw new IllegalArgumentException("'" + text + "' goes too deep: nothing is below '"
                        + steps.getLast().getName() + "'");
            }
            RecordComponent step = component(type, name, text);
            steps.add(step);
            here = step.getGenericType();
            while (here instanceof ParameterizedType generic) {
                several |= generic.getRawType() != Fact.class;
                here = generic.getActualTypeArguments()[0];
            }
        }
        return new ProfilePath(text, List.copyOf(steps), kind(here), several);
    }

    private static RecordComponent component(Class<?> type, String name, String text) {
        return Arrays.stream(type.getRecordComponents())
                .filter(component -> component.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the profile has no '" + text + "': '" + name + "' is none of " + names(type)));
    }

    private static String names(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .collect(Collectors.joining(", "));
    }

    private static Kind kind(Type type) {
        if (type == Boolean.class || type == boolean.class) {
            return Kind.TRUTH;
        }
        if (type instanceof Class<?> plain && (Number.class.isAssignableFrom(plain) || plain.isPrimitive())) {
            return Kind.NUMBER;
        }
        return type instanceof Class<?> plain && plain.isRecord() ? Kind.STRUCTURE : Kind.TEXT;
    }

    /** The values at this place; an unknown fact on the way is one unknown value. */
    List<Fact<?>> values(HardwareProfile profile) {
        List<Fact<?>> values = new ArrayList<>();
        follow(profile, 0, values);
        return values;
    }

    private void follow(Object here, int step, List<Fact<?>> values) {
        switch (here) {
            case Fact.Unknown<?> unknown -> values.add(unknown);
            case Fact.Known<?>(Object known) -> follow(known, step, values);
            case Collection<?> elements -> elements.forEach(element -> follow(element, step, values));
            default -> {
                if (step == steps.size()) {
                    values.add(Fact.known(here));
                } else {
                    follow(component(here, steps.get(step)), step + 1, values);
                }
            }
        }
    }

    private static Object component(Object owner, RecordComponent component) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("cannot read " + component, impossible);
        }
    }
}
