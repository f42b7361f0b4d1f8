package dev.rwo.image.build;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is in the plug-in: the agent, and of {@code overlays/} what it needs on a system that has its own kernel, network and
 * container engine.
 */
final class SysextTree {

    /** The plug-in's name: systemd looks for the extension-release file of the image's name without its version. */
    static final String NAME = "rwo";

    /** All of the engine's overlay: the engine itself, its unit, its modules and its settings are the other system's. */
    private static final String OF_THE_ENGINE = "usr/libexec/rwo/known-machine";

    private final Path overlays;
    private final Path agentDist;
    private final String version;

    SysextTree(Path overlays, Path agentDist, String version) {
        this.overlays = overlays;
        this.agentDist = agentDist;
        this.version = version;
    }

    /** Writes it into a folder, which becomes the root of the plug-in. */
    void stage(Path tree) throws IOException {
        StagedTree.copy(agentDist, tree);
        StagedTree.copy(overlays.resolve("agent/mkosi.extra"), tree);
        StagedTree.copy(overlays.resolve("plugin"), tree);
        StagedTree.copyFile(overlays.resolve("engine/mkosi.extra").resolve(OF_THE_ENGINE), tree.resolve(OF_THE_ENGINE));
        StagedTree.write(
                tree.resolve("usr/lib/extension-release.d/extension-release." + NAME), extensionRelease(version));
        StagedTree.write(tree.resolve("usr/lib/rwo/build-info.json"), buildInfo());
    }

    /**
     * For which systems it is (os-release(5), systemd-sysext(8)): any of this architecture. The manager is reloaded when it is
     * merged, because at boot that happens after the units were read.
     */
    static String extensionRelease(String version) {
        return """
                ID=_any
                ARCHITECTURE=x86-64
                SYSEXT_SCOPE=system
                SYSEXT_VERSION_ID=%s
                EXTENSION_RELOAD_MANAGER=1
                """.formatted(version);
    }

    /** The agent says the version of the plug-in, by which it is updated. */
    private String buildInfo() throws IOException {
        Path file = agentDist.resolve("usr/lib/rwo/build-info.json");
        if (new JsonMapper().readTree(Files.readAllBytes(file)) instanceof ObjectNode info) {
            return info.put("version", version) + "\n";
        }
        throw new IOException(file + " is not a JSON object: build the agent again");
    }
}
