package dev.rwo.firstboot.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The template that {@code site init} copies is a resource of the keys module; what its keys mean is decided here. */
class TemplateTest {

    private static final String SITE = "shop-17";

    /** As {@code ./rwo site init shop-17} writes it. */
    static String template() throws IOException {
        try (InputStream in = TemplateTest.class.getResourceAsStream("/dev/rwo/keys/rwo.yaml")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("@SITE@", SITE);
        }
    }

    /** Prose begins with "# ", an example with "#" and the key. */
    static String uncommented() throws IOException {
        return template().replaceAll("(?m)^#(?=[A-Za-z]|  )", "");
    }

    @Test
    void theTemplateAsItIsNamesTheSiteAndMeansDefaultsOtherwise() throws IOException {
        NodeConfigReader.Result onlyTheSite = NodeConfigReaderTest.read("site: " + SITE + "\n");
        assertThat(NodeConfigReaderTest.lines(onlyTheSite)).isEmpty();
        assertThat(NodeConfigReaderTest.read(template())).isEqualTo(onlyTheSite);
        assertThat(template()).doesNotContain("@SITE@");
    }

    @Test
    void everyExampleInTheTemplateIsGoodAndTogetherTheyShowEverySetting() throws IOException {
        NodeConfigReader.Result result = NodeConfigReaderTest.read(uncommented());
        assertThat(NodeConfigReaderTest.lines(result)).isEmpty();
        NodeConfig config = result.config();
        assertThat(config.site()).isNotNull();
        assertThat(config.nodeName()).isNotNull();
        assertThat(config.network()).isInstanceOf(NetworkConfig.Static.class);
        assertThat(config.proxy().http()).isNotNull();
        assertThat(config.proxy().https()).isNotNull();
        assertThat(config.proxy().noProxy()).isNotEmpty();
        assertThat(config.ntpServers()).isNotEmpty();
        assertThat(config.sshKeys()).isNotEmpty();
        assertThat(config.cluster().seeds()).isNotEmpty();
    }

    @Test
    void noLineIsTooLongForASmallEditorExceptTheKey() throws IOException {
        assertThat(template().lines().filter(line -> !line.contains("ssh-ed25519")))
                .allMatch(line -> line.length() <= 100);
        assertThat(template()).matches("\\p{ASCII}*");
    }
}
