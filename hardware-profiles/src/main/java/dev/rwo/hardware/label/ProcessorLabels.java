package dev.rwo.hardware.label;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.X86Level;
import dev.rwo.hardware.cpu.CpuClassification;
import dev.rwo.hardware.cpu.CpuClassifier;
import dev.rwo.hardware.cpu.CpuIdentity;
import java.util.List;

/** {@code edge.cpu.*}. */
final class ProcessorLabels {
    static final List<Integer> RANKS = List.of(1, 2, 3, 4, 5, 6);
    static final List<Integer> CORE_STEPS = List.of(2, 4, 8, 16, 32);

    private ProcessorLabels() {}

    static void write(HardwareProfile.Cpu cpu, CpuClassifier classifier, LabelSheet sheet) {
        write(cpu, identified(cpu).map(known -> classifier.classify(CpuIdentity.of(known))), sheet);
    }

    static void write(HardwareProfile.Cpu cpu, Fact<CpuClassification> found, LabelSheet sheet) {
        sheet.value(
                "edge.cpu.class",
                found.map(classification -> classification.cpuClass().label()));
        sheet.value("edge.cpu.rank", found.map(CpuClassification::rank));
        sheet.text("edge.cpu.vendor", found.map(CpuClassification::vendor));
        sheet.text("edge.cpu.gen", found.map(CpuClassification::generation));
        sheet.text(
                "edge.cpu.brand", cpu.brand().map(brand -> CpuIdentity.of(cpu).shortBrand()));
        sheet.steps("edge.cpu.ge.", RANKS, found.map(classification -> (long) classification.rank()));
        sheet.value("edge.cpu.cores", cpu.cores());
        sheet.value("edge.cpu.threads", cpu.threads());
        sheet.value("edge.cpu.hybrid", cpu.hybrid().map(HardwareProfile.Hybrid::isHybrid));
        sheet.value("edge.cpu.level", cpu.level().map(X86Level::label));
        sheet.steps("edge.cpu.cores.ge.", CORE_STEPS, cpu.cores().map(Integer::longValue));
    }

    /** The processor, once its vendor or its brand is known: either tells the other, and the rest may stay unknown. */
    private static Fact<HardwareProfile.Cpu> identified(HardwareProfile.Cpu cpu) {
        return cpu.vendor().or(cpu.brand()).map(name -> cpu);
    }
}
