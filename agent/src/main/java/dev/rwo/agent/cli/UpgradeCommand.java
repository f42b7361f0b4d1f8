package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rwo upgrade}. */
@Command(
        name = "upgrade",
        mixinStandardHelpOptions = true,
        description = {
            "Upgrades the OS of all nodes, one after the other: the canary, workers, managers, the leader last.",
            "The first failure halts it. It goes on by itself on the nodes: no command needs to stay open.",
            "install, node, boot and clear are about this box alone."
        },
        subcommands = {
            UpgradeCommand.Start.class,
            UpgradeStatusCommand.class,
            UpgradeCommand.Halt.class,
            UpgradeCommand.Resume.class,
            UpgradeCommand.Abort.class,
            UpgradeCommand.Unlock.class,
            UpgradeInstallCommand.class,
            UpgradeNodeCommand.class,
            UpgradeVersionCommand.Boot.class,
            UpgradeVersionCommand.Clear.class
        })
final class UpgradeCommand implements Runnable {

    static final String PATH = "/api/v1/upgrade";

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which command? start, status, halt, resume, abort or unlock; for this box alone: install, node, boot or clear");
    }

    /** {@code rwo upgrade start}. */
    @Command(
            name = "start",
            description = {
                "Starts an upgrade of the whole site.",
                "From a URL one node downloads the bundle, and the others have it from neighbours.",
                "A stick may be pulled out as soon as this command has ended."
            })
    static final class Start extends PostCommand {

        @Parameters(
                paramLabel = "BUNDLE|URL|stick",
                description = "a bundle's file on this node, its URL, or what is on the stick in this node")
        private String bundle = "";

        @Option(names = "--window", paramLabel = "HH:MM-HH:MM", description = "take nodes only then; download at once")
        private @Nullable String window;

        @Option(names = "--zone", paramLabel = "ZONE", description = "whose time --window is (default: UTC)")
        private @Nullable String zone;

        @Option(
                names = "--max-unavailable",
                paramLabel = "N",
                description = "so many at once, once the first is well; managers one at a time (default: 1)")
        private @Nullable Integer maxUnavailable;

        @Option(names = "--canary", paramLabel = "NODE", description = "this one first, and alone")
        private @Nullable String canary;

        @Option(names = "--allow-older", description = "also where a newer version runs")
        private boolean allowOlder;

        @Override
        String path() {
            return PATH + "/start";
        }

        @Override
        public Integer call() throws NodeClientException, UsageException {
            ObjectNode order = JsonNodeFactory.instance.objectNode();
            if (window != null) {
                order.put("window", zone == null ? window : window + " " + zone);
            }
            if (maxUnavailable != null) {
                order.put("maxUnavailable", maxUnavailable);
            }
            if (canary != null) {
                order.put("canary", canary);
            }
            order.put("allowOlder", allowOlder);
            if (bundle.startsWith("https://") || bundle.startsWith("http://")) {
                order.put("url", bundle);
            } else {
                order.set("bundle", taken());
            }
            show(client().post(path(), order));
            return 0;
        }

        /** The one bundle on the sticks of this node. */
        static Path onStick(JsonNode sticks) throws NodeClientException {
            List<String> problems = new ArrayList<>();
            Map<String, String> good = new LinkedHashMap<>();
            for (JsonNode stick : sticks) {
                String file = stick.path("file").asText();
                if (stick.path("problem").asText().isEmpty()) {
                    good.putIfAbsent(stick.path("id").asText(), file);
                } else {
                    problems.add(file + ": " + stick.path("problem").asText());
                }
            }
            if (good.size() > 1) {
                throw new NodeClientException("there are several bundles: say which: rwo upgrade start FILE, one of "
                        + String.join(", ", good.values()));
            }
            return good.values().stream()
                    .findFirst()
                    .map(Path::of)
                    .orElseThrow(() -> new NodeClientException(
                            problems.isEmpty()
                                    ? "no stick with a bundle (*.raucb in its top folder) is in this node; one in another node: there"
                                    : String.join("; ", problems)));
        }

        private JsonNode taken() throws NodeClientException, UsageException {
            try {
                Path file = bundle.equals("stick")
                        ? onStick(client().get(PATH + "/sticks"))
                        : Path.of(bundle).toAbsolutePath().normalize();
                if (!Files.isRegularFile(file)) {
                    throw new UsageException(bundle + " is no file on this node, and no URL");
                }
                return client().post(
                                PATH + "/import",
                                JsonNodeFactory.instance.objectNode().put("file", file.toString()));
            } catch (InvalidPathException wrong) {
                throw new UsageException("'" + bundle + "' is no file's name");
            }
        }
    }

    /** {@code rwo upgrade halt}. */
    @Command(
            name = "halt",
            description = "Takes no further node. One that restarts already finishes that; the others serve on.")
    static final class Halt extends PostCommand {

        @Override
        String path() {
            return PATH + "/halt";
        }
    }

    /** {@code rwo upgrade resume}. */
    @Command(
            name = "resume",
            description = {
                "Goes on after a halt, and tries again what failed.",
                "A version that did not pass its trial on a node must be cleared there first: rwo upgrade clear"
            })
    static final class Resume extends PostCommand {

        @Override
        String path() {
            return PATH + "/resume";
        }
    }

    /** {@code rwo upgrade abort}. */
    @Command(
            name = "abort",
            description = "Gives the upgrade up. Nodes in hand are given back; those that run the new version keep it.")
    static final class Abort extends PostCommand {

        @Override
        String path() {
            return PATH + "/abort";
        }
    }

    /** {@code rwo upgrade unlock}. */
    @Command(
            name = "unlock",
            description =
                    "Waits no longer for a node that is lost in its restart. It takes tasks again when it comes back.")
    static final class Unlock extends PostCommand {

        @Parameters(paramLabel = "NODE", description = "name or ID, see rwo upgrade status")
        private String node = "";

        @Override
        String path() {
            return PATH + "/unlock";
        }

        @Override
        ObjectNode body() {
            return JsonNodeFactory.instance.objectNode().put("node", node);
        }
    }
}
