package dev.rwo.hardware.rule;

import dev.rwo.hardware.DiskKind;
import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.rule.ProfilePath.Kind;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A kind of device that a rule can ask for, with what can be asked of it. The words are those of docs/site-rules.md and
 * stay for ever.
 *
 * @param word as in a rule
 * @param list where the profile has the devices
 * @param name what a device is called in a reason
 * @param fields what can be asked
 */
record DeviceKind<T>(
        String word,
        Function<HardwareProfile, Fact<List<T>>> list,
        Function<T, String> name,
        Map<String, Field<T>> fields) {

    /** One thing that can be asked of a device. Several values: one of them must do. */
    record Field<T>(Kind kind, Function<T, List<Fact<?>>> values) {}

    /** All kinds by their words. */
    static final Map<String, DeviceKind<?>> ALL = all();

    /** The kind with that word. */
    static Optional<DeviceKind<?>> of(String word) {
        return Optional.ofNullable(ALL.get(word));
    }

    /** Whether one device satisfies every comparison. */
    Verdict test(HardwareProfile profile, Map<String, Comparison> asked) {
        return switch (list.apply(profile)) {
            case Fact.Unknown<List<T>>(String reason) -> Verdict.unknown("the " + word + " list is unknown: " + reason);
            case Fact.Known<List<T>>(List<T> devices) -> {
                Verdict any = devices.isEmpty()
                        ? Verdict.of(false, "there is no " + word)
                        : Verdict.any(devices, device -> testOne(device, asked));
                yield any.is(Verdict.Truth.FALSE) && devices.size() > 1
                        ? Verdict.of(false, "none of " + devices.size() + " " + word + " devices matches")
                        : any;
            }
        };
    }

    private Verdict testOne(T device, Map<String, Comparison> asked) {
        String called = word + " " + name.apply(device);
        if (asked.isEmpty()) {
            return Verdict.of(true, called + " is there");
        }
        Verdict all = Verdict.all(List.copyOf(asked.entrySet()), entry -> {
            Field<T> field = fields.get(entry.getKey());
            return field == null
                    ? Verdict.of(false, called + " has no " + entry.getKey())
                    : entry.getValue()
                            .test(called + " " + entry.getKey(), field.values().apply(device));
        });
        return all.is(Verdict.Truth.TRUE) ? Verdict.of(true, called + " matches") : all;
    }

    private static Map<String, DeviceKind<?>> all() {
        Map<String, DeviceKind<?>> kinds = new TreeMap<>();
        List.of(usb(), pci(), gpu(), accelerator(), disk(), nic(), display(), firmware())
                .forEach(kind -> kinds.put(kind.word(), kind));
        return Collections.unmodifiableMap(kinds);
    }

    private static <T> Field<T> text(Function<T, Fact<String>> part) {
        return new Field<>(Kind.TEXT, device -> List.of(part.apply(device)));
    }

    private static <T> Field<T> truth(Function<T, Fact<Boolean>> part) {
        return new Field<>(Kind.TRUTH, device -> List.of(part.apply(device)));
    }

    private static <T> Field<T> number(Function<T, Fact<? extends Number>> part) {
        return new Field<>(Kind.NUMBER, device -> List.of(part.apply(device)));
    }

    private static DeviceKind<HardwareProfile.UsbDevice> usb() {
        Map<String, Field<HardwareProfile.UsbDevice>> fields = new LinkedHashMap<>();
        fields.put("vendor", text(HardwareProfile.UsbDevice::vendor));
        fields.put("product", text(HardwareProfile.UsbDevice::product));
        fields.put("class", new Field<>(Kind.TEXT, device -> each(device.classes())));
        fields.put("manufacturer", text(HardwareProfile.UsbDevice::manufacturerName));
        fields.put("name", text(HardwareProfile.UsbDevice::productName));
        fields.put("serial", text(HardwareProfile.UsbDevice::serial));
        fields.put("port", text(device -> Fact.known(device.path())));
        return new DeviceKind<>("usb", HardwareProfile::usb, HardwareProfile.UsbDevice::path, fields);
    }

    private static List<Fact<?>> each(Fact<? extends Collection<String>> words) {
        return switch (words) {
            case Fact.Unknown<? extends Collection<String>> unknown -> List.of(unknown);
            case Fact.Known<? extends Collection<String>>(Collection<String> known) ->
                known.stream().<Fact<?>>map(Fact::known).toList();
        };
    }

    private static DeviceKind<HardwareProfile.PciDevice> pci() {
        Map<String, Field<HardwareProfile.PciDevice>> fields = new LinkedHashMap<>();
        fields.put("vendor", text(HardwareProfile.PciDevice::vendor));
        fields.put("device", text(HardwareProfile.PciDevice::device));
        fields.put(
                "class",
                new Field<>(Kind.TEXT, device -> each(device.deviceClass().map(DeviceKind::classes))));
        fields.put("driver", text(HardwareProfile.PciDevice::driver));
        fields.put("address", text(device -> Fact.known(device.address())));
        return new DeviceKind<>("pci", HardwareProfile::pci, HardwareProfile.PciDevice::address, fields);
    }

    /** The class with and without subclass and programming interface: any of them may be asked for. */
    private static List<String> classes(String code) {
        return code.length() == 6 ? List.of(code, code.substring(0, 4), code.substring(0, 2)) : List.of(code);
    }

    private static DeviceKind<HardwareProfile.Gpu> gpu() {
        Map<String, Field<HardwareProfile.Gpu>> fields = new LinkedHashMap<>();
        fields.put("vendor", text(HardwareProfile.Gpu::vendor));
        fields.put("device", text(HardwareProfile.Gpu::device));
        fields.put("driver", text(HardwareProfile.Gpu::driver));
        fields.put("address", text(device -> Fact.known(device.address())));
        return new DeviceKind<>("gpu", HardwareProfile::gpus, HardwareProfile.Gpu::address, fields);
    }

    private static DeviceKind<HardwareProfile.Accelerator> accelerator() {
        Map<String, Field<HardwareProfile.Accelerator>> fields = new LinkedHashMap<>();
        fields.put("kind", text(device -> Fact.known(device.kind())));
        fields.put("vendor", text(device -> Fact.known(device.vendor())));
        fields.put("device", text(device -> Fact.known(device.device())));
        fields.put("driver", text(HardwareProfile.Accelerator::driver));
        fields.put("address", text(device -> Fact.known(device.address())));
        return new DeviceKind<>(
                "accelerator", HardwareProfile::accelerators, HardwareProfile.Accelerator::address, fields);
    }

    private static DeviceKind<HardwareProfile.Disk> disk() {
        Map<String, Field<HardwareProfile.Disk>> fields = new LinkedHashMap<>();
        fields.put("name", text(disk -> Fact.known(disk.name())));
        fields.put("kind", text(disk -> disk.kind().map(DiskKind::label)));
        fields.put("bytes", number(HardwareProfile.Disk::bytes));
        fields.put("model", text(HardwareProfile.Disk::model));
        fields.put("transport", text(HardwareProfile.Disk::transport));
        fields.put("serial", text(HardwareProfile.Disk::serial));
        fields.put("removable", truth(HardwareProfile.Disk::removable));
        fields.put("system", truth(HardwareProfile.Disk::system));
        return new DeviceKind<>("disk", profile -> profile.storage().disks(), HardwareProfile.Disk::name, fields);
    }

    private static DeviceKind<HardwareProfile.Nic> nic() {
        Map<String, Field<HardwareProfile.Nic>> fields = new LinkedHashMap<>();
        fields.put("name", text(nic -> Fact.known(nic.name())));
        fields.put("mac", text(HardwareProfile.Nic::mac));
        fields.put("driver", text(HardwareProfile.Nic::driver));
        fields.put("wireless", truth(HardwareProfile.Nic::wireless));
        fields.put("link", truth(HardwareProfile.Nic::link));
        fields.put("megabits", number(HardwareProfile.Nic::megabitsPerSecond));
        fields.put("virtual-functions", number(HardwareProfile.Nic::virtualFunctions));
        return new DeviceKind<>("nic", HardwareProfile::nics, HardwareProfile.Nic::name, fields);
    }

    private static DeviceKind<HardwareProfile.Display> display() {
        Map<String, Field<HardwareProfile.Display>> fields = new LinkedHashMap<>();
        fields.put("connector", text(display -> Fact.known(display.connector())));
        fields.put("connected", truth(HardwareProfile.Display::connected));
        return new DeviceKind<>("display", HardwareProfile::displays, HardwareProfile.Display::connector, fields);
    }

    /** Not a device, but asked for in the same way: the strings of the one firmware that there is. */
    private static DeviceKind<HardwareProfile.Firmware> firmware() {
        Map<String, Field<HardwareProfile.Firmware>> fields = new LinkedHashMap<>();
        fields.put("manufacturer", text(HardwareProfile.Firmware::manufacturer));
        fields.put("product", text(HardwareProfile.Firmware::product));
        fields.put("serial", text(HardwareProfile.Firmware::serial));
        fields.put("sku", text(HardwareProfile.Firmware::sku));
        fields.put("family", text(HardwareProfile.Firmware::family));
        fields.put("board-manufacturer", text(HardwareProfile.Firmware::boardManufacturer));
        fields.put("board-product", text(HardwareProfile.Firmware::boardProduct));
        fields.put("chassis", text(HardwareProfile.Firmware::chassis));
        fields.put("bios-vendor", text(HardwareProfile.Firmware::biosVendor));
        fields.put("bios-version", text(HardwareProfile.Firmware::biosVersion));
        fields.put("bios-date", text(HardwareProfile.Firmware::biosDate));
        return new DeviceKind<>(
                "firmware", profile -> Fact.known(List.of(profile.firmware())), firmware -> "strings", fields);
    }
}
