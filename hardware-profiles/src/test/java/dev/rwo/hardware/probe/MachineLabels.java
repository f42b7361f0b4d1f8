package dev.rwo.hardware.probe;

import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.EngineLabels;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.testing.MachineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a machine's {@code .labels} file holds; run as a program, writes those files anew, to be reviewed by eye. */
final class MachineLabels {
    private MachineLabels() {}

    public static void main(String[] arguments) throws IOException {
        for (String machine : MachineFile.names()) {
            Path root = MachineFile.layOut(machine, Files.createTempDirectory("rwo-" + machine));
            Files.write(
                    Path.of("src/test/resources/machines/" + machine + ".labels"), of(new HardwareProbe(root).probe()));
        }
    }

    /** Node labels, engine labels and what is unknown, one a line. */
    static List<String> of(HardwareProfile profile) {
        EngineLabels engine = EngineLabels.of(profile);
        return Stream.of(
                        lines("", NodeLabels.of(profile)).filter(line -> !line.startsWith("edge.profile.rev=")),
                        lines("engine ", engine.labels()),
                        engine.genericResources().stream().map(resource -> "resource " + resource),
                        NodeLabels.unknown(profile).keys().stream().map(key -> "unknown " + key),
                        NodeLabels.unknown(profile).prefixes().stream().map(prefix -> "unknown " + prefix + "*"))
                .flatMap(lines -> lines)
                .toList();
    }

    private static Stream<String> lines(String prefix, Map<String, String> labels) {
        return labels.entrySet().stream().map(label -> prefix + label.getKey() + "=" + label.getValue());
    }
}
