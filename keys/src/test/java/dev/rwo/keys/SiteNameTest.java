package dev.rwo.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "shop-17", "a2345678901234567890123456789012345678-0"})
    void plainNamesAreAccepted(String name) {
        assertThat(new SiteName(name)).hasToString(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-a",
                "a-",
                "Shop",
                "shop 17",
                "../x",
                "shop_17",
                "ä",
                "a\n",
                "a2345678901234567890123456789012345678-01"
            })
    void otherNamesAreRefusedWithWhatIsAllowed(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SiteName(name))
                .withMessageContaining("use 1 to 40 of a-z, 0-9 and '-'");
    }
}
