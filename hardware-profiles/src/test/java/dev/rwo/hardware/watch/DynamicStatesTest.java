package dev.rwo.hardware.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rwo.hardware.HardwareProfile;
import dev.rwo.hardware.watch.DynamicStates.Assessment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the readings of a box deserve. */
class DynamicStatesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final DynamicStates states = new DynamicStates(StateThresholds.DEFAULT);
    private final LabelStabilizer stabilizer = new LabelStabilizer(Dwell.DEFAULT);
    private StableLabels stable = StableLabels.EMPTY;

    /** A profile of which only this is known; single quotes for double ones. */
    private static HardwareProfile profile(String json) {
        try {
            return HardwareProfile.fromJson(JSON.readTree(json.replace('\'', '"')));
        } catch (JsonProcessingException typo) {
            throw new IllegalArgumentException(typo);
        }
    }

    private static HardwareProfile heat(double celsius) {
        return profile("{'readings':{'temperatures':[{'sensor':'coretemp/Package id 0','celsius':" + celsius
                + ",'highCelsius':100.0,'criticalCelsius':100.0}]}}");
    }

    private static HardwareProfile wear(int percent) {
        return profile(
                "{'readings':{'diskHealth':[{'disk':'sda','warning':'','failed':'','wearPercent':" + percent + "}]}}");
    }

    private static HardwareProfile memory(double percent) {
        return profile("{'memory':{'visibleBytes':1000},'readings':{'availableBytes':" + (long) (percent * 10) + "}}");
    }

    /** What the box deserves while this state counts. */
    private Assessment assess(HardwareProfile profile, String key, String counting) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put(key, counting);
        return states.assess(
                profile, new StableLabels(labels, new TreeMap<>(), stable.states(), START), START.plusSeconds(60));
    }

    /** Looks twice, so that it counts, and then again after the dwell. */
    private Assessment live(HardwareProfile profile, int second) {
        Instant now = START.plusSeconds(second);
        Assessment assessment = states.assess(profile, stable, now);
        stable = stabilizer
                .look(assessment.state(), assessment.labels(), assessment.unknown(), now, "test")
                .labels();
        return assessment;
    }

    @Test
    void aBoxOfWhichNothingIsKnownHasNoState() {
        Assessment assessment = states.assess(profile("{}"), StableLabels.EMPTY, START);

        assertThat(assessment.labels()).isEmpty();
        assertThat(assessment.unknown()).isEqualTo(DynamicStates.KEYS);
        assertThat(assessment.reasons()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({
        "ok, 45, ok",
        "ok, 89, ok",
        "ok, 90, warn",
        "ok, 96, warn",
        "ok, 97, bad",
        "warn, 86, warn",
        "warn, 85, warn",
        "warn, 84, ok",
        "warn, 97, bad",
        "bad, 92, bad",
        "bad, 91, warn",
        "bad, 84, ok",
    })
    void heatHasSetAndClearThresholds(String counting, double celsius, String deserved) {
        Assessment assessment = assess(heat(celsius), DynamicStates.THERMAL, counting);

        assertThat(assessment.labels()).containsEntry(DynamicStates.THERMAL, deserved);
        assertThat(assessment.reasons().get(DynamicStates.THERMAL))
                .isEqualTo("sensor coretemp/Package id 0: " + (int) celsius + " °C, critical at 100 °C");
    }

    @Test
    void theDriversOwnHighLimitComesFirst() {
        HardwareProfile disk = profile("{'readings':{'temperatures':[{'sensor':'nvme/Composite','celsius':71,"
                + "'highCelsius':70.0,'criticalCelsius':85.0}]}}");

        assertThat(assess(disk, DynamicStates.THERMAL, "ok").labels()).containsEntry(DynamicStates.THERMAL, "warn");
    }

    @ParameterizedTest
    @CsvSource({"200.0, 100.0", "-128.0, 100.0", "99.0, 0.0", "99.0, 65262.0", "99.0, 127.0"})
    void brokenSensorsAndLimitsThatAreNoneSayNothing(double celsius, double critical) {
        HardwareProfile broken = profile("{'readings':{'temperatures':[{'sensor':'x','celsius':" + celsius
                + ",'highCelsius':{'unknown':'none'},'criticalCelsius':" + critical + "}]}}");

        assertThat(assess(broken, DynamicStates.THERMAL, "ok").labels()).doesNotContainKey(DynamicStates.THERMAL);
    }

    @Test
    void throttlingIsAWarningForTwoMinutesAndAnOldCountIsNot() {
        live(profile("{'readings':{'throttleEvents':7}}"), 0);
        assertThat(stable.labels()).doesNotContainEntry(DynamicStates.THERMAL, "warn");

        live(profile("{'readings':{'throttleEvents':8}}"), 60);
        Assessment confirming = live(profile("{'readings':{'throttleEvents':8}}"), 61);
        assertThat(stable.labels()).containsEntry(DynamicStates.THERMAL, "warn");
        assertThat(confirming.reasons().get(DynamicStates.THERMAL)).contains("throttled");

        HardwareProfile calm = profile("{'readings':{'throttleEvents':8,'temperatures':[{'sensor':'x','celsius':50,"
                + "'highCelsius':90.0,'criticalCelsius':100.0}]}}");
        live(calm, 179);
        live(calm, 180);
        live(calm, 239);
        assertThat(stable.labels()).containsEntry(DynamicStates.THERMAL, "warn");
        live(calm, 240);
        assertThat(stable.labels()).containsEntry(DynamicStates.THERMAL, "ok");
    }

    @Test
    void aStateGoesWithTheOnlySensorItRestsOn() {
        String silent = "'throttleEvents':{'unknown':'/sys/devices/system/cpu/cpu0/thermal_throttle is missing'}";
        live(
                profile("{'readings':{" + silent
                        + ",'temperatures':[{'sensor':'nvme/Composite','celsius':40.0,'highCelsius':80.0}]}}"),
                0);
        assertThat(stable.labels()).containsEntry(DynamicStates.THERMAL, "ok");

        HardwareProfile pulledOut = profile("{'readings':{" + silent + ",'temperatures':[]}}");
        assertThat(live(pulledOut, 10).unknown()).doesNotContain(DynamicStates.THERMAL);
        live(pulledOut, 40);
        assertThat(stable.labels()).containsKey(DynamicStates.THERMAL);
        live(pulledOut, 75);
        assertThat(stable.labels()).doesNotContainKey(DynamicStates.THERMAL);
    }

    @Test
    void aSensorThatCannotBeReadKeepsTheStateThatRestsOnIt() {
        String cool = "{'sensor':'coretemp/Core 0','celsius':40.0,'criticalCelsius':100.0}";
        live(profile("{'readings':{'temperatures':[" + cool + "]}}"), 0);
        HardwareProfile hot = profile("{'readings':{'temperatures':[" + cool
                + ",{'sensor':'nvme/Composite','celsius':99.0,'criticalCelsius':100.0}]}}");
        live(hot, 10);
        live(hot, 11);
        assertThat(stable.labels()).containsEntry(DynamicStates.THERMAL, "bad");

        for (String silent : List.of("nvme/Composite", "hwmon1")) {
            HardwareProfile failing = profile("{'readings':{'temperatures':[" + cool + ",{'sensor':'" + silent
                    + "','celsius':{'unknown':'cannot be read'}}]}}");
            live(failing, 100);
            live(failing, 200);
            assertThat(stable.labels()).as(silent).containsEntry(DynamicStates.THERMAL, "bad");
        }
    }

    @Test
    void aThrottleCountThatStartsAnewIsNoThrottling() {
        live(profile("{'readings':{'throttleEvents':700}}"), 0);
        live(profile("{'readings':{'throttleEvents':3}}"), 60);
        live(profile("{'readings':{'throttleEvents':3}}"), 61);

        assertThat(stable.labels()).doesNotContainEntry(DynamicStates.THERMAL, "bad");
    }

    @Test
    void aHotBoxWhoseSensorFallsSilentStaysHot() {
        live(heat(99), 0);
        HardwareProfile silent =
                profile("{'readings':{'throttleEvents':0,'temperatures':{'unknown':'cannot read /sys/class/hwmon'}}}");
        for (int second = 60; second <= 600; second += 60) {
            assertThat(live(silent, second).reasons().get(DynamicStates.THERMAL))
                    .isEqualTo("cannot read /sys/class/hwmon; it stays bad");
        }
        assertThat(stable.labels()).containsEntry(DynamicStates.THERMAL, "bad");

        live(heat(50), 660);
        live(heat(50), 720);
        assertThat(stable.labels()).containsEntry(DynamicStates.THERMAL, "ok");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ok   | []                                                                                   | ok
        ok   | [{'name':'AC','type':'Mains','online':true}]                                         | ok
        ok   | [{'name':'AC','type':'Mains','online':false}]                                        | ok
        ok   | [{'name':'AC','type':'Mains','online':true},{'name':'B','type':'Battery','chargePercent':5,'status':'Charging'}] | ok
        ok   | [{'name':'AC','type':'Mains','online':false},{'name':'B','type':'Battery','chargePercent':80,'status':'Discharging'}] | warn
        ok   | [{'name':'AC','type':'Mains','online':false},{'name':'B','type':'Battery','chargePercent':19,'status':'Discharging'}] | bad
        ok   | [{'name':'B','type':'Battery','chargePercent':20,'status':'Discharging'}]            | warn
        bad  | [{'name':'B','type':'Battery','chargePercent':29,'status':'Discharging'}]            | bad
        bad  | [{'name':'B','type':'Battery','chargePercent':30,'status':'Discharging'}]            | warn
        warn | [{'name':'B','type':'Battery','chargePercent':19,'status':'Discharging'}]            | bad
        warn | [{'name':'B','type':'Battery','chargePercent':50,'status':'Charging'}]               | ok
        ok   | [{'name':'B','type':'Battery','status':'Discharging'}]                               | warn
        ok   | [{'name':'AC','type':'Mains','online':true},{'name':'U','type':'UPS','chargePercent':60,'status':'Discharging'}] | warn
        ok   | [{'name':'B','type':'Battery','chargePercent':50}]                                   | unknown
        """)
    void powerIsWarnOnBatteryAndBadWhenItRunsOut(String counting, String supplies, String deserved) {
        Assessment assessment =
                assess(profile("{'power':{'supplies':" + supplies + "}}"), DynamicStates.POWER, counting);

        if (deserved.equals("unknown")) {
            assertThat(assessment.unknown()).contains(DynamicStates.POWER);
        } else {
            assertThat(assessment.labels()).containsEntry(DynamicStates.POWER, deserved);
        }
    }

    @Test
    void aUpsOnUsbOfWhichTheKernelTellsNothingIsUnknown() {
        Assessment assessment = assess(profile("{'power':{'supplies':[],'upsOnUsb':true}}"), DynamicStates.POWER, "ok");

        assertThat(assessment.unknown()).contains(DynamicStates.POWER);
    }

    @ParameterizedTest
    @CsvSource({"0, ok", "89, ok", "90, warn", "99, warn", "100, bad", "255, bad"})
    void aDiskIsJudgedByItsWear(int percent, String deserved) {
        Assessment assessment = assess(wear(percent), DynamicStates.DISK_HEALTH, "ok");

        assertThat(assessment.labels()).containsEntry(DynamicStates.DISK_HEALTH, deserved);
        assertThat(assessment.reasons()).containsEntry(DynamicStates.DISK_HEALTH, "disk sda: wear " + percent + " %");
    }

    @Test
    void theWorstDiskSpeaksForTheBox() {
        HardwareProfile disks = profile("{'readings':{'diskHealth':["
                + "{'disk':'nvme0n1','warning':'spare is low','failed':'','wearPercent':3},"
                + "{'disk':'sda','warning':'','failed':'read errors'}]}}");
        Assessment assessment = assess(disks, DynamicStates.DISK_HEALTH, "ok");

        assertThat(assessment.labels()).containsEntry(DynamicStates.DISK_HEALTH, "bad");
        assertThat(assessment.reasons()).containsEntry(DynamicStates.DISK_HEALTH, "disk sda: read errors");
    }

    @Test
    void aFailedDiskThatFallsSilentStaysFailedAndOneThatIsReplacedDoesNot() {
        live(
                profile("{'readings':{'diskHealth':[{'disk':'sda','warning':'','failed':'read errors'},"
                        + "{'disk':'sdb','warning':'','failed':''}]}}"),
                0);
        HardwareProfile silent =
                profile("{'readings':{'diskHealth':[{'disk':'sda'}," + "{'disk':'sdb','warning':'','failed':''}]}}");
        live(silent, 60);
        live(silent, 600);
        assertThat(stable.labels()).containsEntry(DynamicStates.DISK_HEALTH, "bad");

        HardwareProfile replaced = profile("{'readings':{'diskHealth':[{'disk':'sdb','warning':'','failed':''}]}}");
        live(replaced, 660);
        live(replaced, 720);
        assertThat(stable.labels()).containsEntry(DynamicStates.DISK_HEALTH, "ok");
    }

    @ParameterizedTest
    @CsvSource({
        "ok, 50, ok",
        "ok, 10, ok",
        "ok, 9, warn",
        "ok, 2.9, bad",
        "warn, 14, warn",
        "warn, 15, ok",
        "bad, 5, bad",
        "bad, 6, warn",
        "bad, 15, ok",
    })
    void memoryHasSetAndClearThresholds(String counting, double percent, String deserved) {
        assertThat(assess(memory(percent), DynamicStates.MEMORY, counting).labels())
                .containsEntry(DynamicStates.MEMORY, deserved);
    }

    @ParameterizedTest
    @CsvSource({"ok, 20.0, ok", "ok, 20.1, bad", "bad, 10.1, bad", "bad, 10.0, ok"})
    void stallsOfMemoryAreBad(String counting, double percent, String deserved) {
        assertThat(assess(
                                profile("{'readings':{'memoryStallPercent':" + percent + "}}"),
                                DynamicStates.MEMORY,
                                counting)
                        .labels())
                .containsEntry(DynamicStates.MEMORY, deserved);
    }

    @Test
    void anErrorThatCouldNotBeCorrectedIsBad() {
        Assessment assessment = assess(
                profile("{'memory':{'visibleBytes':100},'readings':{'availableBytes':90,'uncorrectedErrors':1}}"),
                DynamicStates.MEMORY,
                "ok");

        assertThat(assessment.labels()).containsEntry(DynamicStates.MEMORY, "bad");
        assertThat(assessment.reasons().get(DynamicStates.MEMORY)).startsWith("1 memory errors could not be corrected");
    }

    @Test
    void whatIsRememberedSurvivesStoring() {
        live(heat(99), 0);
        live(profile("{'readings':{'throttleEvents':7}}"), 60);
        live(profile("{'readings':{'throttleEvents':8}}"), 120);

        assertThat(StableLabels.fromJson(stable.toJson()).orElse(StableLabels.EMPTY))
                .isEqualTo(stable);
        assertThat(stable.states().throttledAt()).isEqualTo(START.plusSeconds(120));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        []                                                                                  | not of version 1
        {'version':2}                                                                       | not of version 1 but '2'
        {'version':'1'}                                                                     | not of version 1
        {'version':1}                                                                       | damaged: 'pending' is
        {'version':1,'labels':{'a':1},'pending':{},'states':{'sources':{}}}                 | damaged: 'a' is '1'
        {'version':1,'labels':{},'pending':{'a':{'value':'x','cause':''}},'states':{'sources':{}}} | no 'since'
        {'version':1,'labels':{},'pending':{},'states':{'sources':{},'throttledAt':'noon'}} | no time: 'noon'
        """)
    void aDamagedStateFileIsUnknownWithAReason(String json, String reason) throws JsonProcessingException {
        assertThat(StableLabels.fromJson(JSON.readTree(json.replace('\'', '"'))).toString())
                .startsWith("Unknown")
                .contains(reason);
    }

    @Test
    void thresholdsInTheWrongOrderAreRefused() {
        assertThatThrownBy(() -> new StateThresholds.Thermal(3, 10, 5, Duration.ZERO))
                .hasMessageContaining("thermal");
        assertThatThrownBy(() -> new StateThresholds.Charge(30, 20)).hasMessageContaining("charge");
        assertThatThrownBy(() -> new StateThresholds.Wear(100, 90)).hasMessageContaining("wear");
        assertThatThrownBy(() -> new StateThresholds.Pressure(3, 15, 10, 6, 20, 10))
                .hasMessageContaining("memory");
    }
}
