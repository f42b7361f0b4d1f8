package dev.rwo.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The commented {@code rwo.yaml} that an owner starts from. Read on workstations only: a native executable does not have
 * the resource.
 */
final class RwoYamlTemplate {
    private RwoYamlTemplate() {}

    static String of(SiteName site) throws IOException {
        try (InputStream in = RwoYamlTemplate.class.getResourceAsStream("rwo.yaml")) {
            String text = new String(Objects.requireNonNull(in, "rwo.yaml").readAllBytes(), StandardCharsets.UTF_8);
            return text.replace("@SITE@", site.value());
        }
    }
}
