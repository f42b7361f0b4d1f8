package dev.rwo.hardware.label;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelSanitizerTest {

    @Property
    void everyValueIsWellFormed(@ForAll @StringLength(max = 200) String raw) {
        LabelSanitizer.sanitize(raw)
                .ifPresent(value -> assertThat(value).matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"));
    }

    @Property
    void sanitizingTwiceChangesNothing(@ForAll @StringLength(max = 200) String raw) {
        Optional<String> once = LabelSanitizer.sanitize(raw);

        assertThat(once.flatMap(LabelSanitizer::sanitize)).isEqualTo(once);
    }

    @Property
    void longValuesOfOrdinaryCharactersStayWhatTheyAre(
            @ForAll @StringLength(min = 5, max = 63) @CharRange(from = 'g', to = 'w') String raw) {
        assertThat(LabelSanitizer.sanitize("R" + raw.substring(1))).contains("R" + raw.substring(1));
    }

    @Property
    void surroundingBlanksDoNotMatter(@ForAll @StringLength(max = 50) String raw) {
        assertThat(LabelSanitizer.sanitize("  " + raw + "\t\n")).isEqualTo(LabelSanitizer.sanitize(raw));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Dell Inc.                                 | Dell-Inc
        Standard PC (Q35 + ICH9, 2009)            | Standard-PC-Q35-ICH9-2009
        103C_53307F G=D                           | 103C_53307F-G-D
        Günther Größe                             | Gunther-Gro-e
        '  NUC8i7BEH  '                           | NUC8i7BEH
        1.0                                       | 1.0
        """)
    void vendorStringsBecomeReadableValues(String raw, String value) {
        assertThat(LabelSanitizer.sanitize(raw)).contains(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "--",
                "....................",
                "To Be Filled By O.E.M.",
                "To be filled by O.E.M.",
                "Default string",
                "None",
                "NONE",
                "N/A",
                "Not Specified",
                "Unknown",
                "INVALID",
                "(null)",
                "<BAD INDEX>",
                "0",
                "0000000000",
                "00000000-0000-0000-0000-000000000000",
                "System Product Name",
                "System SKU#",
                "SKU",
                "0123456789",
                "01234567890123456789AB",
                "XxXxXxX",
                "$(DEFAULT_STRING)",
                "Type1Sku0",
                "Type1 - TBD by OEM",
                "O.E.M"
            })
    void placeholdersMakeNoLabel(String raw) {
        assertThat(LabelSanitizer.sanitize(raw)).isEmpty();
    }

    @Test
    void tooLongValueIsCutAndStillEndsInALetterOrDigit() {
        String raw = "a".repeat(62) + " bcd";

        assertThat(LabelSanitizer.sanitize(raw)).contains("a".repeat(62));
    }
}
