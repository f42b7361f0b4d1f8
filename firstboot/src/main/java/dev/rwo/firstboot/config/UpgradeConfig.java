package dev.rwo.firstboot.config;

import java.time.Duration;

/**
 * How the box takes new versions of its OS.
 *
 * @param trial how long after the start of the machine a new version must be well, or the old one boots again; one minute to one
 *     hour
 */
public record UpgradeConfig(Duration trial) {

    /**
     * A slow box joins its swarm within three minutes, and the others of a shop that was without power may take longer.
     */
    public static final UpgradeConfig DEFAULT = new UpgradeConfig(Duration.ofMinutes(10));
}
