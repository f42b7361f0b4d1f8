package dev.rwo.hardware;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/** {@link HardwareProfile} to and from JSON trees, by hand: no reflection, one stable order of keys. */
final class ProfileJson {
    private static final String UNKNOWN = "unknown";
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private ProfileJson() {}

    static ObjectNode write(HardwareProfile profile) {
        ObjectNode json = NODES.objectNode();
        json.set("cpu", cpu(profile.cpu()));
        json.set("memory", memory(profile.memory()));
        json.set("storage", storage(profile.storage()));
        json.set("gpus", fact(profile.gpus(), gpus -> array(gpus, ProfileJson::gpu)));
        json.set("nics", fact(profile.nics(), nics -> array(nics, ProfileJson::nic)));
        json.set("virtualization", virtualization(profile.virtualization()));
        json.set("firmware", firmware(profile.firmware()));
        ObjectNode security = json.putObject("security");
        security.set("secureBoot", flag(profile.security().secureBoot()));
        security.set("tpm2", flag(profile.security().tpm2()));
        ObjectNode os = json.putObject("os");
        os.set("kernel", text(profile.os().kernel()));
        os.set("imageVersion", text(profile.os().imageVersion()));
        return json;
    }

    /**
     * One string for equal hardware: the JSON without what changes while the hardware stays the same. Written by hand:
     * the first {@code JsonNode.toString()} of a process loads all of Jackson's databinding, 150 ms of it.
     */
    static String canonical(HardwareProfile profile) {
        StringBuilder out = new StringBuilder();
        canonical(withoutVolatile(profile), out);
        return out.toString();
    }

