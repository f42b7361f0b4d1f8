package dev.rwo.hardware.watch;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile.Power;
import dev.rwo.hardware.HardwareProfile.PowerSupply;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Whether the box runs on mains, and how long it still can otherwise. */
final class PowerFindings {
    private static final String SOURCE = "supplies";

    /** Types that store energy (kernel, ABI/testing/sysfs-class-power); the others deliver it from outside. */
    private static final Set<String> STORES = Set.of("Battery", "UPS");

    private final StateThresholds.Charge thresholds;
    private final StateLevel counting;

    PowerFindings(StateThresholds.Charge thresholds, StateLevel counting) {
        this.thresholds = thresholds;
        this.counting = counting;
    }

    Findings of(Power power) {
        return switch (power.supplies()) {
            case Fact.Unknown<List<PowerSupply>>(String reason) -> new Findings().silent(SOURCE, reason);
            case Fact.Known<List<PowerSupply>>(List<PowerSupply> supplies) -> judged(supplies, power.upsOnUsb());
        };
    }

    private Findings judged(List<PowerSupply> supplies, Fact<Boolean> upsOnUsb) {
        List<PowerSupply> stores =
                supplies.stream().filter(supply -> is(supply, STORES)).toList();
        if (stores.isEmpty() && upsOnUsb.orElse(false)) {
            return new Findings().silent(SOURCE, "the kernel does not tell the state of the UPS on USB");
        }
        if (stores.isEmpty()) {
            boolean silent = supplies.stream().anyMatch(supply -> !supply.type().isKnown());
            return silent
                    ? new Findings().silent(SOURCE, "a power supply does not tell what it is")
                    : new Findings().found(StateLevel.OK, SOURCE, "mains, no battery and no UPS");
        }
        List<PowerSupply> outside =
                supplies.stream().filter(supply -> !stores.contains(supply)).toList();
        if (outside.stream().anyMatch(supply -> supply.online().orElse(false))
                && stores.stream().noneMatch(PowerFindings::isUpsDischarging)) {
            return new Findings().found(StateLevel.OK, SOURCE, "on mains");
        }
        return stored(stores, outside);
    }

    private static boolean is(PowerSupply supply, Set<String> types) {
        return types.contains(supply.type().orElse(""));
    }

    /** A UPS stands between the wall and the box's own adapter, which then is online on the UPS's battery. */
    private static boolean isUpsDischarging(PowerSupply supply) {
        return is(supply, Set.of("UPS")) && supply.status().orElse("").equals("Discharging");
    }

    private Findings stored(List<PowerSupply> stores, List<PowerSupply> outside) {
        boolean discharging =
                stores.stream().anyMatch(supply -> supply.status().orElse("").equals("Discharging"));
        boolean cut =
                outside.stream().anyMatch(supply -> supply.online() instanceof Fact.Known<Boolean>(Boolean on) && !on)
                        && outside.stream().allMatch(supply -> supply.online().isKnown());
        if (discharging || cut) {
            return onBattery(stores);
        }
        boolean told = stores.stream().anyMatch(supply -> supply.status().isKnown());
        return told
                ? new Findings().found(StateLevel.OK, SOURCE, "the battery is not used")
                : new Findings().silent(SOURCE, "no power supply tells whether it delivers");
    }

    private Findings onBattery(List<PowerSupply> stores) {
        OptionalInt charge = stores.stream()
                .filter(supply -> supply.chargePercent().isKnown())
                .mapToInt(supply -> supply.chargePercent().orElse(0))
                .max();
        if (charge.isEmpty()) {
            StateLevel level = counting == StateLevel.BAD ? StateLevel.BAD : StateLevel.WARN;
            return new Findings().found(level, SOURCE, "on battery, charge unknown");
        }
        int bad = counting == StateLevel.BAD ? thresholds.clear() : thresholds.bad();
        StateLevel level = charge.getAsInt() < bad ? StateLevel.BAD : StateLevel.WARN;
        return new Findings().found(level, SOURCE, "on battery, charge " + charge.getAsInt() + " %");
    }
}
