package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** /sys/bus/usb/devices: devices as {@code 1-2.3}, their interfaces as {@code 1-2.3:1.0}, root hubs as {@code usb1}. */
final class UsbDevices {
    static final String DEVICES = "sys/bus/usb/devices";

    /** A device at a port; root hubs have another form. */
    private static final Pattern DEVICE = Pattern.compile("\\d+-\\d+(?:\\.\\d+)*");

    /** Base class 03h, human interface device: what a UPS shows for its power device page (USB HID PDC 1.0). */
    private static final String HID = "03";

    /**
     * Vendors that make no other HID than UPSes, after the list of Network UPS Tools (drivers/usbhid-ups): APC,
     * CyberPower, Eaton (MGE), Phoenixtec, Tripp Lite, Powerware, Delta, Idowell, Powercom, Liebert.
     */
    private static final Set<String> UPS_VENDORS =
            Set.of("051d", "0764", "0463", "06da", "09ae", "0592", "05dd", "075d", "0d9f", "10af");

    /** Cypress sells many chips; this one is the serial bridge of countless small UPSes. */
    private static final String CYPRESS = "0665";

    private static final String CYPRESS_UPS = "5161";

    private final MachineTree tree;
    private final Asking asking;

    UsbDevices(MachineTree tree, Asking asking) {
        this.tree = tree;
        this.asking = asking;
    }

    /** All devices but root hubs. */
    Fact<List<HardwareProfile.UsbDevice>> all() {
        return tree.present("sys/bus/usb")
                .then(bus -> bus ? tree.names(DEVICES) : Fact.known(List.of()))
                .map(names -> names.stream()
                        .filter(name -> DEVICE.matcher(name).matches())
                        .filter(name -> tree.exists(DEVICES + "/" + name))
                        .map(name -> device(name, names))
                        .toList());
    }

    /** Whether one of them is a UPS; a device that does not tell its vendor or classes might be one. */
    static Fact<Boolean> hasUps(Fact<List<HardwareProfile.UsbDevice>> usb) {
        return usb.then(devices -> {
            Fact<Boolean> answer = Fact.known(false);
            for (HardwareProfile.UsbDevice device : devices) {
                Fact<Boolean> ups = isUps(device);
                if (ups.orElse(false)) {
                    return ups;
                }
                answer = ups.isKnown() ? answer : ups;
            }
            return answer;
        });
    }

    private static Fact<Boolean> isUps(HardwareProfile.UsbDevice device) {
        return device.vendor().then(vendor -> {
            if (vendor.equals(CYPRESS)) {
                return device.product().map(CYPRESS_UPS::equals);
            }
            return UPS_VENDORS.contains(vendor)
                    ? device.classes().map(classes -> classes.contains(HID))
                    : Fact.known(false);
        });
    }

    private HardwareProfile.UsbDevice device(String name, List<String> names) {
        List<String> interfaces =
                names.stream().filter(other -> other.startsWith(name + ":")).toList();
        // The host numbers devices anew whenever one is plugged in; a configuration may bring other interfaces.
        String stamp = tree.attribute(DEVICES + "/" + name + "/devnum").orElse("") + interfaces;
        return asking.keep("usb " + name, stamp, () -> read(name, interfaces));
    }

    private HardwareProfile.UsbDevice read(String name, List<String> interfaces) {
        String directory = DEVICES + "/" + name + "/";
        return new HardwareProfile.UsbDevice(
                name,
                tree.hexadecimal(directory + "idVendor", 4),
                tree.hexadecimal(directory + "idProduct", 4),
                classes(directory, interfaces),
                string(directory + "manufacturer"),
                string(directory + "product"),
                string(directory + "serial"));
    }

    private Fact<SortedSet<String>> classes(String directory, List<String> interfaces) {
        NavigableSet<String> classes = new TreeSet<>();
        Fact<String> ofDevice = tree.hexadecimal(directory + "bDeviceClass", 2);
        if (ofDevice instanceof Fact.Unknown<String>(String reason)) {
            return Fact.unknown(reason);
        }
        ofDevice.ifKnown(classes::add);
        classes.removeAll(Set.of("00", "09"));
        for (String name : interfaces) {
            Fact<String> ofInterface = tree.hexadecimal(DEVICES + "/" + name + "/bInterfaceClass", 2);
            if (ofInterface instanceof Fact.Unknown<String>(String reason)) {
                return Fact.unknown(reason);
            }
            ofInterface.ifKnown(classes::add);
        }
        return Fact.known(Collections.unmodifiableSortedSet(classes));
    }

    /** The kernel makes the file only where the device has the string. */
    private Fact<String> string(String path) {
        return tree.present(path).then(says -> says ? tree.attribute(path) : Fact.known(""));
    }
}
