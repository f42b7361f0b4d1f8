package dev.rwo.firstboot.config;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * One line of an {@code authorized_keys} file.
 *
 * @param line options if any, type, key and comment; printable, without line breaks
 */
public record SshKey(String line) {

    /** What OpenSSH 10 (Debian 13) accepts for logging in; ssh-dss is gone. */
    private static final Set<String> TYPES = Set.of(
            "ssh-ed25519",
            "ssh-rsa",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "sk-ssh-ed25519@openssh.com",
            "sk-ecdsa-sha2-nistp256@openssh.com");

    /** A key of 16384 bits with its comment is below this; sshd's own limit is 8 KiB of base64. */
    private static final int LONGEST = 8192;

    /**
     * Reads a public key as {@code ssh-keygen} writes it into a {@code .pub} file, with or without options in front.
     *
     * @return empty if it is not a whole public key of a type that OpenSSH accepts
     */
    public static Optional<SshKey> parse(String text) {
        String line = text.strip();
        if (line.length() > LONGEST || !line.chars().allMatch(SshKey::isPrintable)) {
            return Optional.empty();
        }
        String rest = TYPES.contains(firstWord(line)) ? line : afterOptions(line);
        String type = firstWord(rest);
        if (!TYPES.contains(type)) {
            return Optional.empty();
        }
        String key = firstWord(rest.substring(type.length()).strip());
        return isKeyOfType(key, type) ? Optional.of(new SshKey(line)) : Optional.empty();
    }

    /** Whether this looks like the secret half of a key, or a part of one, in any usual format. */
    static boolean looksPrivate(String text) {
        return text.contains("PRIVATE KEY")
                || text.contains("PuTTY-User-Key-File")
                || text.contains("Private-Lines:")
                // Base64 of "openssh-key-v1", the first line inside an OpenSSH private key.
                || text.contains("b3BlbnNzaC1rZXktdj");
    }

    /** Not a control character and none of Unicode's line breaks. */
    private static boolean isPrintable(int c) {
        return !Character.isISOControl(c) && c != 0x2028 && c != 0x2029;
    }

    private static String firstWord(String text) {
        int end = 0;
        while (end < text.length() && text.charAt(end) != ' ') {
            end++;
        }
        return text.substring(0, end);
    }

    /** What follows the options: they end at the first blank outside quotes. */
    private static String afterOptions(String line) {
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && (i == 0 || line.charAt(i - 1) != '\\')) {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                return line.substring(i).strip();
            }
        }
        return "";
    }

    /** RFC 4253, 6.6: a key is a row of fields with four bytes of length each; the first is the type. */
    private static boolean isKeyOfType(String base64, String type) {
        byte[] blob;
        try {
            blob = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return false;
        }
        ByteBuffer fields = ByteBuffer.wrap(blob);
        int count = 0;
        while (fields.remaining() >= 4) {
            int length = fields.getInt();
            if (length < 0 || length > fields.remaining()) {
                return false;
            }
            byte[] field = new byte[length];
            fields.get(field);
            if (count == 0 && !new String(field, StandardCharsets.US_ASCII).equals(type)) {
                return false;
            }
            if (length == 0) {
                return false;
            }
            count++;
        }
        return fields.remaining() == 0 && count >= 2;
    }
}
