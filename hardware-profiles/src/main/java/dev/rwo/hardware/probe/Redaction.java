package dev.rwo.hardware.probe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Takes out of a recording what names one single machine: serial numbers, asset tags, UUIDs and hardware addresses. A
 * serial number is blanked where it is known to stand and wherever else the same text turns up; hardware addresses
 * become distinct ones of the range for documentation (RFC 7042, 00-00-5E-00-53-00 to FF), so that two interfaces stay
 * two.
 */
final class Redaction {
    /** Files of sysfs that hold nothing but an identity. */
    private static final Set<String> IDENTITIES = Set.of(
            "serial",
            "serial_number",
            "product_serial",
            "board_serial",
            "chassis_serial",
            "board_asset_tag",
            "chassis_asset_tag",
            "product_uuid",
            "uuid",
            "wwid",
            "eui",
            "nguid",
            "cid",
            "vpd_pg80",
            "vpd_pg83");

    /** These hold far more than the probe asks for: names of hosts, containers and secrets. */
    private static final String MOUNTS = "proc/self/mountinfo";

    private static final String COMMAND_LINE = "proc/cmdline";

    private static final Pattern ADDRESS =
            Pattern.compile("(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:])");

    private static final Set<String> NO_ADDRESS = Set.of("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff");

    /** Shorter texts, and texts without a digit, are placeholders and occur in innocent places. */
    private static final Predicate<String> TELLING =
            Pattern.compile("(?=.*\\d)\\S.{4,}\\S").asMatchPredicate();

    private final Map<String, String> addresses = new LinkedHashMap<>();
    private final List<String> serials = new ArrayList<>();

    Redaction(Map<String, byte[]> files) {
        files.forEach((path, content) -> {
            if (isIdentity(path)) {
                remember(MachineTree.decode(path.endsWith("vpd_pg80") ? withoutHeader(content) : content));
            }
            if (path.equals(SmbiosTable.TABLE)) {
                SmbiosRedaction.identities(content).forEach(this::remember);
            }
            ADDRESS.matcher(new String(content, StandardCharsets.ISO_8859_1))
                    .results()
                    .map(MatchResult::group)
                    .forEach(this::substitute);
        });
        // The longest first: one serial number may be part of another.
        serials.sort((one, other) -> other.length() - one.length());
    }

    /** What a file's content becomes. */
    byte[] content(String path, byte[] content) {
        if (isIdentity(path)) {
            return new byte[0];
        }
        if (path.equals(SmbiosTable.TABLE)) {
            return SmbiosRedaction.redact(content);
        }
        String text = new String(content, StandardCharsets.ISO_8859_1);
        String clean = switch (path) {
            case MOUNTS -> mounts(text);
            case COMMAND_LINE -> commandLine(text);
            default -> text;
        };
        return text(clean).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What a path, a link's target or a reason becomes; bytes are taken as Latin-1, so that any text survives. */
    String text(String text) {
        String clean = ADDRESS.matcher(text).replaceAll(match -> substitute(match.group()));
        for (Map.Entry<String, String> address : addresses.entrySet()) {
            clean = clean.replace(
                    address.getKey().replace(":", ""), address.getValue().replace(":", ""));
        }
        for (String serial : serials) {
            clean = clean.replace(serial, "x".repeat(serial.length()));
        }
        return clean;
    }

    private void remember(String serial) {
        if (TELLING.test(serial)) {
            // Contents are compared as Latin-1.
            serials.add(new String(serial.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
        }
    }

    private String substitute(String address) {
        String plain = address.toLowerCase(Locale.ROOT);
        if (NO_ADDRESS.contains(plain)) {
            return address;
        }
        return addresses.computeIfAbsent(plain, one -> String.format("00:00:5e:00:53:%02x", addresses.size() & 0xFF));
    }

    private static boolean isIdentity(String path) {
        return IDENTITIES.contains(path.substring(path.lastIndexOf('/') + 1));
    }

    private static byte[] withoutHeader(byte[] page) {
        return page.length > 4 ? Arrays.copyOfRange(page, 4, page.length) : new byte[0];
    }

    /** Only the mount points that the probe asks for, without the options of the file system. */
    private static String mounts(String text) {
        StringBuilder kept = new StringBuilder();
        for (String line : text.lines().toList()) {
            String[] halves = line.split(" - ", 2);
            String[] head = halves[0].split(" ", -1);
            String[] tail = halves.length > 1 ? halves[1].split(" ", -1) : new String[0];
            if (head.length > 5 && tail.length > 1 && MountInfoFile.WANTED.contains(head[4])) {
                kept.append(String.join(" ", Arrays.copyOf(head, 6)))
                        .append(" - ")
                        .append(tail[0])
                        .append(' ')
                        .append(tail[1])
                        .append(" rw\n");
            }
        }
        return kept.toString();
    }

    private static String commandLine(String text) {
        return Arrays.stream(text.split("\\s+"))
                        .filter(word -> word.startsWith(BootSlot.PARAMETER))
                        .findFirst()
                        .orElse("")
                + "\n";
    }
}
