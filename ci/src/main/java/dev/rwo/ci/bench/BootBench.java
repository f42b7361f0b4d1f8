package dev.rwo.ci.bench;

import dev.rwo.image.vm.MachineSpec;
import dev.rwo.image.vm.QemuMachine;
import dev.rwo.image.vm.VmException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Boots an image and tells when it came by each milestone: its first boot, a second boot of the same disk, and a third
 * with the agent masked, which is the reference for what the agent costs. Prints a Markdown table; progress goes to the
 * standard error.
 *
 * <p>Masked by {@code systemd.mask=} on the kernel command line, which systemd-stub takes from SMBIOS (type 11) when
 * Secure Boot is off: the image and its disk stay as they are.
 */
public final class BootBench {

    /** Under emulation with another load beside, a boot takes minutes. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private static final Duration SHUTDOWN = Duration.ofMinutes(4);
    private static final Duration BUILD = Duration.ofMinutes(40);
    private static final String MASKED =
            "type=11,value=io.systemd.stub.kernel-cmdline-extra=systemd.mask=rwo-agent.service";
    private static final Pattern ACTIVE = Pattern.compile("rwo: stage active done");
    private static final Pattern ENGINE = Pattern.compile("Started docker\\.service");

    private final Path project;
    private final Path image;
    private final int runs;

    private BootBench(Path project, Path image, int runs) {
        this.project = project;
        this.image = image;
        this.runs = runs;
    }

    /** Exit status 0, 1 when a boot or a build failed, 2 for a wrong command line. */
    public static void main(String... arguments) {
        Path project = Path.of(System.getProperty("rwo.project", ".")).toAbsolutePath();
        try {
            @Nullable String image = null;
            @Nullable String builds = null;
            int runs = 1;
            for (int i = 0; i < arguments.length; i += 2) {
                String value = value(arguments, i);
                switch (arguments[i]) {
                    case "--image" -> image = value;
                    case "--builds" -> builds = value;
                    case "--runs" -> runs = number(value);
                    default -> throw new IllegalArgumentException("there is no option " + arguments[i]);
                }
            }
            List<String> buildRows = builds == null ? List.of() : buildTimes(project, builds);
            Path chosen = image == null ? newest(project) : Path.of(image).toAbsolutePath();
            new BootBench(project, chosen, runs)
                    .run("ci/bench boot " + String.join(" ", arguments), buildRows)
                    .forEach(System.out::println);
        } catch (IllegalArgumentException wrong) {
            System.err.println("bench: " + wrong.getMessage());
            System.exit(2);
        } catch (VmException | IOException | UncheckedIOException failed) {
            System.err.println("bench: " + failed.getMessage());
            System.exit(1);
        }
    }

    private static String value(String[] arguments, int option) {
        if (option + 1 >= arguments.length) {
            throw new IllegalArgumentException(arguments[option] + " needs a value");
        }
        return arguments[option + 1];
    }

    private static int number(String text) {
        if (!text.matches("[1-9]\\d?")) {
            throw new IllegalArgumentException("--runs takes 1 to 99, not " + text);
        }
        return Integer.parseInt(text);
    }

