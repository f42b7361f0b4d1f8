package dev.rwo.firstboot.config;

import java.time.Duration;
import java.util.List;

/**
 * How the box takes new versions of its OS.
 *
 * @param trial how long after the start of the machine a new version must be well, or the old one boots again; one minute to one
 *     hour
 * @param services names of services that must run with all their tasks before a new version stays
 * @param stick what becomes of a bundle on a stick that is plugged in
 */
public record UpgradeConfig(Duration trial, List<String> services, Stick stick) {

    /**
     * A slow box joins its swarm within three minutes, and the others of a shop that was without power may take longer.
     */
    public static final UpgradeConfig DEFAULT = new UpgradeConfig(Duration.ofMinutes(10), List.of(), Stick.ASK);

    /** What becomes of a bundle on a stick. */
    public enum Stick {
        /** It is told, and a person starts the upgrade. */
        ASK,
        /** The upgrade of the site starts by itself, once. */
        AUTO,
        /** Nothing. */
        OFF
    }

    /** Copies the list. */
    public UpgradeConfig {
        services = List.copyOf(services);
    }
}
