package dev.rwo.hardware.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleFileTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "# only a comment", "[", "a: b: c", "a: 'x", "--- a\n--- b\n", "a: \u0000", "*x", "a: *b"})
    void whatIsNoYamlIsRefusedWithItsPlaceOnOneLine(String yaml) {
        assertThatThrownBy(() -> RuleFile.parse(yaml, "mine.yaml"))
                .isInstanceOf(RuleFormatException.class)
                .message()
                .matches("mine\\.yaml:[1-9]\\d*:[1-9]\\d*: .+");
    }

    @Test
    void nestingIsBounded() {
        assertThatThrownBy(() -> RuleFile.parse("a: " + "[".repeat(5000), "deep.yaml"))
                .isInstanceOf(RuleFormatException.class)
                .message()
                .startsWith("deep.yaml:1:");
    }

    @Test
    void billionLaughsAreRefused() {
        StringBuilder yaml = new StringBuilder("a0: &a0 [x]\n");
        for (int level = 1; level < 40; level++) {
            yaml.append("a%d: &a%d [%s]\n".formatted(level, level, "*a" + (level - 1) + ", *a" + (level - 1)));
        }

        assertThatThrownBy(() -> RuleFile.parse(yaml.toString(), "laughs.yaml"))
                .isInstanceOf(RuleFormatException.class)
                .message()
                .contains("aliases");
    }

    @Test
    void sizeIsBoundedBeforeParsing() {
        byte[] large = " ".repeat(RuleFile.MAX_BYTES + 1).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> RuleFile.read(new ByteArrayInputStream(large), "large.yaml"))
                .isInstanceOf(RuleFormatException.class)
                .hasMessage("large.yaml:1:1: larger than 1048576 bytes; split the file");
    }

    @Test
    void keyThatOccursTwiceIsRefused() {
        assertThatThrownBy(() -> RuleFile.parse("a: 1\nb: 2\na: 3\n", "f").keys(Set.of("a", "b")))
                .hasMessage("f:3:1: the key 'a' stands here twice; remove one");
    }

    @ParameterizedTest
    @CsvSource({"lables, labels", "brnad, brand", "Vendor, vendor"})
    void mistypedKeyIsAnsweredWithTheKeyThatWasMeant(String written, String meant) {
        assertThatThrownBy(() -> RuleFile.parse(written + ": 1", "f").keys(Set.of("labels", "brand", "vendor")))
                .hasMessage("f:1:1: unknown key '" + written + "'; did you mean '" + meant + "'?");
    }

    @Test
    void unlikeAnyAllowedKeyIsAnsweredWithTheAllowedOnes() {
        assertThatThrownBy(() -> RuleFile.parse("colour: 1", "f").keys(Set.of("labels", "brand")))
                .hasMessage("f:1:1: unknown key 'colour'; allowed: brand, labels");
    }

    @Test
    void valueSaysWhatItShouldHaveBeen() {
        RuleNode root = RuleFile.parse("n: many\nt: yes\nl: {a: 1}\ne:\n", "f");

        assertThatThrownBy(() -> value(root, "n").number(1, 6))
                .hasMessage("f:1:4: 'many' is no whole number from 1 to 6");
        assertThatThrownBy(() -> value(root, "t").truth()).message().startsWith("f:2:4: 'yes' is not known here; ");
        assertThatThrownBy(() -> value(root, "l").text())
                .hasMessage("f:3:4: expected a single value, found keys and values");
        assertThatThrownBy(() -> value(root, "e").word()).message().startsWith("f:4:");
    }

    private static RuleNode value(RuleNode root, String key) {
        return Objects.requireNonNull(root.anyKeys().get(key));
    }

    @Property(tries = 500)
    void anyTextIsReadOrRefusedWithItsPlace(@ForAll String text) throws IOException {
        try {
            RuleFile.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "any");
        } catch (RuleFormatException e) {
            assertThat(e.getMessage()).matches("any:\\d+:\\d+: .+");
        }
    }
}
