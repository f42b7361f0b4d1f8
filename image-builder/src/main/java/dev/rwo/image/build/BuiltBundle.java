package dev.rwo.image.build;

import java.nio.file.Path;

/**
 * A finished update bundle.
 *
 * @param file the bundle, absolute
 * @param size its size in bytes
 * @param checksums {@code SHA256SUMS} beside it
 * @param version the version of the OS that it brings
 * @param kind the boxes it is for, RAUC's "compatible"
 * @param agentKind {@code native} or {@code jvm}, from the agent's build-info.json
 */
public record BuiltBundle(Path file, long size, Path checksums, String version, String kind, String agentKind) {}
