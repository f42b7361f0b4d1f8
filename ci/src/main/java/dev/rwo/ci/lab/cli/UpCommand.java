package dev.rwo.ci.lab.cli;

import dev.rwo.ci.lab.LabException;
import dev.rwo.ci.lab.LabSite;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code lab up}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Start a lab in the background: boxes node-1, node-2 ... at 192.0.2.11, 192.0.2.12 ...",
            "Returns when all are switched on; './rwo lab status' tells how far they are."
        })
final class UpCommand implements Callable<Integer> {

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private LabCommand lab;

    @Option(names = "--nodes", paramLabel = "N", description = "How many boxes, 3 unless told.")
    private int nodes = 3;

    @Option(names = "--site", paramLabel = "NAME", description = "The site's name.")
    private String site = "lab";

    @Option(names = "--rwo-yaml", paramLabel = "FILE", description = "More settings for every box; not site and node.")
    private @Nullable Path rwoYaml;

    @Option(names = "--env", paramLabel = "NAME=VALUE", description = "A variable for every agent.")
    private final Map<String, String> environment = new LinkedHashMap<>();

    @Option(names = "--seed", paramLabel = "NUMBER", description = "Decides which frames a lossy LAN loses.")
    private long seed = 1;

    @Option(names = "--no-credential", description = "The boxes belong to no site.")
    private boolean withoutCredential;

    @Override
    public Integer call() throws IOException {
        WardenPlace place = lab.place();
        UpSettings settings = new UpSettings(
                nodes, site, seed, !withoutCredential, rwoYaml == null ? "" : Files.readString(rwoYaml), environment);
        LabSite.missing().ifPresent(what -> {
            throw new LabException("the lab " + what);
        });
        if (lab.warden().isUp()) {
            throw new LabException("the lab " + place.name() + " is up already: ./rwo lab down");
        }
        Files.createDirectories(place.folder());
        Process warden = new ProcessBuilder(command(place, settings))
                .redirectError(place.log().toFile())
                .start();
        BufferedReader lines = warden.inputReader(StandardCharsets.UTF_8);
        String said = lines.readLine();
        if (!Warden.READY.equals(said)) {
            throw new LabException(
                    said == null ? "the lab did not start; see " + place.log() : said.replaceFirst("^rwo: ", ""), null);
        }
        return 0;
    }

    /** This program's own Java and class path, in a session of its own, so that a Ctrl-C here does not end it. */
    private static List<String> command(WardenPlace place, UpSettings settings) {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
        command.add("-Drwo.project=" + System.getProperty("rwo.project", ""));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Warden.class.getName()));
        command.addAll(List.of(place.name(), settings.toJson()));
        return command;
    }
}
