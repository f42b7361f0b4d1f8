package dev.rwo.agent.cli;

import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.Explanation;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.EngineLabels;
import dev.rwo.hardware.label.LabelFacts;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.probe.HardwareProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A machine that {@code rwo profile record} saved, as a node that is ready and takes tasks. */
final class RecordedMachine {

    private RecordedMachine() {}

    /**
     * Judges a constraint for it.
     *
     * @throws IllegalArgumentException with one line when this is no constraint or no recorded machine
     */
    static Explanation explain(Path directory, String constraint) {
        if (!Files.isDirectory(directory.resolve("proc"))) {
            throw new IllegalArgumentException(
                    directory + " holds no recorded machine; make one with: rwo profile record");
        }
        HardwareProfile profile = new HardwareProbe(directory).probe();
        ClusterNode node = new ClusterNode(
                "recorded",
                0,
                String.valueOf(directory.toAbsolutePath().normalize().getFileName()),
                "worker",
                Availability.ACTIVE,
                "ready",
                "",
                "linux",
                "x86_64",
                NodeLabels.of(profile),
                EngineLabels.of(profile).labels(),
                null);
        return Explanation.of(
                List.of(constraint), List.of(node), (ignored, label) -> LabelFacts.ofProfile(label, profile));
    }
}
