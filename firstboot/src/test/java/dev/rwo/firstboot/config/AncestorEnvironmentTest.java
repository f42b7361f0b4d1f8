package dev.rwo.firstboot.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AncestorEnvironmentTest {

    private static final String MANAGER = "SWARM_RESTORE_TIME_IN_SECONDS";
    private static final String MEMBER = "MEMBER_REBOOT_TIME_IN_SECONDS";

    @Test
    void anEmptyEnvironmentChangesNothing() {
        assertThat(AncestorEnvironment.over(NodeConfigReaderTest.good(), Map.of(MANAGER, "", "PATH", "/bin")))
                .isEqualTo(new NodeConfigReader.Result(NodeConfigReaderTest.good(), List.of()));
    }

    @Test
    void theEnvironmentWinsOverTheFile() {
        NodeConfigReader.Result result =
                AncestorEnvironment.over(NodeConfigReaderTest.good(), Map.of(MANAGER, "250", MEMBER, " 600 "));
        assertThat(result.problems()).isEmpty();
        assertThat(result.config().cluster().managerGrace()).isEqualTo(Duration.ofSeconds(250));
        assertThat(result.config().cluster().memberGrace()).isEqualTo(Duration.ofMinutes(10));
        assertThat(result.config().cluster().seeds())
                .isEqualTo(NodeConfigReaderTest.good().cluster().seeds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-5", "0", "1e9", "99999999999", "2 min", "\u0007"})
    void aWrongValueIsIgnoredAndReportedInOneLine(String value) {
        NodeConfigReader.Result result = AncestorEnvironment.over(NodeConfig.DEFAULT, Map.of(MEMBER, value));
        assertThat(result.config()).isEqualTo(NodeConfig.DEFAULT);
        assertThat(result.problems())
                .singleElement()
                .asString()
                .startsWith("environment: MEMBER_REBOOT_TIME_IN_SECONDS: ")
                .matches("\\p{Print}+");
    }

    @Test
    void membersAreNotForgottenBeforeManagers() {
        assertThat(AncestorEnvironment.over(NodeConfig.DEFAULT, Map.of(MANAGER, "3000"))
                        .config()
                        .cluster()
                        .memberGrace())
                .isEqualTo(Duration.ofMinutes(50));
    }
}
