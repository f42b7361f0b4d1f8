package dev.rwo.image.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Enumeration;
import java.util.List;
import java.util.Properties;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The software bill of materials of an image, CycloneDX 1.6: the Debian packages of mkosi's manifest, and the agent
 * with the Java libraries in its tree. Made here because neither mkosi 25 nor Debian 13 has a tool for it.
 */
final class BillOfMaterials {

    private static final JsonMapper JSON = new JsonMapper();

    private BillOfMaterials() {}

    /**
     * Writes it.
     *
     * @param manifest mkosi's {@code ManifestFormat=json}
     * @param agentDist the agent's packaged tree
     * @param version version of the image and of the agent in it
     */
    static void write(Path manifest, Path agentDist, String version, Path target) throws IOException {
        ObjectNode bom = JSON.createObjectNode();
        bom.put("bomFormat", "CycloneDX");
        bom.put("specVersion", "1.6");
        bom.put("version", 1);
        ObjectNode metadata = bom.putObject("metadata");
        metadata.put(
                "timestamp",
                Instant.ofEpochSecond(Long.parseLong(ToolsTree.SOURCE_DATE_EPOCH))
                        .toString());
        metadata.set("component", component("operating-system", "rwo", version, "pkg:generic/rwo@" + version));
        ArrayNode components = bom.putArray("components");
        for (JsonNode entry : JSON.readTree(manifest.toFile()).path("packages")) {
            components.add(debianPackage(entry));
        }
        components.add(component("application", "rwo-agent", version, "pkg:generic/rwo-agent@" + version));
        for (Path release : files(agentDist, "release")) {
            addJavaRuntime(components, release);
        }
        for (Path jar : files(agentDist, ".jar")) {
            addMavenComponent(components, jar);
        }
        JSON.writerWithDefaultPrettyPrinter().writeValue(target.toFile(), bom);
    }

    private static ObjectNode debianPackage(JsonNode entry) {
        String name = entry.path("name").asText();
        String version = entry.path("version").asText();
        // Package URL specification, type "deb"; "+" and ":" of Debian versions are percent-encoded.
        return component(
                "library",
                name,
                version,
                "pkg:deb/debian/" + encoded(name) + "@" + encoded(version) + "?arch="
                        + encoded(entry.path("architecture").asText()) + "&distro=" + AptSources.SUITE);
    }

    private static List<Path> files(Path root, String suffix) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(path -> path.getFileName() != null
                            && path.getFileName().toString().endsWith(suffix))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    /** Every Java runtime says in its file "release" what it is; other files of that name are left alone. */
    private static void addJavaRuntime(ArrayNode components, Path release) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(release)) {
            properties.load(in);
        }
        String version = properties.getProperty("JAVA_VERSION", "").replace("\"", "");
        if (!version.isEmpty()) {
            components.add(component("framework", "openjdk", version, "pkg:generic/openjdk@" + encoded(version)));
        }
    }

    /** Adds what the jar says that it is; a jar without Maven's properties is known by its file name alone. */
    private static void addMavenComponent(ArrayNode components, Path jar) throws IOException {
        boolean known = false;
        try (JarFile file = new JarFile(jar.toFile())) {
            for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                if (entry.getName().matches("META-INF/maven/[^/]+/[^/]+/pom\\.properties")) {
                    Properties properties = new Properties();
                    try (InputStream in = file.getInputStream(entry)) {
                        properties.load(in);
                    }
                    String group = properties.getProperty("groupId", "");
                    String artifact = properties.getProperty("artifactId", "");
                    String version = properties.getProperty("version", "");
                    ObjectNode component = component(
                            "library",
                            artifact,
                            version,
                            "pkg:maven/" + encoded(group) + "/" + encoded(artifact) + "@" + encoded(version));
                    component.put("group", group);
                    components.add(component);
                    known = true;
                }
            }
        }
        if (!known) {
            String name = String.valueOf(jar.getFileName()).replaceFirst("\\.jar$", "");
            String version = name.replaceFirst("^.*?-(?=[0-9])", "");
            String artifact = version.equals(name) ? name : name.substring(0, name.length() - version.length() - 1);
            components.add(component(
                    "library",
                    artifact,
                    version.equals(name) ? "unknown" : version,
                    "pkg:generic/" + encoded(artifact) + "@" + encoded(version.equals(name) ? "unknown" : version)));
        }
    }

    private static ObjectNode component(String type, String name, String version, String purl) {
        ObjectNode component = JSON.createObjectNode();
        component.put("type", type);
        component.put("name", name);
        component.put("version", version);
        component.put("purl", purl);
        return component;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("%7E", "~");
    }
}
