package dev.rwo.hardware.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.Fact;
import dev.rwo.hardware.HardwareProfile.MemoryModule;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Firmware tables, sound and broken. */
class SmbiosTableTest {
    @Test
    void modulesTellSlotSizeTypeAndSpeed() {
        SmbiosTable table = table(module(0x2000, 0x1A, 3200, "DIMM A1", StandardCharsets.US_ASCII));

        assertThat(table.modules())
                .isEqualTo(Fact.known(List.of(
                        new MemoryModule(Fact.known("DIMM A1"), 8L << 30, Fact.known("DDR4"), Fact.known(3200)))));
        assertThat(table.installedBytes()).isEqualTo(Fact.known(8L << 30));
    }

    @Test
    void emptySlotAndFlashAreNoMemory() {
        SmbiosTable table = table(join(
                module(0, 0x1A, 0, "DIMM A1", StandardCharsets.US_ASCII),
                module(0x10, 0x09, 0, "BIOS ROM", StandardCharsets.US_ASCII)));

        assertThat(table.modules().isKnown()).isFalse();
        assertThat(table.installedBytes().isKnown()).isFalse();
    }

    @Test
    void slotNameInLatin1IsReadAndControlCharactersAreDropped() {
        assertThat(slot("Steckplatz für Müll\u0007", StandardCharsets.ISO_8859_1))
                .isEqualTo("Steckplatz für Müll");
        assertThat(slot("插槽 1\u009F", StandardCharsets.UTF_8)).isEqualTo("插槽 1");
    }

    @Test
    void chassisWithALockIsStillADesktop() {
        assertThat(table(structure(3, new byte[] {0, (byte) 0x83, 0, 0, 0}, new byte[0]))
                        .chassis())
                .isEqualTo(Fact.known("Desktop"));
        assertThat(SmbiosTable.chassisName(0x24)).isEqualTo(Fact.known("Stick PC"));
        assertThat(SmbiosTable.chassisName(0x70).isKnown()).isFalse();
    }

    @Test
    void redactionKeepsTheMemoryAndDropsTheVendorsOwnStructures() {
        byte[] sound = module(0x2000, 0x1A, 3200, "DIMM A1", StandardCharsets.US_ASCII);
        byte[] vendors = structure(221, new byte[20], "SN-4711-GEHEIM\0".getBytes(StandardCharsets.US_ASCII));

        byte[] redacted = SmbiosRedaction.redact(join(vendors, join(systemWithSerial("SN-4711-GEHEIM"), sound)));

        assertThat(new String(redacted, StandardCharsets.ISO_8859_1)).doesNotContain("SN-4711-GEHEIM");
        assertThat(table(redacted).modules()).isEqualTo(table(sound).modules());
        assertThat(SmbiosRedaction.redact(redacted)).isEqualTo(redacted);
    }

    @Property(tries = 2000)
    void anyBytesAreRead(@ForAll @Size(max = 600) byte[] noise) {
        assertReadable(noise);
    }

    /** Noise that looks like a table: structures of the right types whose lengths and strings are wrong. */
    @Property(tries = 2000)
    void anyStructuresAreRead(@ForAll @Size(max = 60) byte[] noise, @ForAll @Size(max = 40) byte[] more) {
        for (int type : List.of(1, 2, 3, 4, 16, 17)) {
            byte[] broken = join(structure(type, noise, more), structure(type, more, noise));
            if (broken.length > 1) {
                broken[1] = more.length > 0 ? more[0] : broken[1];
            }
            assertReadable(broken);
        }
    }

    private static void assertReadable(byte[] bytes) {
        SmbiosTable table = table(bytes);
        assertThat(table.modules()).isNotNull();
        assertThat(table.installedBytes().orElse(1L)).isPositive();
        assertThat(table.ecc()).isNotNull();
        assertThat(table.chassis()).isNotNull();
        assertThat(table.maxMegahertz().orElse(1)).isPositive();
        assertThat(SmbiosRedaction.redact(bytes)).hasSizeLessThanOrEqualTo(bytes.length);
        assertThat(SmbiosRedaction.identities(bytes)).doesNotContainNull();
    }

    /** A type 1 structure whose serial number, SKU and family all are this string. */
    static byte[] systemWithSerial(String serial) {
        byte[] body = new byte[23];
        body[3] = 1; // serial number, offset 7
        java.util.Arrays.fill(body, 4, 20, (byte) 0x5A); // UUID
        return structure(1, body, (serial + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    private static String slot(String name, Charset charset) {
        return table(module(0x2000, 0x1A, 3200, name, charset))
                .modules()
                .orElse(List.of())
                .getFirst()
                .slot()
                .orElse("");
    }

    private static SmbiosTable table(byte[] bytes) {
        return new SmbiosTable(Fact.known(bytes));
    }

    private static byte[] module(int mebibytes, int type, int speed, String slot, Charset charset) {
        byte[] body = new byte[0x22 - 4];
        body[0x0C - 4] = (byte) mebibytes;
        body[0x0D - 4] = (byte) (mebibytes >> 8);
        body[0x10 - 4] = 1;
        body[0x12 - 4] = (byte) type;
        body[0x20 - 4] = (byte) speed;
        body[0x21 - 4] = (byte) (speed >> 8);
        return structure(17, body, (slot + "\0").getBytes(charset));
    }

    private static byte[] structure(int type, byte[] body, byte[] strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) type, (byte) (body.length + 4), 0, 0});
        out.writeBytes(body);
        out.writeBytes(strings.length == 0 ? new byte[] {0} : strings);
        out.write(0);
        return out.toByteArray();
    }

    private static byte[] join(byte[] one, byte[] other) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(one);
        out.writeBytes(other);
        return out.toByteArray();
    }
}
