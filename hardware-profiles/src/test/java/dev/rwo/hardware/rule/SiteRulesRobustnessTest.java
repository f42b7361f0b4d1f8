package dev.rwo.hardware.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.label.NodeLabels;
import dev.rwo.hardware.probe.HardwareProbe;
import dev.rwo.hardware.testing.MachineFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** Damaged rule files and damaged machines: nothing throws, and good rules are never lost. */
class SiteRulesRobustnessTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final String RULES = """
            # one of everything
            labels:
              - label: site.printer
                value: 'true'
                when:
                  usb: {vendor: 04b8, product: '0202', class: ['07', ff], name: {matches: '^TM-'}}
              - label: site.fast
                expires: 2027-01-31T00:00:00Z
                when: &fast
                  all:
                    - label: {name: edge.cpu.ge.4, is: 'true'}
                    - fact: {path: memory.visibleBytes, at-least: 8 GB, at-most: 1 TiB}
                    - any: [{gpu: {driver: i915}}, {accelerator: {}}, {pci: {class: '03'}}]
                    - not: {label: {name: edge.state.thermal, is: bad}}
              - label: site.tier
                value: top
                when: *fast
              - label: site.tier
                value: some
                when: {disk: {bytes: {at-least: 10 GB}, system: true}, nic: {link: true}, display: {connected: false}}
              - label: site.model
                value-of: firmware.product
                when: {firmware: {chassis: {exists: true}}, fact: {path: readings.temperatures.celsius, at-most: 90}}
              - label: site.sensor
                when: {fact: {path: power.supplies, exists: false}}
            """;

    private Path folder = Path.of("unset");

    @BeforeProperty
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("rwo-rules");
    }

    @AfterProperty
    void removeFolder() throws IOException {
        delete(folder);
    }

    @Property(tries = 500)
    void damagedFileNeverThrowsAndNeverLosesTheRulesOfLastTime(@ForAll long seed) throws IOException {
        Path file = folder.resolve("site.yaml");
        Files.writeString(file, RULES);
        SiteRules good = SiteRules.load(folder, SiteRules.NONE).rules();
        Files.write(file, damaged(RULES.getBytes(StandardCharsets.UTF_8), new Random(seed)));

        SiteRules.Loaded loaded = SiteRules.load(folder, good);

        if (!loaded.problems().isEmpty()) {
            assertThat(loaded.rules().keys()).isEqualTo(good.keys()).isNotEmpty();
            assertThat(loaded.problems())
                    .allMatch(problem -> problem.startsWith(file.toString()) && !problem.contains("\n"));
            assertThat(SiteRules.lint(file)).isEqualTo(loaded.problems());
        }
        loaded.rules().evaluate(HardwareProfile.fromJson(emptyObject()), Map.of(), NOW);
    }

    @Property(tries = 15)
    void damagedMachineNeverThrowsAndEveryLabelIsGivenOrRefusedOrUnknown(
            @ForAll @From("machines") String machine, @ForAll long seed) throws IOException {
        Path root = folder.resolve("machine");
        Files.writeString(folder.resolve("site.yaml"), RULES);
        SiteRules rules = SiteRules.load(folder, SiteRules.NONE).rules();
        try {
            MachineFile.layOut(machine, root);
            damage(root, new Random(seed));
            HardwareProfile profile = new HardwareProbe(root).probe();

            Evaluation evaluation = rules.evaluate(profile, NodeLabels.of(profile), NOW);

            assertThat(evaluation.reasons().keySet()).isEqualTo(rules.keys());
            TreeSet<String> both = new TreeSet<>(evaluation.labels().keySet());
            both.retainAll(evaluation.unknownKeys());
            assertThat(both).isEmpty();
            assertThat(evaluation.labels().values())
                    .allMatch(value -> value.matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"));
        } finally {
            delete(root);
        }
    }

    @Provide
    Arbitrary<String> machines() {
        return Arbitraries.of(MachineFile.names());
    }

    private static JsonNode emptyObject() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static byte[] damaged(byte[] good, Random random) {
        List<String> pieces = List.of(
                "{", "}", "[", "]", ":", "*fast", "&a ", "'", "\n", "\t", "- ", "(?=", "\u0000", "é", "when", "!!x ");
        StringBuilder text = new StringBuilder(new String(good, StandardCharsets.UTF_8));
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, pieces.get(random.nextInt(pieces.size())));
                case 2 -> text.replace(at, end, pieces.get(random.nextInt(pieces.size())));
                default -> text.insert(at, text.substring(random.nextInt(at + 1), at));
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static void damage(Path root, Random random) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (int times = random.nextInt(files.size()); times > 0; times--) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            Files.write(files.get(random.nextInt(files.size())), noise);
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
