package dev.rwo.hardware.label;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.cpu.CpuClassification;
import dev.rwo.hardware.cpu.CpuClassifier;
import java.util.SortedMap;

/**
 * The {@code edge.*} and {@code feature.*} labels that a profile's facts earn. Pure. Every label, its fact and its rule
 * stand in docs/labels.md. The labels {@code edge.state.*} depend on time as well and are made where the watch is.
 *
 * <p>An unknown fact makes no label; {@link #unknown} names the labels which are missing for that reason, so that a
 * caller that had one can keep it instead of evicting a task.
 */
public final class NodeLabels {
    /** The label that names the state of the hardware: {@link HardwareProfile#revision()}. */
    public static final String REVISION = "edge.profile.rev";

    private NodeLabels() {}

    /** The labels, sorted by key; values are sanitised. Processors are classified by RWO's own rules. */
    public static SortedMap<String, String> of(HardwareProfile profile) {
        return of(profile, CpuClassifier.standard());
    }

    /**
     * The labels, sorted by key; values are sanitised.
     *
     * @param classifier says what the processor is: RWO's own rules, or the site's before them
     */
    public static SortedMap<String, String> of(HardwareProfile profile, CpuClassifier classifier) {
        LabelSheet sheet = sheet(profile, classifier);
        sheet.value(REVISION, Fact.known(profile.revision()));
        return sheet.labels();
    }

    /** The labels on which {@link #of} is silent because a fact is unknown; they may or may not be deserved. */
    public static UnknownLabels unknown(HardwareProfile profile) {
        // Which label is silent does not depend on the classifier's rules, only on whether there is something to
        // classify.
        return sheet(profile, CpuClassifier.standard()).unknown();
    }

    /** The labels of a processor alone, which somebody has classified already; sorted by key. */
    public static SortedMap<String, String> ofProcessor(HardwareProfile.Cpu cpu, CpuClassification found) {
        LabelSheet sheet = new LabelSheet();
        ProcessorLabels.write(cpu, Fact.known(found), sheet);
        return sheet.labels();
    }

    private static LabelSheet sheet(HardwareProfile profile, CpuClassifier classifier) {
        LabelSheet sheet = new LabelSheet();
        ProcessorLabels.write(profile.cpu(), classifier, sheet);
        CapacityLabels.write(profile, sheet);
        DeviceLabels.write(profile, sheet);
        NfdLabels.write(profile, sheet);
        sheet.value("edge.virt.kvm", profile.virtualization().kvm());
        // A word of ours, "none" among them, which the sanitiser takes for a placeholder.
        sheet.value("edge.virt.guest", profile.virtualization().guestOf());
        sheet.value("edge.sec.tpm2", profile.security().tpm2());
        sheet.value("edge.sec.secureboot", profile.security().secureBoot());
        sheet.text("edge.os.version", profile.os().imageVersion());
        sheet.text("edge.slot", profile.os().slot());
        return sheet;
    }
}
