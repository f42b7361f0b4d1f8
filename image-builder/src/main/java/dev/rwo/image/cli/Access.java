package dev.rwo.image.cli;

import dev.rwo.keys.Site;
import java.util.List;

/** How a person reaches a node that runs in a virtual machine here. */
final class Access {
    private Access() {}

    static List<String> describe(Site site, int port) {
        String keys = site.directory().toString();
        return List.of(
                "API      https://localhost:" + port + "/api/v1/node",
                "Health   https://localhost:" + port + "/q/health",
                "Browser  trusts it after you import " + keys + "/root-ca.crt as an authority",
                "curl     curl --cacert " + keys + "/root-ca.crt --cert " + keys + "/operator.crt --key " + keys
                        + "/private/operator.key https://localhost:" + port + "/api/v1/node");
    }
}
