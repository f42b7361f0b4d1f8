package dev.rwo.image.build;

import java.nio.file.Path;

/**
 * A finished plug-in.
 *
 * @param file the plug-in, absolute
 * @param size its size in bytes
 * @param checksums {@code SHA256SUMS} beside it
 * @param version the agent's version
 * @param roothash the root hash that the site signed
 * @param agentKind {@code native} or {@code jvm}, from the agent's build-info.json
 */
public record BuiltSysext(Path file, long size, Path checksums, String version, String roothash, String agentKind) {}
