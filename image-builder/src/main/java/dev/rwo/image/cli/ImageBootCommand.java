package dev.rwo.image.cli;

import dev.rwo.image.vm.DiskBus;
import dev.rwo.image.vm.MachineSpec;
import dev.rwo.image.vm.SerialLog;
import dev.rwo.keys.Site;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Boots an image in a virtual machine. */
@Command(
        name = "boot",
        description = {
            "Boot an image in a virtual machine (QEMU; KVM where it works), without a window.",
            "Its disk is kept from run to run, the image itself is never written."
        },
        mixinStandardHelpOptions = true)
final class ImageBootCommand implements Callable<Integer> {
    private final Workstation workstation;

    @Mixin
    private ImageChoice choice = new ImageChoice();

    @Option(names = "--fresh", description = "Begin with an empty disk: forget what earlier runs wrote.")
    private boolean fresh;

    @Option(
            names = "--disk-size",
            paramLabel = "SIZE",
            defaultValue = "10G",
            description = "Size of a new disk in GiB, such as 10G (default: ${DEFAULT-VALUE}).")
    private String diskSize = "10G";

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            defaultValue = "2048",
            description = "Memory in MiB (default: ${DEFAULT-VALUE}).")
    private int memory;

    @Option(
            names = "--cpus",
            paramLabel = "N",
            defaultValue = "2",
            description = "Number of processors (default: ${DEFAULT-VALUE}).")
    private int cpus;

    @Option(
            names = "--bus",
            defaultValue = "virtio",
            description = "How the disk is attached: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private DiskBus bus = DiskBus.VIRTIO;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8443",
            description = "Port of 127.0.0.1 that leads to the node's API (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--ssh-port", paramLabel = "PORT", description = "Port of 127.0.0.1 that leads to the node's ssh.")
    private @Nullable Integer sshPort;

    @Option(names = "--foreground", description = "Show all that the machine says on its serial port.")
    private boolean foreground;

    @Option(
            names = "--wait-active",
            description =
                    "Wait until the node is active, show its status, and shut it down; fail if it does not get there.")
    private boolean waitActive;

    @Option(
            names = "--timeout",
            paramLabel = "MINUTES",
            defaultValue = "20",
            description = "How long to wait for the node (default: ${DEFAULT-VALUE}).")
    private int timeout;

    ImageBootCommand(Workstation workstation) {
        this.workstation = workstation;
    }

    @Override
    public Integer call() {
        Path image = choice.resolve(workstation);
        MachineSpec spec = MachineSpec.of(
                        image, workstation.work().resolve("vm").resolve(nameOf(image)))
                .withFresh(fresh)
                .withDiskGib(gib(diskSize))
                .withMemoryMib(memory)
                .withCpus(cpus)
                .withBus(bus)
                .withForward(port, MachineSpec.API_PORT);
        if (sshPort != null) {
            spec = spec.withForward(sshPort, MachineSpec.SSH_PORT);
        }
        try (BootedNode node = BootedNode.powerOn(workstation, spec)) {
            if (foreground) {
                node.machine().serial().onLine(this::echo);
            }
            node.await("active", Duration.ofMinutes(timeout));
            showStatus();
            if (waitActive) {
                node.shutDown();
            } else {
                node.stayUntilTold();
            }
        }
        return RwoCommand.DONE;
    }

    private void showStatus() {
        workstation.say("");
        if (choice.site == null) {
            workstation.say("The node is active: https://127.0.0.1:" + port + " (name its --site to see its status)");
            return;
        }
        Site site = workstation.openSite(choice.site);
        try (NodeClient client = new NodeClient(site, port)) {
            NodeTables.status(client.get("api/v1/status")).forEach(workstation::say);
        }
        workstation.say("");
        Access.describe(site, port).forEach(workstation::say);
    }

    private void echo(SerialLog.Line line) {
        if (StageProgress.parse(line.text()).isEmpty()) {
            workstation.progress(line.toString());
        }
    }

    static int gib(String size) {
        String digits = size.endsWith("G") ? size.substring(0, size.length() - 1) : size;
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw CommandException.badInput("'" + size + "' is not a size of a disk; use GiB, such as 10G");
        }
    }

    private static String nameOf(Path image) {
        String file = String.valueOf(image.getFileName());
        return file.endsWith(".raw") ? file.substring(0, file.length() - ".raw".length()) : file;
    }
}
