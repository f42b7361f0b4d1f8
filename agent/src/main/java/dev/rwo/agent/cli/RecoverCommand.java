package dev.rwo.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code rwo recover}. */
@Command(
        name = "recover",
        description = {
            "Bring the site back on this box when the majority of its managers is lost for good.",
            "Without --yes it only says what is lost and what would happen. See docs/recover.md.",
            "Never use it when the others may come back by themselves: switch them on, or plug in the cable, and wait.",
            "Exit status 0 done, or possible; 1 not possible here and now; 2 not confirmed."
        })
final class RecoverCommand extends NodeCommand {

    private static final String PATH = "/api/v1/recover";

    @Option(names = "--yes", description = "do it; asks for the site's name unless --confirm gives it")
    private boolean yes;

    @Option(names = "--confirm", paramLabel = "SITE", description = "the site's name, instead of typing it")
    private @Nullable String confirm;

    @Option(names = "--here", description = "do it here though another surviving manager comes first")
    private boolean here;

    @Option(
            names = "--although-alone",
            description = "do it though this box sees no gateway, or nothing at all, and may itself be the one cut off")
    private boolean althoughAlone;

    @Option(
            names = "--from-nothing",
            description = "on a worker when every manager is lost: found a new swarm with the stacks of the seed")
    private boolean fromNothing;

    @Override
    String path() {
        return PATH;
    }

    @Override
    int exitStatus(JsonNode judgement) {
        return isPossible(judgement) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private boolean isPossible(JsonNode judgement) {
        boolean asksHere = judgement.path("here").asBoolean();
        boolean asksAlone = judgement.path("althoughAlone").asBoolean();
        boolean insisted = (asksHere || asksAlone) && (here || !asksHere) && (althoughAlone || !asksAlone);
        return !judgement.path("kind").asText().equals("none")
                && (judgement.path("refusal").asText().isEmpty() || insisted);
    }

    @Override
    public Integer call() throws NodeClientException, UsageException {
        JsonNode judgement = client().get(PATH);
        if (!yes) {
            show(judgement);
            return exitStatus(judgement);
        }
        if (!isPossible(judgement)) {
            throw new NodeClientException(judgement.path("refusal").asText());
        }
        String typed = confirm == null ? ask(judgement) : confirm;
        JsonNode done = client().post(
                        PATH,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("confirm", typed)
                                .put("here", here)
                                .put("althoughAlone", althoughAlone)
                                .put("fromNothing", fromNothing));
        if (asJson()) {
            out().println(done.toPrettyString());
        } else {
            out().println(done.path("done").asText());
        }
        out().flush();
        return CommandLine.ExitCode.OK;
    }

    private String ask(JsonNode judgement) throws UsageException {
        print(judgement, err());
        err().print("type the site's name to go on: ");
        err().flush();
        try {
            // Not closed: it is the process's standard input.
            String line = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            return line == null ? "" : line.strip();
        } catch (IOException unreadable) {
            throw new UsageException("nothing was typed: give the site's name by --confirm");
        }
    }

    @Override
    void print(JsonNode judgement, PrintWriter out) {
        String refusal = judgement.path("refusal").asText();
        if (judgement.path("kind").asText().equals("none")) {
            out.println("nothing is done here: " + refusal);
            return;
        }
        out.println("managers lost:");
        judgement.path("lost").forEach(box -> out.println("  " + box.asText()));
        if (judgement.path("lost").isEmpty()) {
            out.println("  none that this box knows of");
        }
        out.println("what will happen:");
        judgement.path("will").forEach(line -> out.println("  " + line.asText()));
        if (!refusal.isEmpty()) {
            out.println("but: " + refusal);
        }
        if (!yes) {
            out.println("nothing was done; to do it: rwo recover --yes"
                    + (judgement.path("kind").asText().equals("nothing") ? " --from-nothing" : "")
                    + (judgement.path("here").asBoolean() ? " --here" : "")
                    + (judgement.path("althoughAlone").asBoolean() ? " --although-alone" : ""));
        }
    }
}
