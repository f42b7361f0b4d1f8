package dev.rwo.ci.sim;

import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.KeptNode;
import dev.rwo.agent.swarm.OwnedLabels;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the operator set on the nodes, and whether the agents left it alone. On the entry that he changed it must stay as
 * it is; when that entry goes it must be kept, and come back with the box.
 */
final class OperatorLabels {

    /** A box in a swarm, whatever entries it has or had there. */
    private record Place(String swarm, Box box) {}

    private record Wish(SortedMap<String, String> labels, Availability availability) {}

    private final Map<Place, Wish> ofBoxes = new LinkedHashMap<>();
    private final Map<String, Wish> ofEntries = new HashMap<>();

    /**
     * The operator sets a label, or removes it when the value is empty. He leaves alone what no agent has labelled yet,
     * which nobody could find again, and a box of which the swarm has several entries or keeps something.
     */
    void set(RaftGroup group, RaftGroup.Entry entry, String key, String value) {
        if (isSettled(group, entry)) {
            SortedMap<String, String> labels = new TreeMap<>(entry.labels);
            if (value.isEmpty()) {
                labels.remove(key);
            } else {
                labels.put(key, value);
            }
            entry.labels = labels;
            note(group, entry, key + "=" + value);
        }
    }

    /** The operator drains a node, or makes it active again. */
    void drain(RaftGroup group, RaftGroup.Entry entry, boolean is) {
        if (isSettled(group, entry) && entry.labels.containsKey(OwnedLabels.JOINED)) {
            entry.availability = is ? Availability.DRAIN : Availability.ACTIVE;
            note(group, entry, entry.availability.word());
        }
    }

    private static boolean isSettled(RaftGroup group, RaftGroup.Entry entry) {
        return entry.labels.containsKey(OwnedLabels.NODE_ID)
                && entry.box.engine.isIn(group, entry.id)
                && group.answers(group.leader)
                && group.nodes.values().stream()
                                .filter(each -> each.box == entry.box)
                                .count()
                        == 1
                && keptOf(group, entry.box).isEmpty();
    }

    private void note(RaftGroup group, RaftGroup.Entry entry, String what) {
        entry.version++;
        Availability availability =
                entry.labels.containsKey(OwnedLabels.JOINED) ? entry.availability : Availability.ACTIVE;
        Wish wish = new Wish(operators(entry), availability);
        ofBoxes.put(new Place(group.id, entry.box), wish);
        ofEntries.put(entry.id, wish);
        entry.box.trace("the operator sets " + what + " on " + entry.id);
    }

    private static SortedMap<String, String> operators(RaftGroup.Entry entry) {
        SortedMap<String, String> labels = new TreeMap<>(entry.labels);
        labels.keySet().removeIf(key -> !OwnedLabels.isOperators(key));
        return labels;
    }

    private static List<KeptNode> keptOf(RaftGroup group, Box box) {
        return KeptNode.in(group.labels).stream()
                .filter(kept -> box.nodeIds.contains(kept.box()))
                .toList();
    }

    /** After every step: {@link Violation} when something was touched or lost. */
    void look(RaftGroup group) {
        for (RaftGroup.Entry entry : group.nodes.values()) {
            Wish onEntry = ofEntries.get(entry.id);
            Wish onBox = ofBoxes.get(new Place(group.id, entry.box));
            if (onBox == null && entry.labels.keySet().stream().noneMatch(OwnedLabels::isOperators)) {
                continue;
            }
            SortedMap<String, String> found = operators(entry);
            if (onEntry != null && !onEntry.labels().equals(found)) {
                throw new Violation("the operator's labels of " + entry.id + " were touched: " + found + " instead of "
                        + onEntry.labels());
            }
            if (onEntry != null
                    && entry.labels.containsKey(OwnedLabels.JOINED)
                    && onEntry.availability() != entry.availability) {
                throw new Violation(
                        "the operator's wish for " + entry.id + " was overruled: it is " + entry.availability.word());
            }
            if (onBox == null ? !found.isEmpty() : !onBox.labels().entrySet().containsAll(found.entrySet())) {
                throw new Violation("somebody else's labels are on " + entry.id + ": " + found);
            }
        }
        ofBoxes.forEach((place, wish) -> {
            if (place.swarm().equals(group.id)) {
                isThere(group, place.box(), wish);
            }
        });
    }

    private static void isThere(RaftGroup group, Box box, Wish wish) {
        SortedMap<String, String> missing = new TreeMap<>(wish.labels());
        for (RaftGroup.Entry entry : group.nodes.values()) {
            if (entry.box == box) {
                missing.keySet().removeAll(entry.labels.keySet());
            }
        }
        if (!missing.isEmpty()) {
            keptOf(group, box)
                    .forEach(kept -> missing.keySet().removeAll(kept.labels().keySet()));
        }
        if (!missing.isEmpty()) {
            throw new Violation("what the operator had set on " + box.name + " was lost: " + missing);
        }
    }

    /** What a box has not got back yet; empty for nothing. */
    String unfinished(RaftGroup group, RaftGroup.Entry entry) {
        @Nullable Wish wish = ofBoxes.get(new Place(group.id, entry.box));
        if (wish == null) {
            return entry.availability == Availability.ACTIVE ? "" : entry.box.name + " is not active";
        }
        if (!operators(entry).equals(wish.labels())) {
            return entry.box.name + " has not the operator's labels back: " + operators(entry) + " instead of "
                    + wish.labels();
        }
        return entry.availability == wish.availability()
                ? ""
                : entry.box.name + " is not " + wish.availability().word() + ", as the operator's wish is";
    }
}
