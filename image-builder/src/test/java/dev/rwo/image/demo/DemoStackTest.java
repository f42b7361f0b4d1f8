package dev.rwo.image.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoStackTest {
    @TempDir
    Path folder;

    @Test
    void theImageIsWhatDockerLoads() throws Exception {
        byte[] layer = DemoStack.layer(bytes("busybox"), bytes("<h1>It runs.</h1>"));
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        DockerArchive.write(archive, "rwo-demo/page:1", layer, "/bin/busybox");
        Path tar = Files.write(folder.resolve("page.tar"), archive.toByteArray());
        Path unpacked = Files.createDirectory(folder.resolve("image"));
        unpack(tar, unpacked);

        JsonNode manifest = new ObjectMapper()
                .readTree(unpacked.resolve("manifest.json").toFile())
                .path(0);
        assertThat(manifest.path("RepoTags").path(0).asText()).isEqualTo("rwo-demo/page:1");
        JsonNode configuration = new ObjectMapper()
                .readTree(unpacked.resolve(manifest.path("Config").asText()).toFile());
        byte[] unpackedLayer = Files.readAllBytes(
                unpacked.resolve(manifest.path("Layers").path(0).asText()));
        assertThat(configuration.path("rootfs").path("diff_ids").path(0).asText())
                .isEqualTo("sha256:" + sha256(unpackedLayer));

        Path root = Files.createDirectory(folder.resolve("root"));
        unpack(unpacked.resolve("layer.tar"), root);
        assertThat(root.resolve("www/index.html")).hasContent("<h1>It runs.</h1>");
        assertThat(root.resolve("bin/busybox")).isExecutable();
        assertThat(Files.readSymbolicLink(root.resolve("bin/sh"))).isEqualTo(Path.of("busybox"));
    }

    @Test
    void theSameContentMakesTheSameImage() throws Exception {
        assertThat(DemoStack.layer(bytes("b"), bytes("p"))).isEqualTo(DemoStack.layer(bytes("b"), bytes("p")));
    }

    @Test
    void onlyAStaticProgramIsTaken() throws Exception {
        byte[] dynamic = Files.readAllBytes(
                Path.of(ProcessHandle.current().info().command().orElseThrow()));
        assertThat(StaticBusybox.isStatic(dynamic)).isFalse();
        assertThat(StaticBusybox.isStatic(bytes("#!/bin/sh"))).isFalse();
        byte[] withoutLinker = dynamic.clone();
        // No program headers at all: e_phnum of the ELF header.
        withoutLinker[56] = 0;
        withoutLinker[57] = 0;
        assertThat(StaticBusybox.isStatic(withoutLinker)).isTrue();
        Path file = Files.write(folder.resolve("busybox"), dynamic);
        assertThatThrownBy(() -> StaticBusybox.read(List.of(folder.resolve("none"), file)))
                .isInstanceOf(DemoException.class)
                .hasMessageContaining("apt-get install busybox-static");
    }

    @Test
    void theStackHasOneServiceForAnyBoxAndOneForNone() throws Exception {
        String compose;
        try (var in = DemoStack.class.getResourceAsStream("/demo/docker-compose.yml")) {
            compose = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(compose)
                .contains(DemoStack.IMAGE, "published: " + DemoStack.PAGE_PORT)
                .contains("node.labels.edge.cpu.cores.ge.2==true", "node.labels.edge.gpu.nvidia==true");
    }

    private static void unpack(Path tar, Path into) throws Exception {
        Process process = new ProcessBuilder("tar", "-xf", tar.toString(), "-C", into.toString())
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
