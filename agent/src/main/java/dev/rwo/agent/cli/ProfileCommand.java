package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code rwo profile}. */
@Command(
        name = "profile",
        description = "The hardware of this node, as last probed.",
        subcommands = {
            ProfileHistoryCommand.class,
            ProfileClassifyCommand.class,
            ProfileLintCommand.class,
            ProfileRecordCommand.class
        })
final class ProfileCommand extends NodeCommand {

    @Override
    String path() {
        return "/api/v1/profile";
    }

    @Override
    void print(JsonNode answer, PrintWriter out) {
        print("", answer, out);
    }

    private static void print(String path, JsonNode node, PrintWriter out) {
        if (node.isObject() && node.size() == 1 && node.has("unknown")) {
            out.printf("%-34s unknown: %s%n", path, node.path("unknown").asText());
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                print(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), out);
            }
        } else if (node.isArray() && !node.isEmpty() && node.get(0).isObject()) {
            for (int index = 0; index < node.size(); index++) {
                print(path + "[" + index + "]", node.get(index), out);
            }
        } else if (node.isArray()) {
            StringBuilder line = new StringBuilder();
            node.forEach(item -> line.append(line.isEmpty() ? "" : " ").append(item.asText()));
            out.printf("%-34s %s%n", path, line);
        } else {
            out.printf("%-34s %s%n", path, node.asText());
        }
    }
}
