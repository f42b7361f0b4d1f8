package dev.rwo.image.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteRenewal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a new issuing authority or root here, brings it to the nodes, and puts it in force in the site's folder. */
@Command(
        name = "rotate",
        description = {
            "Make a new issuing authority or root and bring it to the running nodes, none of which stops.",
            "Broken off, run it again: it carries on with the same keys. Sticks made before are worthless afterwards."
        },
        mixinStandardHelpOptions = true)
final class KeysRotateCommand implements Callable<Integer> {
    private final Workstation workstation;

    /** What can be rotated from here. */
    enum What {
        ISSUING,
        ROOT
    }

    @Parameters(paramLabel = "issuing|root", description = "What to make anew; root includes issuing.")
    private What what = What.ISSUING;

    @Option(names = "--site", required = true, paramLabel = "SITE", description = "Name or directory of the site.")
    private String siteName = "";

    @Option(
            names = "--node",
            required = true,
            paramLabel = "ADDRESS",
            description = "Any running node of the site: its address, and port if it is not 8443.")
    private String node = "";

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    KeysRotateCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() {
        Site site = workstation.openSite(siteName);
        SiteRenewal.Kind kind = what == What.ROOT ? SiteRenewal.Kind.ROOT : SiteRenewal.Kind.ISSUING;
        SiteRenewal renewal = SiteRenewal.prepare(site, kind, workstation.clock());
        ObjectNode request = JsonNodeFactory.instance
                .objectNode()
                .put("root", renewal.rootPem())
                .put("endorsement", renewal.endorsement())
                .put("certificate", renewal.issuingPem())
                .put("sealedKey", renewal.sealed().key());
        JsonNode answer;
        try (NodeClient client = NodeClient.of(site, node)) {
            answer = client.post("api/v1/keys/authority", request);
        }
        renewal.apply();
        if (json) {
            workstation.say((ObjectNode) answer);
        } else {
            workstation.say(answer.path("done").asText());
            workstation.say("Follow it on a node with: rwo keys show");
            workstation.say("Sticks and images made before let nobody in any more: make new ones with"
                    + " ./rwo image build --site " + siteName);
        }
        return RwoCommand.DONE;
    }
}
