package dev.rwo.firstboot;

import dev.rwo.keys.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Every path that a node uses, below one root, so that tests and tools can work on a directory instead of a machine.
 *
 * @param root {@code /} on a node, any directory elsewhere
 * @param ownSystem whether the operating system is RWO's image; otherwise the agent came as a plug-in to somebody else's,
 *     whose name, network, time, ssh, console and engine are not the agent's to arrange
 */
public record NodeLayout(Path root, boolean ownSystem) {

    /** How the image says in os-release(5) that it is RWO's: ImageId in {@code overlays/mkosi.conf}. */
    private static final String OWN_IMAGE = "IMAGE_ID=rwo";

    /** A layout of RWO's own image. */
    public NodeLayout(Path root) {
        this(root, true);
    }

    /** The layout of the system below a root; a folder without a system in it is as our own. */
    public static NodeLayout of(Path root) {
        try {
            return new NodeLayout(
                    root,
                    Files.readString(root.resolve("usr/lib/os-release"))
                            .replace("\"", "")
                            .lines()
                            .anyMatch(OWN_IMAGE::equals));
        } catch (IOException noSystem) {
            return new NodeLayout(root);
        }
    }

    /** The layout of the machine that this program runs on. */
    public static NodeLayout ofThisMachine() {
        return of(Path.of("/"));
    }

    /**
     * Where the seed partition is mounted read-only, or where somebody puts the seed on a system that is not ours; absent or
     * empty when there is no seed.
     */
    public Path seed() {
        return ownSystem ? runtime().resolve("seed") : state().resolve("seed");
    }

    /** The operator's settings on the seed. */
    public Path seedConfig() {
        return seed().resolve("rwo.yaml");
    }

    /** Stacks on the seed: one directory a stack, with {@code docker-compose.yml} and image archives in it. */
    public Path seedStacks() {
        return seed().resolve("stacks");
    }

    /** The site's credential on the seed. */
    public Path seedCredential() {
        return seed().resolve("credential");
    }

    /** Everything that the node remembers; mode 0700. */
    public Path state() {
        return variable().resolve("lib/rwo");
    }

    /** The data partition: {@code /var}. */
    public Path variable() {
        return root.resolve("var");
    }

    /** Who the node is, as JSON. */
    public Path identity() {
        return state().resolve("identity.json");
    }

    /** The machine id that the initrd made once and keeps on the data partition. */
    public Path machineId() {
        return state().resolve("machine-id");
    }

    /** The machine id of the running system: a copy of {@link #machineId()}, or all there is without a data partition. */
    public Path liveMachineId() {
        return etc().resolve("machine-id");
    }

    /** Keys and certificates of the node. */
    public Path pki() {
        return state().resolve("pki");
    }

    /** The node's private key, PEM, mode 0600. */
    public Path nodeKey() {
        return pki().resolve("node.key");
    }

    /** The node's certificate and those above it, PEM, leaf first. */
    public Path nodeCertificate() {
        return pki().resolve("node.crt");
    }

    /** The certificate of a key that is coming into force: written before the key, so that no power cut parts the two. */
    public Path nextCertificate() {
        return pki().resolve("node.crt.next");
    }

    /** The site's root certificate, PEM. */
    public Path rootCertificate() {
        return pki().resolve("root-ca.crt");
    }

    /** Whom the site trusts now, JSON, mode 0600: gossip keys are in it. */
    public Path trustDocument() {
        return pki().resolve(Credential.TRUST_DOCUMENT);
    }

    /** The last settings that were good, as YAML; used when the seed is absent or broken. */
    public Path savedConfig() {
        return state().resolve("rwo.yaml");
    }

    /** The last hardware profile, as JSON. */
    public Path profile() {
        return state().resolve("profile.json");
    }

    /** The hardware labels that count, and what is on its way to count, as JSON. */
    public Path hardwareState() {
        return state().resolve("hardware.json");
    }

    /** Every change of a hardware label, a JSON object a line. */
    public Path hardwareHistory() {
        return state().resolve("hardware-history.jsonl");
    }

    /** The operator's own label rules; in the image a link to a folder of the data partition. */
    public Path labelRules() {
        return etc().resolve("rwo/profiles.d");
    }

    /** The swarm the node is in, as JSON: a worker cannot ask its engine. */
    public Path swarmMemory() {
        return state().resolve("swarm.json");
    }

    /** What the node promised to others while a swarm is founded; outlives the agent, not a reboot. */
    public Path ballot() {
        return runtime().resolve("ballot.json");
    }

    /** The readiness stages, as JSON. */
    public Path stagesFile() {
        return state().resolve("stages.json");
    }

    /** Stacks taken over from the seed. */
    public Path stacks() {
        return state().resolve("stacks");
    }

    /** Stacks that came with the image; one of the same name in {@link #stacks()} wins. */
    public Path imageStacks() {
        return root.resolve("usr/share/rwo/stacks");
    }

    /** The container engine's settings; on a system that is not ours the engine's usual file. */
    public Path engineConfig() {
        return ownSystem ? state().resolve("engine/daemon.json") : etc().resolve("docker/daemon.json");
    }

    /** The live system configuration: volatile, built anew at each boot. */
    public Path etc() {
        return root.resolve("etc");
    }

    /** What the initrd copies over {@link #etc()} at the next boot. */
    public Path savedEtc() {
        return state().resolve("etc");
    }

    /** Volatile directory of the agent and of the boot: {@code /run/rwo}. */
    public Path runtime() {
        return root.resolve("run/rwo");
    }

    /** Exists when {@code /var} is in memory only; one line that says why. */
    public Path noDataPartitionMarker() {
        return runtime().resolve("no-data-partition");
    }

    /** Where sticks that are plugged in are mounted, each below the name of its device. */
    public Path sticks() {
        return runtime().resolve("sticks");
    }

    /** In which format the agent's state is: {@link StateFormat}. */
    public Path stateFormat() {
        return state().resolve("state-format");
    }

    /** What is remembered of upgrades, and bundles kept for other boxes. */
    public Path upgrades() {
        return state().resolve("upgrade");
    }

    /** Whom this node trusts to sign updates, PEM: read by RAUC. */
    public Path updateKeyring() {
        return upgrades().resolve("keyring.pem");
    }

    /** Certificates of vendors whose updates the operator trusts, {@code *.crt}; in the image a link to the data partition. */
    public Path vendorKeys() {
        return etc().resolve("rwo/update-keys.d");
    }

    /** Where the initrd names the partitions of the two slots; absent where the OS is not ours. */
    public Path slots() {
        return runtime().resolve("slots");
    }

    /** The program that knows the slots, RAUC's backend. */
    public Path bootSlots() {
        return root.resolve("usr/libexec/rwo/boot-slots");
    }

    /** The agent's word on a new version that runs for the first time: {@code good}, or {@code bad} and the reason. */
    public Path bootVerdict() {
        return runtime().resolve("boot-verdict");
    }

    /** The kernel images, on the boot partition. */
    public Path kernelImages() {
        return root.resolve("boot/EFI/Linux");
    }

    /** What the OS is. */
    public Path osRelease() {
        return root.resolve("usr/lib/os-release");
    }

    /** The operator's own checks of a new version; in the image a link to a folder of the data partition. */
    public Path checks() {
        return etc().resolve("rwo/checks.d");
    }

    /** What kind of agent the image carries and how it was built, as JSON. */
    public Path buildInfo() {
        return root.resolve("usr/lib/rwo/build-info.json");
    }
}
