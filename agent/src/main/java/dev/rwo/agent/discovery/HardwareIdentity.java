package dev.rwo.agent.discovery;

import dev.rwo.firstboot.AtomicFiles;
import dev.rwo.hardware.label.LabelSanitizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Which machine this is, whatever disk is in it: a hash, so that no serial number leaves the box.
 *
 * <p>Made of what its firmware says; of its built-in network adapters only where the firmware says nothing useful,
 * because an adapter may be added, or its driver be late, and a machine must not become another by that.
 *
 * @param hash 16 hexadecimal digits; empty when nothing identifies it
 * @param firstSeen the hash of the machine in which this disk was used first; empty when that was not identified
 */
public record HardwareIdentity(String hash, String firstSeen) {

    private static final Logger LOG = Logger.getLogger(HardwareIdentity.class);

    private static final int DIGITS = 16;
    private static final List<String> FIRMWARE = List.of("product_uuid", "product_serial", "board_serial");

    /** 0 in {@code addr_assign_type} (Documentation/ABI/testing/sysfs-class-net): burnt into the adapter. */
    private static final String PERMANENT = "0";

    /** Reads it, and remembers the first machine beside the node's identity. */
    public static HardwareIdentity of(Path root, String site, Path memory) {
        String hash = hash(root, site);
        return new HardwareIdentity(hash, firstSeen(memory, hash));
    }

    /** Whether this disk was first used in another machine. */
    public boolean moved() {
        return !hash.isEmpty() && !firstSeen.isEmpty() && !hash.equals(firstSeen);
    }

    static String hash(Path root, String site) {
        List<String> marks = override(root);
        if (marks.isEmpty()) {
            marks = firmware(root);
        }
        if (marks.isEmpty()) {
            marks = adapters(root);
        }
        if (marks.isEmpty()) {
            return "";
        }
        try {
            // With the site, so that a box that changes hands cannot be followed from one owner to the next.
            String text = site + "\n" + String.join("\n", marks);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Test beds run many nodes on one machine, and tell them apart here. */
    private static List<String> override(Path root) {
        return read(root.resolve("run/rwo/machine-identity")).map(List::of).orElse(List.of());
    }

    private static List<String> firmware(Path root) {
        List<String> marks = new ArrayList<>();
        for (String name : FIRMWARE) {
            read(root.resolve("sys/class/dmi/id").resolve(name))
                    .filter(HardwareIdentity::identifies)
                    .ifPresent(value -> marks.add(name + "=" + value));
        }
        return marks;
    }

    /** Vendors fill what they did not burn in with all zeros, all ones, counted-up digits or prose. */
    private static boolean identifies(String value) {
        String digits = value.replaceAll("[^A-Za-z0-9]", "");
        return LabelSanitizer.sanitize(value).isPresent()
                && digits.length() >= 4
                && digits.chars().distinct().count() > 1
                // The UUID that AMI's and Supermicro's firmware carries when none was set.
                && !value.toLowerCase(java.util.Locale.ROOT).startsWith("03000200-0400-0500-0006-000700080009");
    }

    private static List<String> adapters(Path root) {
        TreeSet<String> marks = new TreeSet<>();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(root.resolve("sys/class/net"))) {
            for (Path device : devices) {
                if (isBuiltIn(device)) {
                    read(device.resolve("address"))
                            .filter(HardwareIdentity::identifies)
                            .ifPresent(marks::add);
                }
            }
        } catch (IOException noAdapters) {
            return List.of();
        }
        return List.copyOf(marks);
    }

    /** Has a device behind it, keeps its address, and is not plugged into USB. */
    private static boolean isBuiltIn(Path device) throws IOException {
        Path behind = device.resolve("device");
        return Files.exists(behind)
                && read(device.resolve("addr_assign_type"))
                        .filter(PERMANENT::equals)
                        .isPresent()
                && !behind.toRealPath().toString().contains("/usb");
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(
                            Files.readString(file, StandardCharsets.ISO_8859_1).strip())
                    .filter(text -> !text.isEmpty());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static String firstSeen(Path memory, String hash) {
        Optional<String> known = read(memory).filter(text -> text.matches("[0-9a-f]{" + DIGITS + "}"));
        if (known.isPresent() || hash.isEmpty()) {
            return known.orElse("");
        }
        try {
            new AtomicFiles()
                    .write(memory, (hash + "\n").getBytes(StandardCharsets.US_ASCII), AtomicFiles.PRIVATE_FILE);
        } catch (IOException full) {
            LOG.warnf("which machine this disk belongs to cannot be remembered: %s", full.getMessage());
        }
        return hash;
    }
}
