package dev.rwo.image.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.image.build.BuiltSysext;
import dev.rwo.image.build.ImageBuildException;
import dev.rwo.keys.Site;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Builds the plug-in for systems that are not ours. */
@Command(
        name = "build",
        description = "Build the agent as a system extension for any x86-64 system with systemd, signed for a site."
                + " It holds no secret.",
        mixinStandardHelpOptions = true)
final class SysextBuildCommand implements Callable<Integer> {
    private final Workstation workstation;

    @Option(names = "--site", required = true, paramLabel = "SITE", description = "Name or directory of the site.")
    private String siteName = "";

    @Option(
            names = "--agent-version",
            paramLabel = "VERSION",
            description =
                    "Of the agent that it brings; by default this checkout's. systemd takes the highest there is.")
    private String version = RwoCommand.Version.number();

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    SysextBuildCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() throws ImageBuildException {
        Site site = workstation.openSite(siteName);
        BuiltSysext sysext = ImageMaking.sysext(workstation, site, version);
        if (json) {
            workstation.say(JsonNodeFactory.instance
                    .objectNode()
                    .put("site", site.name().value())
                    .put("sysext", sysext.file().toString())
                    .put("bytes", sysext.size())
                    .put("checksums", sysext.checksums().toString())
                    .put("version", sysext.version())
                    .put("roothash", sysext.roothash())
                    .put("certificate", site.updateSigningFile().toString())
                    .put("agent", sysext.agentKind()));
        } else {
            workstation.say("Plug-in      " + sysext.file() + " (" + BinarySize.of(sysext.size()) + ")");
            workstation.say("Version      " + sysext.version());
            workstation.say("Checksums    " + sysext.checksums());
            workstation.say("Certificate  " + site.updateSigningFile() + " (to /etc/verity.d on the system)");
        }
        return RwoCommand.DONE;
    }
}
