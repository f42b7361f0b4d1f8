package dev.rwo.hardware.probe;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile.Temperature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * /sys/class/hwmon (kernel, hwmon/sysfs-interface), and /sys/class/thermal (kernel, driver-api/thermal/sysfs-api) for
 * zones that no chip there stands for. All values are thousandths of a degree.
 */
final class Temperatures {
    private static final String HWMON = "sys/class/hwmon";
    private static final String THERMAL = "sys/class/thermal";
    private static final Pattern CHIP = Pattern.compile("hwmon\\d+");
    private static final Pattern INPUT = Pattern.compile("temp\\d+_input");
    private static final Pattern ZONE = Pattern.compile("thermal_zone\\d+");

    /** Outside of this a sensor is not connected or not calibrated: boards show -128, 127.9 or 255 for that. */
    private static final double LEAST = -60;

    private static final double MOST = 250;

    /** The most trip points a zone can have (kernel, THERMAL_MAX_TRIPS of old; none has more today). */
    private static final int TRIPS = 12;

    private final MachineTree tree;
    private final Asking asking;

    /** One input and what never changes of it. */
    private record Sensor(String input, String name, Fact<Double> high, Fact<Double> critical) {}

    Temperatures(MachineTree tree, Asking asking) {
        this.tree = tree;
        this.asking = asking;
    }

    /** What every sensor says that says something. */
    Fact<List<Temperature>> read() {
        Fact<List<String>> chips = asking.ask(
                "the list of sensor chips",
                () -> tree.namesIfAny(HWMON, name -> CHIP.matcher(name).matches()),
                Fact::unknown);
        return chips.map(names -> {
            List<Temperature> found = new ArrayList<>();
            Set<String> chipNames = new HashSet<>();
            for (String chip : names) {
                // A drive's sensor is asked of the drive, a board's of its controller: each may hang by itself.
                found.addAll(asking.ask(
                        "sensor chip " + chip, () -> ofChip(chip, chipNames), reason -> List.of(silent(chip, reason))));
            }
            found.addAll(asking.ask("the thermal zones", () -> ofZones(chipNames), reason -> List.of()));
            return numbered(found);
        });
    }

    private List<Temperature> ofChip(String chip, Set<String> chipNames) {
        String name = tree.word(HWMON + "/" + chip + "/name").orElse(chip);
        synchronized (chipNames) {
            chipNames.add(name);
        }
        List<String> inputs = tree.names(
                        HWMON + "/" + chip, file -> INPUT.matcher(file).matches())
                .orElse(List.of());
        List<Sensor> sensors = asking.keep(
                "sensors of " + chip,
                name + inputs,
                () -> inputs.stream().map(input -> sensor(chip, name, input)).toList());
        List<Temperature> found = new ArrayList<>();
        for (Sensor sensor : sensors) {
            Fact<Double> now = celsius(sensor.input());
            if (isConnected(now)) {
                found.add(new Temperature(sensor.name(), now, sensor.high(), sensor.critical()));
            }
        }
        return found;
    }

    /** A chip that is there and does not answer: not to be taken for one that was pulled out. */
    private static Temperature silent(String chip, String reason) {
        return new Temperature(chip, Fact.unknown(reason), Fact.unknown(reason), Fact.unknown(reason));
    }

    private Fact<Double> celsius(String path) {
        return tree.number(path).map(thousandths -> thousandths / 1000.0);
    }

    private static boolean isConnected(Fact<Double> celsius) {
        return celsius.map(degrees -> degrees >= LEAST && degrees <= MOST).orElse(true);
    }

    private Sensor sensor(String chip, String chipName, String input) {
        String prefix = HWMON + "/" + chip + "/" + input.substring(0, input.length() - "_input".length());
        String label = tree.present(prefix + "_label").orElse(false)
                ? tree.word(prefix + "_label").orElse("")
                : "";
        String inputName = input.substring(0, input.length() - "_input".length());
        return new Sensor(
                HWMON + "/" + chip + "/" + input,
                chipName + "/" + (label.isEmpty() ? inputName : label),
                limit(prefix + "_max"),
                limit(prefix + "_crit"));
    }

    /** Drivers write zero or an absurd number for "no limit". */
    private Fact<Double> limit(String path) {
        return tree.present(path)
                .then(told -> told ? degrees(path) : Fact.unknown("the sensor tells no such limit"))
                .then(degrees -> degrees > 0 ? Fact.known(degrees) : Fact.unknown("/" + path + " is no limit"));
    }

    private Fact<Double> degrees(String path) {
        Fact<Double> degrees = celsius(path);
        return isConnected(degrees) ? degrees : Fact.unknown("/" + path + " is out of range");
    }

    private List<Temperature> ofZones(Set<String> chipNames) {
        List<Temperature> found = new ArrayList<>();
        for (String zone :
                tree.namesIfAny(THERMAL, name -> ZONE.matcher(name).matches()).orElse(List.of())) {
            String directory = THERMAL + "/" + zone;
            String type = tree.word(directory + "/type").orElse(zone);
            if (!isToldByChip(type, chipNames)) {
                Fact<Double> now = celsius(directory + "/temp");
                if (isConnected(now)) {
                    found.add(
                            new Temperature("zone/" + type, now, trip(directory, "hot"), trip(directory, "critical")));
                }
            }
        }
        return found;
    }

    /** The kernel gives most zones a chip of the same name, with underscores; coretemp reads the package as well. */
    private static boolean isToldByChip(String type, Set<String> chipNames) {
        synchronized (chipNames) {
            return chipNames.contains(type.replace('-', '_'))
                    || (type.equals("x86_pkg_temp") && chipNames.contains("coretemp"));
        }
    }

    private Fact<Double> trip(String zone, String kind) {
        return asking.keep("trip " + kind + " of " + zone, "", () -> {
            for (int index = 0; index < TRIPS; index++) {
                String trip = zone + "/trip_point_" + index;
                if (!tree.exists(trip + "_type")) {
                    break;
                }
                if (tree.word(trip + "_type").orElse("").equals(kind)) {
                    return limit(trip + "_temp");
                }
            }
            return Fact.unknown("the zone has no " + kind + " point");
        });
    }

    /** Two drives have the same chip and label: the second is called {@code nvme/Composite#2}. */
    private static List<Temperature> numbered(List<Temperature> found) {
        Set<String> taken = new HashSet<>();
        List<Temperature> distinct = new ArrayList<>();
        for (Temperature one : found) {
            String name = one.sensor();
            for (int count = 2; !taken.add(name); count++) {
                name = one.sensor() + "#" + count;
            }
            distinct.add(new Temperature(name, one.celsius(), one.highCelsius(), one.criticalCelsius()));
        }
        return List.copyOf(distinct);
    }
}
