package dev.rwo.hardware.watch;

import java.time.Duration;

/** From which reading on a state is warn or bad, and back. The clear thresholds keep a state from flapping. */
public record StateThresholds(Thermal thermal, Charge charge, Wear wear, Pressure memory) {

    /** See each part for where its numbers come from. */
    public static final StateThresholds DEFAULT = new StateThresholds(
            new Thermal(10, 3, 5, Duration.ofMinutes(2)),
            new Charge(20, 30),
            new Wear(90, 100),
            new Pressure(10, 15, 3, 6, 20, 10));

    /**
     * Heat, in kelvin below a sensor's critical limit. The driver's own high limit comes first (kernel,
     * hwmon/sysfs-interface: temp_max), but Intel's coretemp often gives the same number for both. Critical is where
     * the hardware begins to protect itself (coretemp: TjMax): bad begins 3 K before, since sensors count in steps of
     * 1 K and lag behind; warn 10 K before and the 5 K for the way back are our choice.
     *
     * @param warnBelowCritical warn from so far below critical on, where no useful high limit is known
     * @param badBelowCritical bad from so far below critical on
     * @param clear how far below a threshold it must be again
     * @param throttleHold how long one throttling counts as a warning; must bridge two sweeps of 60 s
     */
    public record Thermal(double warnBelowCritical, double badBelowCritical, double clear, Duration throttleHold) {
        /** @throws IllegalArgumentException when the order of the thresholds is wrong; one line */
        public Thermal {
            check(
                    0 <= badBelowCritical && badBelowCritical < warnBelowCritical && warnBelowCritical <= 50,
                    "thermal: 0 <= badBelowCritical < warnBelowCritical <= 50 does not hold");
            check(clear >= 0 && clear <= 50, "thermal: clear is not from 0 to 50");
            check(
                    !throttleHold.isNegative() && throttleHold.compareTo(Duration.ofDays(1)) <= 0,
                    "thermal: throttleHold is not from 0 to 1 day");
        }
    }

    /**
     * Charge of the fullest battery or UPS while it feeds the box, in percent. 20 % is UPower's default of "low"
     * (UPower.conf, PercentageLow).
     *
     * @param bad below this the state is bad
     * @param clear from this on it is no longer bad
     */
    public record Charge(int bad, int clear) {
        /** @throws IllegalArgumentException when the order of the thresholds is wrong; one line */
        public Charge {
            check(0 <= bad && bad <= clear && clear <= 100, "charge: 0 <= bad <= clear <= 100 does not hold");
        }
    }

    /**
     * Used share of a disk's rated endurance, in percent. At 100 the maker's promise ends (NVMe base specification,
     * SMART log, "Percentage Used"); 90 leaves time to buy one. No clear threshold: wear never falls.
     *
     * @param warn from this on the state is warn
     * @param bad from this on the state is bad
     */
    public record Wear(int warn, int bad) {
        /** @throws IllegalArgumentException when the order of the thresholds is wrong; one line */
        public Wear {
            check(0 < warn && warn <= bad && bad <= 255, "wear: 0 < warn <= bad <= 255 does not hold");
        }
    }

    /**
     * Memory. Available memory (MemAvailable) in percent of the whole: 10 % is where earlyoom
     * begins to end programs, below 3 % the kernel's own killer is near. Stall is the share of time in
     * which a task waited for memory (kernel, accounting/psi, "some avg60"); systemd-oomd's default limit for action is
     * 60 % of "full", we ask work to go elsewhere well before.
     *
     * @param warn warn below this share available
     * @param warnClear no longer warn from this on
     * @param bad bad below this share available
     * @param badClear no longer bad from this on
     * @param stallBad bad above this share of stalled time
     * @param stallClear no longer bad up to this
     */
    public record Pressure(
            double warn, double warnClear, double bad, double badClear, double stallBad, double stallClear) {
        /** @throws IllegalArgumentException when the order of the thresholds is wrong; one line */
        public Pressure {
            check(
                    0 <= bad
                            && bad <= badClear
                            && badClear <= warnClear
                            && bad <= warn
                            && warn <= warnClear
                            && warnClear <= 100,
                    "memory: 0 <= bad <= badClear <= warnClear <= 100 and bad <= warn <= warnClear do not hold");
            check(
                    0 <= stallClear && stallClear <= stallBad && stallBad <= 100,
                    "memory: 0 <= stallClear <= stallBad <= 100 does not hold");
        }
    }

    private static void check(boolean holds, String problem) {
        if (!holds) {
            throw new IllegalArgumentException("state thresholds, " + problem + "; correct the setting");
        }
    }
}
