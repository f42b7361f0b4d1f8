package dev.rwo.image.build;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A finished image; all paths are absolute, all sizes in bytes.
 *
 * @param raw the disk image, a sparse file; readable by its owner alone when it holds a seed
 * @param rawSize its size
 * @param compressed the same as {@code .raw.zst}; an empty list unless that was asked for
 * @param zstSize size of the compressed image, 0 when there is none
 * @param checksums {@code SHA256SUMS} of the files beside it
 * @param packages the list of Debian packages, mkosi's JSON manifest
 * @param sbom software bill of materials, CycloneDX JSON
 * @param roothash root of the dm-verity hash tree, 64 hexadecimal digits
 * @param agentKind {@code native} or {@code jvm}, from the agent's build-info.json
 */
public record BuiltImage(
        Path raw,
        long rawSize,
        List<Path> compressed,
        long zstSize,
        Path checksums,
        Path packages,
        Path sbom,
        String roothash,
        String agentKind) {

    /** Copies the list. */
    public BuiltImage {
        compressed = List.copyOf(compressed);
    }

    /** The compressed image, when it was asked for. */
    public Optional<Path> zst() {
        return compressed.stream().findFirst();
    }
}
