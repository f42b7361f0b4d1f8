package dev.rwo.agent.testing;

import dev.rwo.agent.node.PreparedNode;
import dev.rwo.agent.swarm.FakeEngine;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node's files and an engine in memory, for the agent that a test starts. */
public final class NodeUnderTest implements QuarkusTestResourceLifecycleManager {

    /** Where the node's site is, for clients in tests. */
    public static final String SITE = "test.site";
    /** Where a site is that the node knows nothing of. */
    public static final String FOREIGN_SITE = "test.foreign-site";

    private @Nullable FakeEngine engine;

    @Override
    public Map<String, String> start() {
        try {
            Path directory = Files.createTempDirectory("rwo-node");
            NodeDirectory node = NodeDirectory.withSite(directory.resolve("node"));
            Site foreign = Site.create(directory.resolve("foreign"), new SiteName("other-shop"), Clock.systemUTC());
            FakeEngine started = new FakeEngine();
            engine = started;
            started.readLabelsFrom(node.layout().engineConfig());
            started.addService("till_web", "node.labels.edge.cpu.ge.1==true");
            started.addService("till_gpu", "node.labels.edge.gpu.nothing==true");
            Map<String, String> settings =
                    new HashMap<>(PreparedNode.prepare(node.layout().root()).serverSettings());
            settings.put("rwo.root", node.layout().root().toString());
            settings.put("rwo.engine.host", started.host().toString());
            settings.put("rwo.display.device", directory.resolve("no-display").toString());
            settings.put("quarkus.http.test-ssl-port", "0");
            settings.put(SITE, node.site().directory().toString());
            settings.put(FOREIGN_SITE, foreign.directory().toString());
            return settings;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void stop() {
        if (engine != null) {
            engine.close();
        }
    }
}
