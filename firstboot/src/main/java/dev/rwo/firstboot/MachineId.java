package dev.rwo.firstboot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * systemd's machine id. It is confidential by machine-id(5): only what is derived from it may be shown.
 *
 * @param hex 32 hexadecimal digits in lower case
 */
record MachineId(String hex) {

    private static final Pattern HEX = Pattern.compile("(?!0{32})[0-9a-f]{32}");

    /** Keeps the node's id apart from whatever else is derived from the same machine id. */
    private static final String PURPOSE = "dev.rwo node id\n";

    /** The id on the data partition, or that of the running system. */
    static MachineId read(NodeLayout layout) throws IOException {
        for (Path file : List.of(layout.machineId(), layout.liveMachineId())) {
            if (Files.isRegularFile(file)) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
                if (HEX.matcher(text).matches()) {
                    return new MachineId(text);
                }
            }
        }
        throw new IOException("neither " + layout.machineId() + " nor " + layout.liveMachineId()
                + " holds a machine id (32 hexadecimal digits)");
    }

    /** A new one from random bits, for a machine whose initrd could not make it. */
    static MachineId random() {
        return new MachineId(UUID.randomUUID().toString().replace("-", ""));
    }

    /** A name-based UUID: RFC 9562, version 8, of SHA-256. */
    UUID nodeId() {
        byte[] hash;
        try {
            hash = MessageDigest.getInstance("SHA-256").digest((PURPOSE + hex).getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        hash[6] = (byte) (0x80 | (hash[6] & 0x0F));
        hash[8] = (byte) (0x80 | (hash[8] & 0x3F));
        String digits = HexFormat.of().formatHex(hash, 0, 16);
        return UUID.fromString(digits.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5"));
    }
}
