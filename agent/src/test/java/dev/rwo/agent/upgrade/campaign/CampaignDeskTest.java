package dev.rwo.agent.upgrade.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.BundleIntake;
import dev.rwo.agent.upgrade.UpgradeException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An operator's orders, and another tool's, on a manager. */
class CampaignDeskTest {

    private final SiteModel site = new SiteModel();
    private CampaignDesk desk = site.desk(new Intake());

    private static final class Intake implements BundleIntake {

        @Override
        public Bundle take(Path file) {
            return SiteModel.BUNDLE;
        }

        @Override
        public Bundle inspect(String url) {
            return SiteModel.BUNDLE;
        }
    }

    @BeforeEach
    void aSiteOfThree() {
        site.plugIn("till-1", true);
        site.plugIn("till-2", false);
        site.plugIn("till-3", false);
        site.tick();
        desk = site.desk(new Intake());
    }

    private static ObjectNode json() {
        return JsonNodeFactory.instance.objectNode();
    }

    private JsonNode order(String word) throws UpgradeException, OrchestratorException {
        return desk.order(json().put("order", word));
    }

    private JsonNode fleetLock(String word, String box) throws UpgradeException, OrchestratorException {
        return desk.order(json().put("order", word).put("id", "zincati").put("caller", box));
    }

    @Test
    void startHaltResumeAndAbort() throws Exception {
        desk.start(json().put("url", SiteModel.SOURCE).put("canary", "till-3").put("window", "01:00-05:00"), "till-1");
        assertThat(site.campaign().state()).isEqualTo(Campaign.State.RUNNING);
        assertThat(site.campaign().settings().canary()).isEqualTo("till-3");
        assertThatThrownBy(() -> desk.start(json().put("url", SiteModel.SOURCE), "till-1"))
                .isInstanceOf(UpgradeException.class)
                .hasMessageContaining("an upgrade to 0.3.0 is running already");
        order("halt");
        assertThat(site.campaign().state()).isEqualTo(Campaign.State.HALTED);
        order("resume");
        assertThat(site.campaign().state()).isEqualTo(Campaign.State.RUNNING);
        order("abort");
        assertThat(site.campaign().state()).isEqualTo(Campaign.State.ABORTING);
        assertThatThrownBy(() -> order("resume")).hasMessage("the upgrade to 0.3.0 is aborting: start another");
    }

    @ParameterizedTest
    @CsvSource({
        "canary, till-9, no node is called till-9: see rwo nodes",
        "window, tonight, is no window: give two times",
        "maxUnavailable, 0, --max-unavailable must be a number from 1 to 100",
        "maxUnavailable, many, --max-unavailable must be a number from 1 to 100",
        "url, ftp://x, a bundle's URL begins with https://",
    })
    void nonsenseIsRefusedInOneLine(String option, String value, String said) {
        ObjectNode order = json().put("url", SiteModel.SOURCE);
        order.put(option, value);
        assertThatThrownBy(() -> desk.start(order, "till-1")).hasMessageContaining(said);
    }

    @Test
    void withoutAnUpgradeThereIsNothingToHalt() {
        assertThatThrownBy(() -> order("halt")).hasMessage("there is no upgrade: rwo upgrade start");
    }

    @Test
    void theStatusTellsOfEachNodeWhatItWaitsFor() throws Exception {
        site.box("till-2").powered = false;
        site.start(Settings.DEFAULT, "till-1");
        JsonNode status = desk.status();
        assertThat(status.path("state").asText()).isEqualTo("running");
        assertThat(status.path("bundle").path("version").asText()).isEqualTo("0.3.0");
        assertThat(status.path("nodes").path(0).path("running").asText()).isEqualTo("0.2.0");
        assertThat(status.path("nodes").path(1).path("standing").asText()).isEqualTo("away");
        assertThat(status.path("nodes").path(1).path("waits").asText())
                .isEqualTo("does not answer: till-2 is off or unplugged");
    }

    @Test
    void fleetLockDrainsFirstAndLetsOneRestartAtATime() throws Exception {
        assertThat(fleetLock("pre-reboot", "till-2").path("kind").asText()).isEqualTo("draining");
        site.run(Duration.ofMinutes(1));
        assertThat(site.box("till-2").availability).isEqualTo(Availability.DRAIN);
        assertThat(fleetLock("pre-reboot", "till-2").path("granted").asBoolean())
                .isTrue();
        assertThat(fleetLock("pre-reboot", "till-3").path("value").asText())
                .isEqualTo("another node restarts just now: till-2");
        assertThat(fleetLock("steady-state", "till-2").path("granted").asBoolean())
                .isTrue();
        site.run(Duration.ofMinutes(1));
        assertThat(site.drained()).isEmpty();
        assertThat(site.locks()).isEmpty();
        assertThat(fleetLock("steady-state", "till-2").path("granted").asBoolean())
                .as("again is no error")
                .isTrue();
    }

    @Test
    void fleetLockIsNotForABoxThatIsBeingUpgradedNorForAStranger() throws Exception {
        site.lock(RebootLock.upgrade("till-2"));
        assertThat(fleetLock("pre-reboot", "till-2").path("value").asText())
                .isEqualTo("this node is being upgraded just now");
        assertThat(fleetLock("steady-state", "till-2").path("granted").asBoolean())
                .isTrue();
        assertThat(site.locks()).as("not its to give back").hasSize(1);
        assertThat(fleetLock("pre-reboot", "printer").path("value").asText()).contains("no node is called printer");
    }

    @Test
    void fleetLockKeepsTheMajority() throws Exception {
        site.box("till-2").manager = true;
        assertThat(fleetLock("pre-reboot", "till-2").path("kind").asText()).isEqualTo("quorum");
        assertThat(site.locks()).isEmpty();
    }

    @Test
    void anOperatorUnlocksALostNode() throws Exception {
        site.lock(RebootLock.upgrade("till-2").withBooted());
        site.box("till-2").powered = false;
        desk.order(json().put("order", "unlock").put("node", "till-2"));
        site.run(Duration.ofMinutes(1));
        assertThat(site.locks()).isEmpty();
        assertThatThrownBy(() -> desk.order(json().put("order", "unlock").put("node", "till-3")))
                .hasMessage("till-3 is not held for a restart");
    }
}