    private static void canonical(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            out.append('{');
            node.properties().forEach(entry -> {
                out.append(entry.getKey()).append(':');
                canonical(entry.getValue(), out);
            });
            out.append('}');
        } else if (node.isArray()) {
            out.append('[');
            node.forEach(element -> canonical(element, out));
            out.append(']');
        } else {
            // The length in front keeps neighbouring strings apart whatever they contain.
            String text = node.asText();
            out.append(text.length()).append('"').append(text).append('"');
        }
    }

    private static ObjectNode withoutVolatile(HardwareProfile profile) {
        ObjectNode json = write(profile);
        if (json.get("storage") instanceof ObjectNode storage) {
            storage.remove("freeBytes");
        }
        if (json.get("nics") instanceof ArrayNode nics) {
            for (JsonNode nic : nics) {
                ((ObjectNode) nic).remove(List.of("megabitsPerSecond", "link"));
            }
        }
        return json;
    }

    static HardwareProfile read(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException(
                    "a hardware profile is a JSON object, this is " + json.getNodeType() + "; probe the machine again");
        }
        return new HardwareProfile(
                readCpu(json.path("cpu")),
                readMemory(json.path("memory")),
                readStorage(json.path("storage")),
                list(json, "gpus", ProfileJson::readGpu),
                list(json, "nics", ProfileJson::readNic),
                readVirtualization(json.path("virtualization")),
                readFirmware(json.path("firmware")),
                new HardwareProfile.Security(
                        flag(json.path("security"), "secureBoot"), flag(json.path("security"), "tpm2")),
                new HardwareProfile.OperatingSystem(
                        text(json.path("os"), "kernel"), text(json.path("os"), "imageVersion")));
    }

    private static ObjectNode cpu(HardwareProfile.Cpu cpu) {
        ObjectNode json = NODES.objectNode();
        json.set("vendor", text(cpu.vendor()));
        json.set("brand", text(cpu.brand()));
        json.set("family", count(cpu.family()));
        json.set("model", count(cpu.model()));
        json.set("stepping", count(cpu.stepping()));
        json.set("sockets", count(cpu.sockets()));
        json.set("cores", count(cpu.cores()));
        json.set("threads", count(cpu.threads()));
        json.set("hybrid", fact(cpu.hybrid(), ProfileJson::hybrid));
        json.set("level", fact(cpu.level(), level -> TextNode.valueOf(level.label())));
        json.set("flags", fact(cpu.flags(), flags -> array(List.copyOf(flags), TextNode::valueOf)));
        return json;
    }

    private static HardwareProfile.Cpu readCpu(JsonNode json) {
        return new HardwareProfile.Cpu(
                text(json, "vendor"),
                text(json, "brand"),
                count(json, "family"),
                count(json, "model"),
                count(json, "stepping"),
                count(json, "sockets"),
                count(json, "cores"),
                count(json, "threads"),
                value(json, "hybrid", node -> node.isObject() ? Optional.of(readHybrid(node)) : Optional.empty()),
                value(json, "flags", ProfileJson::readFlags),
                value(
                        json,
                        "level",
                        node -> Arrays.stream(X86Level.values())
                                .filter(level -> level.label().equals(node.asText()))
                                .findFirst()));
    }

    private static ObjectNode hybrid(HardwareProfile.Hybrid hybrid) {
        return NODES.objectNode()
                .put("performanceCores", hybrid.performanceCores())
                .put("efficiencyCores", hybrid.efficiencyCores());
    }

    private static HardwareProfile.Hybrid readHybrid(JsonNode json) {
        return new HardwareProfile.Hybrid(
                json.path("performanceCores").asInt(),
                json.path("efficiencyCores").asInt());
    }

    private static Optional<SortedSet<String>> readFlags(JsonNode json) {
        if (!json.isArray()) {
            return Optional.empty();
        }
        SortedSet<String> flags = new TreeSet<>();
        json.forEach(flag -> flags.add(flag.asText()));
        return Optional.of(Collections.unmodifiableSortedSet(flags));
    }

    private static ObjectNode memory(HardwareProfile.Memory memory) {
        ObjectNode json = NODES.objectNode();
        json.set("visibleBytes", amount(memory.visibleBytes()));
        json.set("installedBytes", amount(memory.installedBytes()));
        json.set("ecc", flag(memory.ecc()));
        return json;
    }

    private static HardwareProfile.Memory readMemory(JsonNode json) {
        return new HardwareProfile.Memory(
                amount(json, "visibleBytes"), amount(json, "installedBytes"), flag(json, "ecc"));
    }

    private static ObjectNode storage(HardwareProfile.Storage storage) {
        ObjectNode json = NODES.objectNode();
        json.set("disks", fact(storage.disks(), disks -> array(disks, ProfileJson::disk)));
        json.set("freeBytes", amount(storage.freeBytes()));
        return json;
    }

    private static HardwareProfile.Storage readStorage(JsonNode json) {
        return new HardwareProfile.Storage(list(json, "disks", ProfileJson::readDisk), amount(json, "freeBytes"));
    }

    private static ObjectNode disk(HardwareProfile.Disk disk) {
        ObjectNode json = NODES.objectNode().put("name", disk.name());
        json.set("kind", fact(disk.kind(), kind -> TextNode.valueOf(kind.label())));
        json.set("bytes", amount(disk.bytes()));
        json.set("model", text(disk.model()));
        json.set("removable", flag(disk.removable()));
        json.set("system", flag(disk.system()));
        return json;
    }

    private static HardwareProfile.Disk readDisk(JsonNode json) {
        return new HardwareProfile.Disk(
                json.path("name").asText(),
                value(json, "kind", node -> DiskKind.ofLabel(node.asText())),
                amount(json, "bytes"),
                text(json, "model"),
                flag(json, "removable"),
                flag(json, "system"));
    }

    private static ObjectNode gpu(HardwareProfile.Gpu gpu) {
        ObjectNode json = NODES.objectNode().put("address", gpu.address());
        json.set("vendor", text(gpu.vendor()));
        json.set("device", text(gpu.device()));
        json.set("driver", text(gpu.driver()));
        return json;
    }

    private static HardwareProfile.Gpu readGpu(JsonNode json) {
        return new HardwareProfile.Gpu(
                json.path("address").asText(), text(json, "vendor"), text(json, "device"), text(json, "driver"));
    }

    private static ObjectNode nic(HardwareProfile.Nic nic) {
        ObjectNode json = NODES.objectNode().put("name", nic.name());
        json.set("mac", text(nic.mac()));
        json.set("megabitsPerSecond", count(nic.megabitsPerSecond()));
        json.set("link", flag(nic.link()));
        return json;
    }

    private static HardwareProfile.Nic readNic(JsonNode json) {
        return new HardwareProfile.Nic(
                json.path("name").asText(), text(json, "mac"), count(json, "megabitsPerSecond"), flag(json, "link"));
    }

    private static ObjectNode virtualization(HardwareProfile.Virtualization virtualization) {
        ObjectNode json = NODES.objectNode();
        json.set("guestOf", text(virtualization.guestOf()));
        json.set("hardwareAssist", flag(virtualization.hardwareAssist()));
        json.set("kvm", flag(virtualization.kvm()));
        return json;
    }

    private static HardwareProfile.Virtualization readVirtualization(JsonNode json) {
        return new HardwareProfile.Virtualization(
                text(json, "guestOf"), flag(json, "hardwareAssist"), flag(json, "kvm"));
    }

    private static ObjectNode firmware(HardwareProfile.Firmware firmware) {
        ObjectNode json = NODES.objectNode();
        json.set("manufacturer", text(firmware.manufacturer()));
        json.set("product", text(firmware.product()));
        json.set("serial", text(firmware.serial()));
        json.set("sku", text(firmware.sku()));
        json.set("family", text(firmware.family()));
        json.set("biosVendor", text(firmware.biosVendor()));
        json.set("biosVersion", text(firmware.biosVersion()));
        return json;
    }

    private static HardwareProfile.Firmware readFirmware(JsonNode json) {
        return new HardwareProfile.Firmware(
                text(json, "manufacturer"),
                text(json, "product"),
                text(json, "serial"),
                text(json, "sku"),
                text(json, "family"),
                text(json, "biosVendor"),
                text(json, "biosVersion"));
    }

    private static <T> JsonNode fact(Fact<T> fact, Function<T, JsonNode> toJson) {
        return switch (fact) {
            case Fact.Known<T>(T value) -> toJson.apply(value);
            case Fact.Unknown<T>(String reason) -> NODES.objectNode().put(UNKNOWN, reason);
        };
    }

    private static JsonNode text(Fact<String> fact) {
        return fact(fact, TextNode::valueOf);
    }

    private static JsonNode count(Fact<Integer> fact) {
        return fact(fact, IntNode::valueOf);
    }

    private static JsonNode amount(Fact<Long> fact) {
        return fact(fact, LongNode::valueOf);
    }

    private static JsonNode flag(Fact<Boolean> fact) {
        return fact(fact, BooleanNode::valueOf);
    }

    private static <T> ArrayNode array(List<T> values, Function<T, JsonNode> toJson) {
        ArrayNode array = NODES.arrayNode(values.size());
        values.forEach(value -> array.add(toJson.apply(value)));
        return array;
    }

    private static Fact<String> text(JsonNode json, String key) {
        return value(json, key, node -> node.isTextual() ? Optional.of(node.textValue()) : Optional.empty());
    }

    private static Fact<Integer> count(JsonNode json, String key) {
        return value(
                json,
                key,
                node -> node.canConvertToExactIntegral() && node.canConvertToInt()
                        ? Optional.of(node.intValue())
                        : Optional.empty());
    }

    private static Fact<Long> amount(JsonNode json, String key) {
        return value(
                json,
                key,
                node -> node.canConvertToExactIntegral() && node.canConvertToLong()
                        ? Optional.of(node.longValue())
                        : Optional.empty());
    }

    private static Fact<Boolean> flag(JsonNode json, String key) {
        return value(json, key, node -> node.isBoolean() ? Optional.of(node.booleanValue()) : Optional.empty());
    }

    private static <T> Fact<List<T>> list(JsonNode json, String key, Function<JsonNode, T> fromJson) {
        return value(json, key, node -> {
            if (!node.isArray()) {
                return Optional.empty();
            }
            List<T> values = new ArrayList<>();
            node.forEach(element -> values.add(fromJson.apply(element)));
            return Optional.of(List.copyOf(values));
        });
    }

    private static <T> Fact<T> value(JsonNode json, String key, Function<JsonNode, Optional<T>> fromJson) {
        JsonNode node = json.path(key);
        if (node.isMissingNode()) {
            return Fact.unknown("not in the stored profile");
        }
        if (node.isObject() && node.path(UNKNOWN).isTextual()) {
            return Fact.unknown(node.path(UNKNOWN).textValue());
        }
        return fromJson.apply(node)
                .map(Fact::known)
                .orElse(Fact.unknown("'" + key + "' has an unexpected form in the stored profile"));
    }
}
