package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rwo keys}. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {
            "The site's keys: what counts now, and new ones without stopping anything.",
            "Issuing authority and root are renewed on the workstation: ./rwo keys rotate issuing|root"
        },
        subcommands = {KeysCommand.Show.class, KeysCommand.Rotate.class})
final class KeysCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command? show or rotate");
    }

    /** {@code rwo keys show}. */
    @Command(name = "show", description = "Authorities, gossip keys, revoked nodes, and how far a rotation is.")
    static final class Show extends NodeCommand {

        @Override
        String path() {
            return "/api/v1/keys";
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            out.printf(
                    "site %s, trust document %d%n",
                    answer.path("site").asText("none"), answer.path("version").asLong());
            answer.path("roots").forEach(root -> authority("root", root, out));
            if (answer.has("issuing")) {
                authority("issuing", answer.path("issuing"), out);
            }
            out.printf(
                    "%-10s until %s%n",
                    "this node", answer.path("node").path("notAfter").asText());
            out.printf("%-10s generation %s%n", "gossip", answer.path("gossipKeys"));
            answer.path("revoked")
                    .forEach(node -> out.printf(
                            "%-10s %s (%s) since %s%n",
                            "revoked",
                            node.path("name").asText(),
                            node.path("id").asText(),
                            node.path("at").asText()));
            String rotation = answer.path("rotation").asText();
            out.printf("%-10s %s%n", "rotation", rotation.isEmpty() ? "none under way" : rotation);
            answer.path("members")
                    .forEach(member -> out.printf(
                            "%-10s %s holds version %d%n",
                            "member",
                            member.path("name").asText(),
                            member.path("trust").asLong()));
        }

        private static void authority(String what, JsonNode row, PrintWriter out) {
            out.printf(
                    "%-10s until %s, key %.16s%n",
                    what, row.path("notAfter").asText(), row.path("key").asText());
        }
    }

    /** {@code rwo keys rotate}. */
    @Command(
            name = "rotate",
            mixinStandardHelpOptions = true,
            description = "Makes new keys.",
            subcommands = {Gossip.class, NodeKeys.class})
    static final class Rotate implements Runnable {

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "which key? gossip or node");
        }
    }

    /** {@code rwo keys rotate gossip}. */
    @Command(name = "gossip", description = "A new key for gossip, on every node, without losing one.")
    static final class Gossip extends PostCommand {

        @Override
        String path() {
            return "/api/v1/keys/gossip";
        }
    }

    /** {@code rwo keys rotate node}. */
    @Command(name = "node", description = "A new key and certificate for this node.")
    static final class NodeKeys extends PostCommand {

        @Option(names = "--all", description = "for every node, one after the other")
        private boolean all;

        @Override
        String path() {
            return "/api/v1/keys/node";
        }

        @Override
        ObjectNode body() {
            return JsonNodeFactory.instance.objectNode().put("all", all);
        }
    }
}
