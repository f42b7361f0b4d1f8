package dev.rwo.hardware.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.X86Level;
import dev.rwo.hardware.cpu.CpuClassification;
import dev.rwo.hardware.cpu.CpuIdentity;
import dev.rwo.hardware.label.NodeLabels;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is said of one report.
 *
 * @param line number of its line, from 1
 * @param identity what it was classified by
 * @param found class, rank, vendor, generation and the rule that decided
 * @param level by the report's flags, else by the micro-architecture
 * @param hybrid whether there are two kinds of cores
 * @param sockets populated packages
 * @param cores physical cores of all packages
 * @param threads logical processors
 */
public record ClassifiedReport(
        int line,
        CpuIdentity identity,
        CpuClassification found,
        Fact<X86Level> level,
        Fact<Boolean> hybrid,
        Fact<Integer> sockets,
        Fact<Integer> cores,
        Fact<Integer> threads) {

    /** The brand as a person would say it; empty where the report names none. */
    public String brand() {
        return identity.shortBrand();
    }

    /** The {@code edge.cpu.*} labels that a node with this processor would have. */
    public SortedMap<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>(NodeLabels.ofProcessor(cpu(), found));
        hybrid.ifKnown(known -> labels.put("edge.cpu.hybrid", known.toString()));
        return labels;
    }

    private HardwareProfile.Cpu cpu() {
        String none = "not in the report";
        return new HardwareProfile.Cpu(
                Fact.known(identity.vendor()),
                Fact.known(identity.brand()),
                Fact.known(identity.family()),
                Fact.known(identity.model()),
                Fact.known(identity.stepping()),
                Fact.unknown(none),
                sockets,
                cores,
                threads,
                // A report tells whether, but not how many of each kind; the label is added above.
                Fact.unknown(none),
                Fact.unknown(none),
                Fact.unknown(none),
                Fact.known(identity.flags()),
                level);
    }

    /** One JSON object; a fact that is not known has no key. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("line", line);
        json.put("class", found.cpuClass().label());
        json.put("rank", found.rank());
        json.put("vendor", found.vendor());
        json.put("brand", brand());
        if (!found.generation().isEmpty()) {
            json.put("generation", found.generation());
        }
        if (!found.microArchitecture().isEmpty()) {
            json.put("microarchitecture", found.microArchitecture());
        }
        level.ifKnown(known -> json.put("level", known.label()));
        hybrid.ifKnown(known -> json.put("hybrid", known));
        sockets.ifKnown(known -> json.put("sockets", known));
        cores.ifKnown(known -> json.put("cores", known));
        threads.ifKnown(known -> json.put("threads", known));
        ObjectNode all = json.putObject("labels");
        labels().forEach(all::put);
        json.put("rule", found.ruleId());
        if (!found.reason().isEmpty()) {
            json.put("reason", found.reason());
        }
        return json;
    }
}