    private static Path newest(Path project) throws IOException {
        Path images = project.resolve("build/images");
        if (Files.isDirectory(images)) {
            try (Stream<Path> files = Files.walk(images, 2)) {
                Optional<Path> newest = files.filter(file -> file.toString().endsWith(".raw"))
                        .max(Comparator.comparing(BootBench::modified));
                if (newest.isPresent()) {
                    return newest.get();
                }
            }
        }
        throw new IllegalArgumentException(
                "there is no image in " + images + "; build one with: ./rwo image build --site NAME");
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private List<String> run(String command, List<String> buildRows) throws IOException {
        List<BootTimeline> first = new ArrayList<>();
        List<BootTimeline> second = new ArrayList<>();
        List<BootTimeline> masked = new ArrayList<>();
        MachineSpec spec =
                MachineSpec.of(image, project.resolve("build/vm/bench")).withRestricted(true);
        for (int run = 1; run <= runs; run++) {
            first.add(boot("first boot, run " + run, spec.withFresh(true), ACTIVE));
            second.add(boot("second boot, run " + run, spec, ACTIVE));
            masked.add(boot("agent masked, run " + run, spec.withExtra("-smbios", MASKED), ENGINE));
        }
        List<String> report = new ArrayList<>();
        report.add("Command: `" + command.strip() + "` (" + spec.acceleration() + ", " + spec.cpus() + " processors, "
                + spec.memoryMib() + " MiB, median of " + runs + ")");
        report.add("");
        report.addAll(table(BootTimeline.median(first), BootTimeline.median(second), BootTimeline.median(masked)));
        report.add("");
        report.addAll(sizes());
        report.addAll(buildRows);
        return report;
    }

    private static BootTimeline boot(String what, MachineSpec spec, Pattern end) throws IOException {
        System.err.println("bench: " + what);
        try (QemuMachine machine = QemuMachine.start(spec)) {
            machine.awaitSerialLine(end, PATIENCE);
            BootTimeline timeline = BootTimeline.of(machine.serial().lines());
            if (end.equals(ENGINE) && timeline.at(Milestone.AGENT).isPresent()) {
                throw new IOException("the agent started although it was masked: is Secure Boot on?");
            }
            // An orderly end, so that the next boot of this disk does not repair it first.
            machine.powerDown(SHUTDOWN);
            return timeline;
        }
    }

    /** The table of a report, seconds since power-on. */
    static List<String> table(BootTimeline first, BootTimeline second, BootTimeline masked) {
        List<String> rows = new ArrayList<>();
        rows.add("| seconds since power-on | first boot | second boot | second boot, agent masked |");
        rows.add("|---|---|---|---|");
        for (Milestone milestone : Milestone.values()) {
            rows.add("| " + milestone.title() + " | " + seconds(first, milestone) + " | " + seconds(second, milestone)
                    + " | " + (milestone.needsAgent() ? "-" : seconds(masked, milestone)) + " |");
        }
        rows.add("| active, over engine ready of the same boot | " + over(first, first) + " | " + over(second, second)
                + " | - |");
        rows.add("| active, over engine ready with the agent masked | " + over(first, masked) + " | "
                + over(second, masked) + " | - |");
        return rows;
    }

    private static String seconds(BootTimeline timeline, Milestone milestone) {
        return timeline.at(milestone)
                .map(time -> String.format(Locale.ROOT, "%.1f", time.toMillis() / 1000.0))
                .orElse("not told");
    }

    private static String over(BootTimeline timeline, BootTimeline reference) {
        return timeline.at(Milestone.ACTIVE)
                .flatMap(active -> reference
                        .at(Milestone.ENGINE)
                        .map(engine -> String.format(
                                Locale.ROOT,
                                "%+.1f %%",
                                100.0 * (active.toMillis() - engine.toMillis()) / engine.toMillis())))
                .orElse("-");
    }

    private List<String> sizes() throws IOException {
        List<String> rows = new ArrayList<>(List.of("| image | MiB |", "|---|---|", "| raw | " + mib(image) + " |"));
        Path compressed = image.resolveSibling(image.getFileName() + ".zst");
        if (Files.exists(compressed)) {
            rows.add("| compressed (.zst) | " + mib(compressed) + " |");
        }
        return rows;
    }

    private static long mib(Path file) throws IOException {
        return Files.size(file) >> 20;
    }

    /** Cold: without the base image and its cache, but with tools tree and fetched packages; warm: again, right after. */
    private static List<String> buildTimes(Path project, String site) throws IOException {
        List<String> rows = new ArrayList<>(List.of("", "| image build | seconds |", "|---|---|"));
        Path base = project.resolve("build/mkosi");
        Path aside = project.resolve("build/mkosi.before-bench");
        if (Files.exists(base)) {
            Files.move(base, aside);
        }
        try {
            rows.add("| cold | " + build(project, site) + " |");
            rows.add("| warm, nothing changed | " + build(project, site) + " |");
        } finally {
            if (Files.exists(base)) {
                remove(aside);
            } else if (Files.exists(aside)) {
                Files.move(aside, base);
            }
        }
        return rows;
    }

    private static void remove(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> below = Files.walk(tree)) {
                for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    private static long build(Path project, String site) throws IOException {
        List<String> command = List.of(project.resolve("rwo").toString(), "image", "build", "--site", site, "--yes");
        System.err.println("bench: " + String.join(" ", command));
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(BUILD.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("the image build failed: " + String.join(" ", command));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during the image build", stop);
        } finally {
            process.destroy();
        }
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
    }
}
