package dev.rwo.image.build;

import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What to build.
 *
 * @param projectRoot the checkout, with {@code overlays/} in it
 * @param workDir caches, logs and results; made when missing; {@code projectRoot/build} by custom
 * @param version version of the image, in the alphabet of the UAPI version specification without {@code _} and
 *     {@code +}, which separate version and boot counter in file names
 * @param agentDist the agent's packaged tree, with {@code usr/bin/rwo} and {@code usr/lib/rwo/build-info.json}
 * @param seed what goes into the partition RWO-SEED
 * @param imageName first part of the result's file names: a site's name, for example
 * @param debug whether to add the debugging overlay, with a root shell on the serial line: never for a shop
 * @param compress whether to make the {@code .raw.zst} too
 */
public record BuildOptions(
        Path projectRoot,
        Path workDir,
        String version,
        Path agentDist,
        SeedContent seed,
        String imageName,
        boolean debug,
        boolean compress) {

    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.~^-]{0,63}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,63}");

    /**
     * Makes the paths absolute.
     *
     * @throws IllegalArgumentException when version or image name cannot be part of a file name
     */
    public BuildOptions {
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("the image version \"" + version
                    + "\" is not usable: use digits, letters and . ~ ^ -, for example 0.1.0");
        }
        if (!NAME.matcher(imageName).matches()) {
            throw new IllegalArgumentException(
                    "the image name \"" + imageName + "\" is not usable: use letters, digits, dots and hyphens");
        }
        projectRoot = projectRoot.toAbsolutePath().normalize();
        workDir = workDir.toAbsolutePath().normalize();
        agentDist = agentDist.toAbsolutePath().normalize();
    }
}
