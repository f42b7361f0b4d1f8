package dev.rwo.hardware.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.cpu.CpuClassifier;
import dev.rwo.hardware.cpu.CpuIdentity;
import dev.rwo.hardware.testing.ProfileJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules as an operator writes them, and the labels that come of them. */
class SiteRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private static final HardwareProfile TILL = ProfileJson.of("""
            {'usb': [
              {'path': '1-1', 'vendor': '046d', 'product': 'c31c', 'classes': ['03'],
               'manufacturerName': 'Logitech', 'productName': 'Keyboard', 'serial': {'unknown': 'it has none'}},
              {'path': '1-2', 'vendor': '04b8', 'product': '0202', 'classes': ['07', 'ff'],
               'manufacturerName': 'EPSON', 'productName': 'TM-T20II', 'serial': 'J7'}],
             'pci': [{'address': '0000:00:02.0', 'deviceClass': '030000', 'vendor': '8086', 'device': '46a6',
                      'driver': 'i915'}],
             'memory': {'visibleBytes': 8000000000, 'ecc': {'unknown': 'no permission'}},
             'nics': [
               {'name': 'eth0', 'wireless': false, 'link': true, 'megabitsPerSecond': 1000, 'driver': 'igc'},
               {'name': 'wlan0', 'wireless': true, 'link': false, 'driver': 'iwlwifi'}],
             'storage': {'disks': []},
             'virtualization': {'kvm': true},
             'firmware': {'product': 'Till 3000 (rev. 2)', 'serial': 'To Be Filled By O.E.M.', 'chassis': 'Mini PC'}}""");

    private static final Map<String, String> LABELS = Map.of("edge.cpu.ge.4", "true", "edge.mem.gib", "8");

    @TempDir
    Path folder;

    @Test
    void receiptPrinterOnUsbBecomesALabel() throws IOException {
        file("printer.yaml", """
            labels:
              - label: site.printer
                when:
                  usb: {vendor: 04b8, product: 0202}
              - label: site.scanner
                when:
                  usb: {vendor: 05e0}
            """);

        Evaluation evaluation = evaluate();

        assertThat(evaluation.labels()).containsOnly(Map.entry("site.printer", "true"));
        assertThat(evaluation.unknownKeys()).isEmpty();
        assertThat(evaluation.reasons().get("site.printer")).contains("printer.yaml:2", "usb 1-2 matches");
        assertThat(evaluation.reasons().get("site.scanner")).contains("none of 2 usb devices matches");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        usb: {vendor: 04b8, product: '0202'}                                        | TRUE
        usb: {vendor: 04b8, product: c31c}                                          | FALSE
        usb: {vendor: [05e0, 04B8]}                                                 | TRUE
        usb: {class: '07'}                                                          | TRUE
        usb: {name: {matches: '^tm-t\\d+'}}                                         | TRUE
        usb: {serial: J8}                                                           | UNKNOWN
        usb: {vendor: 04b8, serial: J8}                                             | FALSE
        pci: {class: '03', driver: i915}                                            | TRUE
        pci: {class: '0300'}                                                        | TRUE
        pci: {class: '02'}                                                          | FALSE
        gpu: {vendor: 8086}                                                         | UNKNOWN
        disk: {}                                                                    | FALSE
        nic: {megabits: {at-least: 1000}, wireless: false}                          | TRUE
        nic: {megabits: {at-least: 2500}, wireless: false}                          | FALSE
        firmware: {chassis: Mini PC}                                                | TRUE
        firmware: {bios-vendor: AMI}                                                | UNKNOWN
        label: {name: edge.cpu.ge.4, is: 'true'}                                    | TRUE
        label: {name: edge.mem.gib, at-least: 9}                                    | FALSE
        label: {name: edge.mem.gib, at-most: 8}                                     | TRUE
        label: {name: edge.gpu.nvidia, exists: true}                                | UNKNOWN
        label: {name: edge.state.power, is: ok}                                     | UNKNOWN
        label: {name: edge.npu.coral, is: 'true'}                                   | UNKNOWN
        label: {name: feature.usb-07_04b8_0202.present, not: 'true'}                | TRUE
        fact: {path: memory.visibleBytes, at-least: 8000000000}                     | TRUE
        fact: {path: memory.visibleBytes, at-least: 8 GB}                           | TRUE
        fact: {path: memory.visibleBytes, at-least: 7.5 GiB}                        | FALSE
        fact: {path: memory.visibleBytes, at-least: 4 GiB, at-most: 8 GiB}          | TRUE
        fact: {path: memory.ecc, is: 'true'}                                        | UNKNOWN
        fact: {path: memory.ecc, exists: true}                                      | UNKNOWN
        fact: {path: storage.disks, exists: true}                                   | FALSE
        fact: {path: nics.driver, is: igc}                                          | TRUE
        fact: {path: nics.driver, not: igc}                                         | FALSE
        fact: {path: nics.driver, not: e1000e}                                      | TRUE
        fact: {path: virtualization.kvm, is: true}                                  | TRUE
        fact: {path: firmware.product, matches: '^Till \\d+ \\(rev'}                | TRUE
        not: {usb: {vendor: 04b8}}                                                  | FALSE
        not: {gpu: {vendor: 8086}}                                                  | UNKNOWN
        all: [{usb: {vendor: 04b8}}, {gpu: {vendor: 8086}}]                         | UNKNOWN
        all: [{usb: {vendor: 05e0}}, {gpu: {vendor: 8086}}]                         | FALSE
        all: [{pci: {vendor: 10de}}, {gpu: {vendor: 8086}}]                         | FALSE
        any: [{usb: {vendor: 04b8}}, {gpu: {vendor: 8086}}]                         | TRUE
        any: [{pci: {vendor: 10de}}, {gpu: {vendor: 8086}}]                         | UNKNOWN
        """)
    void conditionIsTrueFalseOrUnknown(String condition, String expected) throws IOException {
        file("a.yaml", "labels:\n  - label: site.x\n    when: {" + condition + "}\n");

        Evaluation evaluation = evaluate();

        assertThat(evaluation.reasons()).as("why").containsKey("site.x");
        assertThat(evaluation.labels().containsKey("site.x"))
                .as(evaluation.reasons().toString())
                .isEqualTo(expected.equals("TRUE"));
        assertThat(evaluation.unknownKeys().contains("site.x"))
                .as(evaluation.reasons().toString())
                .isEqualTo(expected.equals("UNKNOWN"));
    }

    @Test
    void valueMayBeTakenFromAFactAndIsSanitised() throws IOException {
        file("a.yaml", """
            labels:
              - {label: site.model, value-of: firmware.product, when: {label: {name: edge.mem.gib}}}
              - {label: site.asset, value-of: firmware.serial, when: {label: {name: edge.mem.gib}}}
              - {label: site.board, value-of: firmware.boardProduct, when: {label: {name: edge.mem.gib}}}
              - {label: site.threads, value-of: cpu.threads, when: {usb: {vendor: 05e0}}}
              - {label: site.kvm, value-of: virtualization.kvm, when: {usb: {}}}
            """);

        Evaluation evaluation = evaluate();

        assertThat(evaluation.labels())
                .containsOnly(Map.entry("site.model", "Till-3000-rev.-2"), Map.entry("site.kvm", "true"));
        assertThat(evaluation.unknownKeys()).containsExactly("site.board");
        assertThat(evaluation.reasons().get("site.asset")).contains("placeholder");
    }

    @Test
    void firstRuleThatHoldsWinsInTheOrderOfTheFiles() throws IOException {
        file("20.yaml", "labels: [{label: site.tier, value: low, when: {usb: {}}}]");
        file("10.yaml", """
            labels:
              - {label: site.tier, value: top, when: {label: {name: edge.cpu.ge.4, is: 'false'}}}
              - {label: site.tier, value: high, when: {label: {name: edge.cpu.ge.4, is: 'true'}}}
            """);

        assertThat(evaluate().labels()).containsEntry("site.tier", "high");
    }

    @Test
    void unknownRuleHidesTheLaterOnesBecauseItMightWin() throws IOException {
        file("a.yaml", """
            labels:
              - {label: site.tier, value: top, when: {gpu: {vendor: 10de}}}
              - {label: site.tier, value: low, when: {usb: {}}}
            """);

        Evaluation evaluation = evaluate();

        assertThat(evaluation.labels()).isEmpty();
        assertThat(evaluation.unknownKeys()).containsExactly("site.tier");
        assertThat(evaluation.reasons().get("site.tier")).contains("a.yaml:2", "unknown");
    }

    @Test
    void labelGoesExactlyWhenItsRuleExpires() throws IOException {
        file("a.yaml", """
            labels:
              - {label: site.sale, expires: '2026-12-24T18:00:00+01:00', when: {usb: {}}}
              - {label: site.year, expires: 2026-12-31, when: {usb: {}}}
            """);
        SiteRules rules = load(SiteRules.NONE).rules();
        Instant sale = Instant.parse("2026-12-24T17:00:00Z");
        Instant year = Instant.parse("2027-01-01T00:00:00Z");

        Evaluation before = rules.evaluate(TILL, LABELS, sale.minusNanos(1));
        assertThat(before.labels()).containsKeys("site.sale", "site.year");
        assertThat(before.nextExpiry()).contains(sale);

        Evaluation at = rules.evaluate(TILL, LABELS, sale);
        assertThat(at.labels()).containsOnlyKeys("site.year");
        assertThat(at.unknownKeys()).isEmpty();
        assertThat(at.reasons().get("site.sale")).contains("expired on 2026-12-24T17:00:00Z");
        assertThat(at.nextExpiry()).contains(year);

        Evaluation after = rules.evaluate(TILL, LABELS, year);
        assertThat(after.labels()).isEmpty();
        assertThat(after.nextExpiry()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        labels: [{label: site.x, when: {usb: {vender: 04b8}}}]            | 1:39 | did you mean 'vendor'
        labels: [{label: edge.x, when: {usb: {}}}]                        | 1:18 | does not begin with 'site.'
        labels: [{label: site.X, when: {usb: {}}}]                        | 1:18 | is no label key
        labels: [{label: site.x}]                                         | 1:10 | 'when' is missing
        labels: [{label: site.x, when: {}}]                               | 1:32 | an empty condition
        labels: [{label: site.x, value: a b, when: {usb: {}}}]            | 1:33 | is no label value
        labels: [{label: site.x, when: {fact: {path: memory.size}}}]      | 1:46 | 'size' is none of visibleBytes
        labels: [{label: site.x, when: {fact: {path: cpu.cores.x}}}]      | 1:46 | goes too deep
        labels: [{label: site.x, when: {fact: {path: cpu, is: x}}}]       | 1:39 | no single value
        labels: [{label: site.x, value-of: usb.vendor, when: {usb: {}}}]  | 1:36 | no single value
        labels: [{label: site.x, when: {fact: {path: os.id, at-least: 3}}}] | 1:63 | no number to compare
        labels: [{label: site.x, when: {usb: {name: {matches: '('}}}}]    | 1:55 | regular expression
        labels: [{label: site.x, when: {label: {name: team, is: a}}}]     | 1:47 | no label of RWO's
        labels: [{label: site.x, expires: soon, when: {usb: {}}}]         | 1:35 | neither a date
        lables: []                                                        | 1:1  | did you mean 'labels'
        labels: [{label: site.x, when: {nic: {link: up}}}]                | 1:45 | either true or false
        labels: [                                                         | 1:   | no valid YAML
        """)
    void mistakeIsReportedWithLineAndColumn(String yaml, String place, String problem) throws IOException {
        Path file = file("bad.yaml", yaml);

        assertThat(SiteRules.lint(file)).hasSize(1);
        assertThat(SiteRules.lint(file).getFirst())
                .startsWith(file + ":" + place)
                .contains(problem);
    }

    @Test
    void lintNamesEveryMistakeOfAFile() throws IOException {
        Path file = file("bad.yaml", """
            labels:
              - {label: site.a, when: {usb: {vender: x}}}
              - {label: site.b, when: {usb: {}}}
              - {label: other, when: {usb: {}}}
            """);

        assertThat(SiteRules.lint(file)).hasSize(2);
    }

    @Test
    void brokenFileKeepsItsLastRulesAndTheOthersChange() throws IOException {
        file("10.yaml", "labels: [{label: site.a, value: one, when: {usb: {}}}]");
        file("20.yaml", "labels: [{label: site.b, value: one, when: {usb: {}}}]");
        SiteRules first = load(SiteRules.NONE).rules();
        file("10.yaml", "labels: [{label: site.a, value: two, when: {usb: {}}");
        file("20.yaml", "labels: [{label: site.b, value: two, when: {usb: {}}}]");

        SiteRules.Loaded second = load(first);

        assertThat(second.problems()).hasSize(1).first().asString().contains("10.yaml:1:");
        assertThat(second.rules().evaluate(TILL, LABELS, NOW).labels())
                .containsOnly(Map.entry("site.a", "one"), Map.entry("site.b", "two"));

        Files.delete(folder.resolve("10.yaml"));
        SiteRules.Loaded third = load(second.rules());
        assertThat(third.problems()).isEmpty();
        assertThat(third.rules().keys()).containsExactly("site.b");
    }

    @Test
    void brokenFileWithoutRulesOfLastTimeLeavesTheRulesIncomplete() throws IOException {
        file("10.yaml", "labels: [{label: site.a, when: {usb: {}}}]");
        file("20.yaml", "labels: [");
        SiteRules afterRestart = load(SiteRules.NONE).rules();
        assertThat(afterRestart.isComplete()).isFalse();
        assertThat(load(afterRestart).rules().isComplete()).isFalse();

        file("20.yaml", "labels: []");
        SiteRules mended = load(afterRestart).rules();
        assertThat(mended.isComplete()).isTrue();

        file("20.yaml", "labels: [");
        assertThat(load(mended).rules().isComplete()).isTrue();
    }

    @Test
    void processorRuleOfTheSiteComesBeforeOurs() throws IOException {
        file("10.yaml", "processors: [{id: kiosk, brand: 'N4000', class: atom, rank: 1}]");
        CpuIdentity stick =
                new CpuIdentity("GenuineIntel", "Intel(R) Celeron(R) N4000 CPU @ 1.10GHz", 6, 122, 1, new TreeSet<>());

        SiteRules rules = load(SiteRules.NONE).rules();

        assertThat(rules.classifier(CpuClassifier.standard()).classify(stick).rank())
                .isEqualTo(1);
        assertThat(SiteRules.NONE
                        .classifier(CpuClassifier.standard())
                        .classify(stick)
                        .rank())
                .isEqualTo(2);
    }

    @Test
    void processorRulesOfOneNameInTwoFilesBreakTheLaterFileOnly() throws IOException {
        file("10.yaml", "processors: [{id: kiosk, brand: 'N4000', class: atom, rank: 1}]");
        file("20.yaml", "processors: [{id: kiosk, brand: 'N5000', class: atom, rank: 1}]");

        SiteRules.Loaded loaded = load(SiteRules.NONE);

        assertThat(loaded.problems()).hasSize(1).first().asString().contains("20.yaml:1:", "kiosk");
        assertThat(loaded.rules().isComplete()).isFalse();
    }

    @Test
    void brokenProcessorRuleIsReportedWithItsPlace() throws IOException {
        Path file = file("10.yaml", "processors: [{id: kiosk, brand: '(', class: atom, rank: 9}]");

        assertThat(SiteRules.lint(file)).isNotEmpty().allMatch(problem -> problem.startsWith(file + ":1:"));
    }

    @Test
    void filesThatAreNoRuleFilesAreOneProblemEach() throws IOException {
        Files.createDirectory(folder.resolve("dir.yaml"));
        Files.write(folder.resolve("binary.yaml"), new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0});
        Files.write(folder.resolve("latin1.yaml"), new byte[] {'#', ' ', (byte) 0xe9, '\n'});
        Files.writeString(folder.resolve("huge.yaml"), "#".repeat(SiteRuleFile.MAX_BYTES + 1));
        Files.writeString(folder.resolve("empty.yaml"), "");
        Files.createSymbolicLink(folder.resolve("gone.yaml"), folder.resolve("nowhere"));
        Files.writeString(folder.resolve(".hidden.yaml"), "{");
        Files.writeString(folder.resolve("note.txt"), "{");

        SiteRules.Loaded loaded = load(SiteRules.NONE);

        assertThat(loaded.problems())
                .hasSize(6)
                .allSatisfy(problem ->
                        assertThat(problem).startsWith(folder.toString()).doesNotContain("\n"));
        assertThat(loaded.rules().keys()).isEmpty();
    }

    @Test
    void folderThatIsNotThereHasNoRulesAndOneThatCannotBeListedKeepsThem() throws IOException {
        file("a.yaml", "labels: [{label: site.a, when: {usb: {}}}]");
        SiteRules rules = load(SiteRules.NONE).rules();

        SiteRules.Loaded none = SiteRules.load(folder.resolve("nowhere"), rules);
        assertThat(none.problems()).isEmpty();
        assertThat(none.rules().keys()).isEmpty();

        SiteRules.Loaded unreadable = SiteRules.load(folder.resolve("a.yaml"), rules);
        assertThat(unreadable.problems()).hasSize(1);
        assertThat(unreadable.rules().keys()).containsExactly("site.a");
        assertThat(SiteRules.load(folder.resolve("a.yaml"), SiteRules.NONE)
                        .rules()
                        .isComplete())
                .isFalse();
    }

    @Test
    void ruleThatStandsForAnEndlessTreeIsRefused() throws IOException {
        Path endless = file("a.yaml", "labels: [{label: site.a, when: &w {all: [*w]}}]");
        Path laughing = file("b.yaml", """
            labels:
              - label: site.a
                when:
                  any:
                    - all: &a [{usb: {}}, {usb: {}}, {usb: {}}, {usb: {}}, {usb: {}}, {usb: {}}, {usb: {}}, {usb: {}}]
                    - all: &b [all: *a, all: *a, all: *a]
                    - all: [any: &c [{all: *a}, {all: *a}, {all: *a}, {all: *a}], any: *c, all: [any: *c, all: [any: *c]]]
            """);

        assertThat(SiteRules.lint(endless)).hasSize(1);
        assertThat(SiteRules.lint(laughing)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void catastrophicExpressionIsAnsweredInLinearTime() throws IOException {
        file("a.yaml", "labels: [{label: site.a, when: {firmware: {product: {matches: '^(a+)+$'}}}}]");
        HardwareProfile trap = ProfileJson.with(TILL, "/firmware/product", "'" + "a".repeat(20_000) + "!'");

        Evaluation evaluation = load(SiteRules.NONE).rules().evaluate(trap, LABELS, NOW);

        assertThat(evaluation.labels()).isEmpty();
        assertThat(evaluation.reasons().get("site.a")).hasSizeLessThan(300);
    }

    private Evaluation evaluate() {
        SiteRules.Loaded loaded = load(SiteRules.NONE);
        assertThat(loaded.problems()).isEqualTo(List.of());
        return loaded.rules().evaluate(TILL, LABELS, NOW);
    }

    private SiteRules.Loaded load(SiteRules previous) {
        return SiteRules.load(folder, previous);
    }

    private Path file(String name, String yaml) throws IOException {
        return Files.writeString(folder.resolve(name), yaml);
    }
}
