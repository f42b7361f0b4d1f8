package dev.rwo.image.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.image.build.ImageBuildException;
import dev.rwo.image.demo.DemoStack;
import dev.rwo.image.vm.MachineSpec;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteException;
import dev.rwo.keys.SiteName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Everything once, from nothing to a running workload. */
@Command(
        name = "demo",
        description = {
            "Make a site with keys of its own, build its image with a small workload, boot it in a virtual machine,",
            "and show what the node makes of itself. All of it below build/demo."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final String NAME = "demo";

    private final Workstation workstation;

    @Option(names = "--keep", description = "Leave the machine running until you press Enter.")
    private boolean keep;

    @Option(names = "--rebuild", description = "New keys and a new image, even if the last one is current.")
    private boolean rebuild;

    @Option(
            names = "--write-stack",
            paramLabel = "DIR",
            description = "Only write the demo's workload to DIR, to be used with image build --stacks.")
    private @Nullable Path stackFolder;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8443",
            description = "Port of 127.0.0.1 that leads to the node's API (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--page-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Port of 127.0.0.1 that leads to the workload's page (default: ${DEFAULT-VALUE}).")
    private int pagePort;

    @Option(
            names = "--timeout",
            paramLabel = "MINUTES",
            defaultValue = "30",
            description = "How long to wait for the node and its workload (default: ${DEFAULT-VALUE}).")
    private int timeout;

    DemoCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() throws ImageBuildException, IOException {
        if (stackFolder != null) {
            DemoStack.writeTo(stackFolder);
            return RwoCommand.DONE;
        }
        Path folder = workstation.work().resolve("demo");
        Path siteFolder = folder.resolve("site");
        Optional<Path> current = rebuild ? Optional.empty() : currentImage(siteFolder);
        Path image = current.isPresent() ? current.get() : build(folder, siteFolder);
        Site site = Site.open(siteFolder, workstation.clock());
        MachineSpec spec = MachineSpec.of(
                        image, workstation.work().resolve("vm").resolve(NAME))
                .withFresh(true)
                .withForward(port, MachineSpec.API_PORT)
                .withForward(pagePort, DemoStack.PAGE_PORT);
        try (BootedNode node = BootedNode.powerOn(workstation, spec)) {
            node.await("workloads", Duration.ofMinutes(timeout));
            show(site);
            explainWhereToGo(site, image);
            if (keep) {
                node.stayUntilTold();
            } else {
                node.shutDown();
            }
        }
        return RwoCommand.DONE;
    }

    private Path build(Path folder, Path siteFolder) throws ImageBuildException, IOException {
        workstation.progress("Making the site 'demo' with keys of its own");
        delete(siteFolder);
        Site site = Site.create(siteFolder, new SiteName(NAME), workstation.clock());
        Path stacks = folder.resolve("stacks");
        delete(stacks);
        DemoStack.writeTo(stacks);
        return ImageMaking.make(workstation, NAME, SeedFiles.of(site, null, stacks), false, false)
                .raw();
    }

    /** The last demo image, if nothing that goes into one has changed since. */
    private Optional<Path> currentImage(Path siteFolder) throws IOException {
        Optional<Path> image = new BuiltImages(workstation).last(NAME);
        if (image.isEmpty()) {
            return image;
        }
        try {
            Site.open(siteFolder, workstation.clock());
        } catch (SiteException e) {
            return Optional.empty();
        }
        FileTime built = Files.getLastModifiedTime(image.get());
        FileTime changed = newest(List.of(
                workstation.project().resolve("overlays"),
                workstation.project().resolve("agent/src/main"),
                workstation.project().resolve("firstboot/src/main"),
                workstation.project().resolve("hardware-profiles/src/main"),
                workstation.project().resolve("keys/src/main"),
                workstation.project().resolve("image-builder/src/main"),
                siteFolder));
        if (changed.compareTo(built) > 0) {
            return Optional.empty();
        }
        workstation.progress("The demo's image is current: " + image.get());
        return image;
    }

    private void show(Site site) {
        try (NodeClient client = new NodeClient(site, port)) {
            JsonNode status = client.get("api/v1/status");
            workstation.say("");
            NodeTables.status(status).forEach(workstation::say);
            workstation.say("");
            NodeTables.labels(client.get("api/v1/labels")).forEach(workstation::say);
            workstation.say("");
            NodeTables.services(client.get("api/v1/services")).forEach(workstation::say);
        }
    }

    private void explainWhereToGo(Site site, Path image) {
        workstation.say("");
        Access.describe(site, port).forEach(workstation::say);
        workstation.say("Page     http://localhost:" + pagePort + "/");
        workstation.say("");
        if (!keep) {
            workstation.say("The machine is shut down now; './rwo demo --keep' leaves it running for these addresses.");
        }
        workstation.say("Again    ./rwo image boot --site " + site.directory() + "   (Enter shuts it down)");
        workstation.say("Real     ./rwo flash /dev/sdX --image " + image);
    }

    private static FileTime newest(List<Path> places) throws IOException {
        FileTime newest = FileTime.fromMillis(0);
        for (Path place : places) {
            if (Files.exists(place)) {
                try (Stream<Path> files = Files.walk(place)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        FileTime time = Files.getLastModifiedTime(file);
                        newest = time.compareTo(newest) > 0 ? time : newest;
                    }
                }
            }
        }
        return newest;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
