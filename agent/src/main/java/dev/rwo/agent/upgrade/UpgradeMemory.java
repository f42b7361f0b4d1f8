package dev.rwo.agent.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a box remembers of its upgrades over a restart, whichever version starts then.
 *
 * @param order what it was told to install and is not done with; null when nothing
 * @param staged what is in the other slot, verified; null when nothing is
 * @param target the version that was installed or tried last; empty when none was
 * @param problem why that failed; empty when it did not
 * @param refused versions that failed here, with the reason
 */
record UpgradeMemory(
        @Nullable Order order,
        @Nullable Bundle staged,
        String target,
        String problem,
        SortedMap<String, String> refused) {

    /** Nothing yet. */
    static final UpgradeMemory NOTHING = new UpgradeMemory(null, null, "", "", Collections.emptySortedMap());

    /** An order to install; it holds until it is done or has failed, over any restart. */
    record Order(Bundle bundle, List<String> sources, boolean allowOlder) {

        Order {
            sources = List.copyOf(sources);
        }
    }

    UpgradeMemory {
        refused = Collections.unmodifiableSortedMap(new TreeMap<>(refused));
    }

    /** Having been told to install; what the other slot held is lost with the first byte. */
    UpgradeMemory ordered(Order given) {
        return new UpgradeMemory(given, null, given.bundle().version().text(), "", refused);
    }

    /** Having installed it. */
    UpgradeMemory installed(Bundle bundle) {
        return new UpgradeMemory(null, bundle, bundle.version().text(), "", refused);
    }

    /** Having failed to install it: it may be tried again. */
    UpgradeMemory notInstalled(String version, String reason) {
        return new UpgradeMemory(null, null, version, reason, refused);
    }

    /** Having tried it, and gone back: it is refused from now on. */
    UpgradeMemory gaveUp(String version, String reason) {
        SortedMap<String, String> more = new TreeMap<>(refused);
        more.put(version, reason);
        return new UpgradeMemory(null, null, version, reason, more);
    }

    /** Having kept what runs. */
    UpgradeMemory kept(String version) {
        return new UpgradeMemory(null, null, version, "", refused);
    }

    /** With a version allowed again. */
    UpgradeMemory cleared(String version) {
        SortedMap<String, String> fewer = new TreeMap<>(refused);
        fewer.remove(version);
        return target.equals(version)
                ? new UpgradeMemory(order, staged, staged == null && order == null ? "" : target, "", fewer)
                : new UpgradeMemory(order, staged, target, problem, fewer);
    }

    ObjectNode toJson() {
        ObjectNode json =
                JsonNodeFactory.instance.objectNode().put("target", target).put("problem", problem);
        refused.forEach(json.putObject("refused")::put);
        if (staged != null) {
            json.set("staged", staged.toJson());
        }
        if (order != null) {
            ObjectNode given = order.bundle().toJson().put("allowOlder", order.allowOlder());
            order.sources().forEach(given.putArray("sources")::add);
            json.set("order", given);
        }
        return json;
    }

    /**
     * From JSON.
     *
     * @throws IllegalArgumentException when it is not
     */
    static UpgradeMemory read(JsonNode json) {
        SortedMap<String, String> refused = new TreeMap<>();
        json.path("refused")
                .properties()
                .forEach(each -> refused.put(each.getKey(), each.getValue().asText()));
        JsonNode given = json.path("order");
        List<String> sources = new ArrayList<>();
        given.path("sources").forEach(source -> sources.add(source.asText()));
        return new UpgradeMemory(
                given.isObject()
                        ? new Order(
                                Bundle.read(given),
                                sources,
                                given.path("allowOlder").asBoolean())
                        : null,
                json.path("staged").isObject() ? Bundle.read(json.path("staged")) : null,
                json.path("target").asText(),
                json.path("problem").asText(),
                refused);
    }
}
