package dev.rwo.image.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A container image of one layer as {@code docker load} takes it: {@code manifest.json}, the configuration and the layer
 * (moby: image/spec/spec.md).
 */
final class DockerArchive {
    private DockerArchive() {}

    /**
     * @param tag name and tag, such as {@code rwo-demo/page:1}
     * @param layer a tar of the root file system
     * @param entrypoint what a container runs unless told otherwise
     */
    static void write(OutputStream out, String tag, byte[] layer, String... entrypoint) throws IOException {
        byte[] configuration = configuration(layer, entrypoint);
        String configurationName = sha256(configuration) + ".json";
        ArrayNode manifest = JsonNodeFactory.instance.arrayNode();
        ObjectNode image = manifest.addObject().put("Config", configurationName);
        image.putArray("RepoTags").add(tag);
        image.putArray("Layers").add("layer.tar");
        try (TarWriter tar = new TarWriter(out)) {
            tar.file(configurationName, 0644, configuration);
            tar.file("layer.tar", 0644, layer);
            tar.file("manifest.json", 0644, bytes(manifest.toString()));
        }
    }

    private static byte[] configuration(byte[] layer, String... entrypoint) {
        ObjectNode configuration = JsonNodeFactory.instance
                .objectNode()
                .put("architecture", "amd64")
                .put("os", "linux")
                .put("created", "1970-01-01T00:00:00Z");
        ArrayNode words = configuration.putObject("config").putArray("Entrypoint");
        for (String word : entrypoint) {
            words.add(word);
        }
        ObjectNode rootfs = configuration.putObject("rootfs").put("type", "layers");
        rootfs.putArray("diff_ids").add("sha256:" + sha256(layer));
        return bytes(configuration.toString());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
