package dev.rwo.image.cli;

import dev.rwo.keys.Site;
import dev.rwo.keys.SiteRenewal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a new operator's certificate; no node is concerned. */
@Command(
        name = "renew",
        description = "Make a new key and certificate for the operator, for a year. Concerns no node.",
        mixinStandardHelpOptions = true)
final class KeysRenewCommand implements Callable<Integer> {
    private final Workstation workstation;

    /** What can be renewed. */
    enum What {
        OPERATOR
    }

    @Parameters(paramLabel = "operator", description = "What to renew.")
    private What what = What.OPERATOR;

    @Option(names = "--site", required = true, paramLabel = "SITE", description = "Name or directory of the site.")
    private String siteName = "";

    KeysRenewCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() {
        Site site = Site.openForRenewal(workstation.siteDirectory(siteName), workstation.clock());
        SiteRenewal.prepare(site, SiteRenewal.Kind.valueOf(what.name()), workstation.clock())
                .apply();
        Site renewed = workstation.openSite(siteName);
        workstation.say("operator.crt is new, until " + renewed.operator().notAfter()
                + "; whoever has the old one can use it until it ends");
        return RwoCommand.DONE;
    }
}
