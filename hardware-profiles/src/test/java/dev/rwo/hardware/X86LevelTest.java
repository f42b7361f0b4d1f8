package dev.rwo.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class X86LevelTest {
    private static final String V1 = "lm cmov cx8 fpu fxsr mmx sse sse2";
    private static final String V2 = V1 + " cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3";
    private static final String V3 = V2 + " avx avx2 bmi1 bmi2 f16c fma abm movbe xsave";
    private static final String V4 = V3 + " avx512f avx512bw avx512cd avx512dq avx512vl";

    @Test
    void levelIsTheHighestThatIsComplete() {
        assertThat(Stream.of(V1, V2, V3, V4).map(X86LevelTest::level))
                .containsExactly("x86-64-v1", "x86-64-v2", "x86-64-v3", "x86-64-v4");
    }

    @Test
    void levelAboveAGapDoesNotCount() {
        assertThat(level(V4.replace(" movbe", ""))).isEqualTo("x86-64-v2");
        assertThat(level(V2.replace("lm cmov", "cmov"))).isEqualTo("none");
    }

    private static String level(String flags) {
        return X86Level.of(List.of(flags.split(" ", -1))).map(X86Level::label).orElse("none");
    }
}
