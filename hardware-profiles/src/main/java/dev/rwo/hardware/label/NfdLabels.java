package dev.rwo.hardware.label;

import dev.rwo.hardware.DiskKind;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code feature.*}: the mirror of Node Feature Discovery, with its defaults unless said otherwise. */
final class NfdLabels {
    /** Beginnings of PCI classes: display controllers, co-processors, processing accelerators. NFD's default. */
    private static final List<String> PCI_CLASSES = List.of("03", "0b40", "12");

    /** Video, miscellaneous, application and vendor specific: NFD's default. 07, printers, is ours: a shop has them. */
    static final List<String> USB_CLASSES = List.of("07", "0e", "ef", "fe", "ff");

    private static final String FLAGS = "feature.cpu-cpuid.";
    private static final String PCI = "feature.pci-";
    private static final String USB = "feature.usb-";
    private static final Set<DiskKind> NOT_ROTATING =
            EnumSet.of(DiskKind.NVME, DiskKind.SSD, DiskKind.EMMC, DiskKind.SD);
    private static final Pattern KERNEL = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");
    private static final Pattern VERSION = Pattern.compile("(\\d+)(?:\\.(\\d+))?.*");

    private NfdLabels() {}

    static void write(HardwareProfile profile, LabelSheet sheet) {
        processor(profile.cpu(), sheet);
        pci(profile.pci(), sheet);
        usb(profile.usb(), sheet);
        sheet.mark(
                "feature.storage-nonrotationaldisk",
                profile.storage()
                        .disks()
                        .then(disks -> any(disks, HardwareProfile.Disk::kind, NOT_ROTATING::contains)));
        sheet.mark("feature.memory-numa", profile.memory().numaNodes().map(nodes -> nodes > 1));
        sheet.mark(
                "feature.network-sriov.capable",
                profile.nics().then(nics -> any(nics, HardwareProfile.Nic::virtualFunctions, count -> count > 0)));
        kernel(profile.os().kernel(), sheet);
        system(profile.os(), sheet);
    }

    private static void processor(HardwareProfile.Cpu cpu, LabelSheet sheet) {
        switch (cpu.flags()) {
            case Fact.Unknown<SortedSet<String>> none -> sheet.unknownBelow(FLAGS);
            case Fact.Known<SortedSet<String>>(SortedSet<String> flags) ->
                NfdNames.publishedFlags().forEach((kernel, nfd) -> sheet.mark(FLAGS + nfd, flags.contains(kernel)));
        }
        sheet.value("feature.cpu-model.vendor_id", cpu.vendor().map(NfdNames::vendor));
        sheet.value("feature.cpu-model.family", cpu.family());
        sheet.value("feature.cpu-model.id", cpu.model());
        sheet.value(
                "feature.cpu-hardware_multithreading",
                cpu.cores().then(cores -> cpu.threads().map(threads -> threads > cores)));
    }

    private static void pci(Fact<List<HardwareProfile.PciDevice>> devices, LabelSheet sheet) {
        if (!devices.isKnown()) {
            sheet.unknownBelow(PCI);
        }
        for (HardwareProfile.PciDevice device : devices.orElse(List.of())) {
            switch (device.deviceClass()) {
                case Fact.Unknown<String> none -> sheet.unknownBelow(PCI);
                case Fact.Known<String>(String code) -> pci(code, device.vendor(), sheet);
            }
        }
    }

    private static void pci(String code, Fact<String> vendor, LabelSheet sheet) {
        if (code.length() < 4 || PCI_CLASSES.stream().noneMatch(code::startsWith)) {
            return;
        }
        String prefix = PCI + code.substring(0, 4) + "_";
        switch (vendor) {
            case Fact.Unknown<String> none -> sheet.unknownBelow(prefix);
            case Fact.Known<String>(String id) -> present(prefix + id, sheet);
        }
    }

    private static void usb(Fact<List<HardwareProfile.UsbDevice>> devices, LabelSheet sheet) {
        if (!devices.isKnown()) {
            sheet.unknownBelow(USB);
        }
        for (HardwareProfile.UsbDevice device : devices.orElse(List.of())) {
            Set<String> classes = new TreeSet<>(USB_CLASSES);
            device.classes().ifKnown(classes::retainAll);
            classes.forEach(code -> usb(code, device, sheet));
        }
    }

    /** One class of a device; with the device's classes unknown, a class that it may have. */
    private static void usb(String code, HardwareProfile.UsbDevice device, LabelSheet sheet) {
        String prefix = USB + code + "_";
        Fact<String> name = device.vendor().then(vendor -> device.product().map(product -> vendor + "_" + product));
        switch (name) {
            case Fact.Unknown<String> none -> sheet.unknownBelow(prefix);
            case Fact.Known<String>(String id) when device.classes().isKnown() -> present(prefix + id, sheet);
            case Fact.Known<String>(String id) -> sheet.unknown(prefix + id + ".present");
        }
    }

    /** Ids are hexadecimal digits as the kernel writes them; a damaged one makes no key. */
    private static void present(String device, LabelSheet sheet) {
        if (LabelSanitizer.isClean(device)) {
            sheet.mark(device + ".present", true);
        }
    }

    /** Whether one element has it; with none that is known to, an unknown one leaves it open. */
    private static <E, T> Fact<Boolean> any(List<E> elements, Function<E, Fact<T>> part, Predicate<T> earns) {
        Fact<Boolean> any = Fact.known(false);
        for (E element : elements) {
            Fact<Boolean> here = part.apply(element).map(earns::test);
            if (here.orElse(false)) {
                return here;
            }
            any = here.isKnown() ? any : here;
        }
        return any;
    }

    private static void kernel(Fact<String> release, LabelSheet sheet) {
        sheet.text("feature.kernel-version.full", release);
        List<String> parts = List.of("major", "minor", "revision");
        numbered("feature.kernel-version.", parts, KERNEL, release, sheet);
    }

    private static void system(HardwareProfile.OperatingSystem os, LabelSheet sheet) {
        sheet.text("feature.system-os_release.ID", os.id());
        sheet.text("feature.system-os_release.VERSION_ID", os.versionId());
        numbered("feature.system-os_release.VERSION_ID.", List.of("major", "minor"), VERSION, os.versionId(), sheet);
    }

    private static void numbered(
            String prefix, List<String> parts, Pattern form, Fact<String> version, LabelSheet sheet) {
        switch (version) {
            case Fact.Unknown<String> none -> parts.forEach(part -> sheet.unknown(prefix + part));
            case Fact.Known<String>(String text) -> {
                Matcher matcher = form.matcher(text);
                for (int index = 0; matcher.matches() && index < parts.size(); index++) {
                    String number = matcher.group(index + 1);
                    if (number != null && number.length() <= LabelSanitizer.MAX_LENGTH) {
                        sheet.value(prefix + parts.get(index), Fact.known(number));
                    }
                }
            }
        }
    }
}
