package dev.rwo.ci.sim;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All starts of agents there have been, numbered, so that a thousand boxes can keep what they heard in arrays. */
final class Boots {

    private record Boot(String name, int box, String nodeId) {}

    private final List<Boot> all = new ArrayList<>();
    private final Map<String, Integer> slots = new HashMap<>();
    private final Map<Integer, List<Integer>> ofBox = new HashMap<>();
    private final List<Integer> sorted = new ArrayList<>();

    /** A box starts its agent. */
    void add(String name, Box box) {
        int slot = all.size();
        all.add(new Boot(name, box.index, box.nodeId));
        slots.put(name, slot);
        ofBox.computeIfAbsent(box.index, index -> new ArrayList<>()).add(slot);
        sorted.add(slot);
        sorted.sort(Comparator.comparing((Integer each) -> all.get(each).nodeId())
                .thenComparing(each -> all.get(each).name()));
    }

    int count() {
        return all.size();
    }

    int slot(String name) {
        Integer slot = slots.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("no agent started as " + name);
        }
        return slot;
    }

    String name(int slot) {
        return all.get(slot).name();
    }

    int box(int slot) {
        return all.get(slot).box();
    }

    List<Integer> of(int box) {
        return ofBox.getOrDefault(box, List.of());
    }

    /** As a table of members is sorted: by node and boot. */
    List<Integer> inOrder() {
        return sorted;
    }
}
