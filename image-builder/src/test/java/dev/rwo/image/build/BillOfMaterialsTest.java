package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BillOfMaterialsTest {

    @TempDir
    private Path directory;

    @Test
    void debianPackagesJavaRuntimeAndLibrariesAreListedByPackageUrl() throws IOException {
        Path manifest = directory.resolve("x.manifest");
        Files.writeString(manifest, """
                {"manifest_version": 1, "packages": [
                  {"type": "deb", "name": "bsdutils", "version": "1:2.41.5-0+deb13u1", "architecture": "amd64"}]}
                """);
        Path lib = Files.createDirectories(directory.resolve("dist/usr/lib/rwo/lib"));
        jar(lib.resolve("known.jar"), "META-INF/maven/org.example/known/pom.properties", """
                groupId=org.example
                artifactId=known
                version=1.2.3
                """);
        jar(lib.resolve("nameless-lib-4.5.jar"), "x.txt", "");
        Files.writeString(lib.resolveSibling("release"), "JAVA_VERSION=\"25.0.1\"\n");
        Path target = directory.resolve("x.cdx.json");

        BillOfMaterials.write(manifest, directory.resolve("dist"), "0.1.0", target);

        JsonNode bom = new JsonMapper().readTree(target.toFile());
        assertThat(bom.path("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bom.path("metadata").path("component").path("version").asText())
                .isEqualTo("0.1.0");
        assertThat(bom.path("components").findValuesAsText("purl"))
                .isEqualTo(List.of(
                        "pkg:deb/debian/bsdutils@1%3A2.41.5-0%2Bdeb13u1?arch=amd64&distro=trixie",
                        "pkg:generic/rwo-agent@0.1.0",
                        "pkg:generic/openjdk@25.0.1",
                        "pkg:maven/org.example/known@1.2.3",
                        "pkg:generic/nameless-lib@4.5"));
    }

    private static void jar(Path file, String entry, String content) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(out)) {
            jar.putNextEntry(new JarEntry(entry));
            jar.write(content.getBytes(StandardCharsets.UTF_8));
            jar.closeEntry();
        }
    }
}
