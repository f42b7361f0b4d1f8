package dev.rwo.hardware.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearPatternTest {

    @ParameterizedTest
    @ValueSource(strings = {"(a+)+$", "^(a|a)*$", "^(.*b){20}$", "([a-z]+)*\\d"})
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void expressionThatHangsABacktrackerAnswers(String catastrophe) {
        assertThat(LinearPattern.compile(catastrophe).find("a".repeat(5_000) + "!"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"((a{100}){100}){100}", "(([({]x{50})[)]{50}){50}", "(a{1000}){2}", "a{2000}"})
    void expressionThatUnrollsIntoMegabytesIsRefused(String greedy) {
        assertThatThrownBy(() -> LinearPattern.compile(greedy)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a(?=b)", "a(?!b)", "(?<=a)b"})
    void lookAroundIsRefusedByName(String expression) {
        assertThatThrownBy(() -> LinearPattern.compile(expression))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains("look-around is not possible");
    }

    @Test
    void expressionOfAnyLengthIsRefused() {
        assertThatThrownBy(() -> LinearPattern.compile("a".repeat(1001)))
                .message()
                .startsWith("longer than 1000");
    }

    @Test
    void caseDoesNotMatterAndGroupsAreFound() {
        LinearPattern pattern = LinearPattern.compile("core (?<family>i\\d)-(?P<gen>\\d)?");

        LinearPattern.Found found = pattern.first("Intel CORE I7-x").orElseThrow();

        assertThat(found.group("family")).contains("I7");
        assertThat(found.group("gen")).isEmpty();
        assertThat(found.group("other")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        Core i5-(?<gen>\\d)    ; 'Core i5-'
        ab?c+d                 ; 'a'
        ab{2}cde               ; 'cde'
        (xx|yy)? zz            ; ' zz'
        [abc]+def[)]ghij       ; 'ghij'
        a|b                    ; ''
        \\bAMD\\b              ; 'AMD'
        \\pLabc                ; ''
        a\\.b                  ; 'a.b'
        """)
    void textThatEveryMatchContainsIsRecognised(String expression, String literal) {
        assertThat(RequiredLiteral.of(expression)).isEqualTo(literal);
    }

    @Property(tries = 2000)
    void shortCutNeverChangesTheAnswer(
            @ForAll @StringLength(max = 10) @CharRange(from = 'a', to = 'c') String text,
            @ForAll("expressions") String expression) {
        Pattern plain;
        try {
            plain = Pattern.compile(expression, Pattern.CASE_INSENSITIVE);
        } catch (com.google.re2j.PatternSyntaxException e) {
            return;
        }

        assertThat(LinearPattern.lazily(expression).find(text))
                .isEqualTo(plain.matcher(text).find());
    }

    @net.jqwik.api.Provide
    net.jqwik.api.Arbitrary<String> expressions() {
        return net.jqwik.api.Arbitraries.of(
                        "a", "b", "c", "A", "(", ")", "|", "?", "*", "+", "[ab]", "[^c]", ".", "\\w", "{2}", "{0,1}",
                        "^", "$", "\\b", "(?:")
                .list()
                .ofMaxSize(9)
                .map(parts -> String.join("", parts));
    }
}
