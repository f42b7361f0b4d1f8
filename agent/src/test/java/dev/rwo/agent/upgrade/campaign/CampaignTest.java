package dev.rwo.agent.upgrade.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.swarm.Availability;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.upgrade.NodeUpgrade.Phase;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole campaigns, one mishap each. */
class CampaignTest {

    private static final Duration LONG = Duration.ofHours(3);

    private final SiteModel site = new SiteModel();

    private void fiveBoxes() {
        for (int i = 1; i <= 5; i++) {
            site.plugIn("till-" + i, i <= 3);
        }
    }

    private void isUpgraded() {
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.DONE);
        assertThat(site.boxes()).allSatisfy(box -> assertThat(box.running).isEqualTo("0.3.0"));
        isTidy();
    }

    private void isTidy() {
        assertThat(site.drained()).isEmpty();
        assertThat(site.locks()).isEmpty();
        assertThat(site.boxes()).allSatisfy(box -> assertThat(box.stored).isEmpty());
    }

    @Test
    void workersGoFirstThenManagersAndTheLeaderLast() {
        fiveBoxes();
        site.leads("till-2");
        site.start(Settings.DEFAULT, "");
        isUpgraded();
        assertThat(site.restarts).containsExactly("till-4", "till-5", "till-1", "till-3", "till-2");
    }

    @Test
    void oneDownloadsFromTheInternetAndAllOthersFromNeighbours() {
        fiveBoxes();
        site.start(Settings.DEFAULT, "");
        isUpgraded();
        assertThat(site.downloads)
                .filteredOn(each -> each.contains("internet"))
                .containsExactly("till-1 from the internet");
        assertThat(site.downloads).hasSize(2);
    }

    @Test
    void allAreStagedBeforeTheFirstRestarts() {
        fiveBoxes();
        site.start(Settings.DEFAULT, "till-5");
        while (site.restarts.isEmpty()) {
            site.tick();
        }
        assertThat(site.boxes()).allSatisfy(box -> assertThat(box.phase).isIn(Phase.STAGED, Phase.REBOOTING));
    }

    @Test
    void theCanaryGoesAloneAlsoWhenMoreMayBeAway() {
        fiveBoxes();
        site.start(new Settings(null, 2, "till-3", false), "till-1");
        while (!site.box("till-3").running.equals("0.3.0") || site.box("till-3").phase != Phase.IDLE) {
            site.tick();
        }
        assertThat(site.restarts).containsExactly("till-3");
        isUpgraded();
    }

    @Test
    void theHolderOfTheFileMayBeLostOnceASecondBoxHasIt() {
        fiveBoxes();
        site.start(Settings.DEFAULT, "till-5");
        while (site.boxes().stream().noneMatch(box -> box.phase == Phase.STAGING)) {
            site.tick();
        }
        site.box("till-5").powered = false;
        site.run(Duration.ofMinutes(20));
        assertThat(site.boxes().stream().filter(box -> box.running.equals("0.3.0")))
                .hasSize(4);
        assertThat(site.campaign().state()).isEqualTo(Campaign.State.RUNNING);
        site.box("till-5").powered = true;
        isUpgraded();
    }

    @Test
    void aBoxThatGoesBackHaltsAndServesAgainWithTheOldVersion() {
        fiveBoxes();
        site.box("till-5").failsTrial = true;
        site.start(Settings.DEFAULT, "");
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.HALTED);
        assertThat(site.campaign().reason())
                .isEqualTo("till-5: refuses 0.3.0: the engine did not start; to try it again:"
                        + " rwo upgrade clear there");
        assertThat(site.restarts).containsExactly("till-4", "till-5");
        site.run(Duration.ofMinutes(5));
        assertThat(site.drained()).isEmpty();
        assertThat(site.locks()).isEmpty();
    }

    @Test
    void resumingTriesTheFailedBoxAgain() {
        fiveBoxes();
        site.box("till-4").failsStaging = true;
        site.start(Settings.DEFAULT, "");
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.HALTED);
        assertThat(site.campaign().reason()).isEqualTo("till-4: 0.3.0 failed: no space left on device");
        assertThat(site.restarts).isEmpty();
        site.order(campaign -> campaign.resumed(new TreeSet<>()));
        assertThat(site.runToTheEnd(LONG)).as("it fails again").isEqualTo(Campaign.State.HALTED);
        site.box("till-4").failsStaging = false;
        site.order(campaign -> campaign.resumed(new TreeSet<>()));
        isUpgraded();
    }

    @Test
    void resumingWithAVersionThatIsStillRefusedHaltsAtOnce() {
        fiveBoxes();
        site.box("till-2").refused.put("0.3.0", "the disk was full");
        site.start(Settings.DEFAULT, "");
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.HALTED);
        site.order(campaign -> campaign.resumed(new TreeSet<>()));
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.HALTED);
        assertThat(site.restarts).isEmpty();
        site.box("till-2").refused.clear();
        site.order(campaign -> campaign.resumed(new TreeSet<>()));
        isUpgraded();
    }

    @Test
    void anAbortGivesBackWhatIsInHandAndTidiesUp() {
        fiveBoxes();
        site.start(Settings.DEFAULT, "");
        while (site.drained().isEmpty()) {
            site.tick();
        }
        site.order(campaign -> campaign.with(Campaign.State.ABORTING, ""));
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.ABORTED);
        isTidy();
        assertThat(site.restarts).isEmpty();
    }

    @Test
    void aHaltLetsTheRestartingBoxFinish() {
        fiveBoxes();
        site.start(Settings.DEFAULT, "");
        while (site.restarts.isEmpty()) {
            site.tick();
        }
        site.order(campaign -> campaign.with(Campaign.State.HALTED, "an operator halted it"));
        site.run(Duration.ofMinutes(10));
        assertThat(site.restarts).hasSize(1);
        assertThat(site.box("till-4").running).isEqualTo("0.3.0");
        assertThat(site.drained()).isEmpty();
        site.order(campaign -> campaign.resumed(new TreeSet<>()));
        isUpgraded();
    }

    @Test
    void theEndOfTheWindowLeavesNobodyDrained() {
        fiveBoxes();
        // Now it is midnight.
        site.start(new Settings(Window.parse("00:00-00:05"), 1, "", false), "");
        site.run(Duration.ofHours(20));
        assertThat(site.restarts).isNotEmpty().hasSizeLessThan(5);
        assertThat(site.drained()).isEmpty();
        assertThat(site.campaign().state()).isEqualTo(Campaign.State.RUNNING);
        assertThat(site.runToTheEnd(Duration.ofDays(4))).isEqualTo(Campaign.State.DONE);
    }

    @Test
    void aBoxThatIsAwayHoldsUpNoOtherAndIsWaitedFor() {
        fiveBoxes();
        site.box("till-4").powered = false;
        site.start(Settings.DEFAULT, "");
        site.run(Duration.ofMinutes(30));
        assertThat(site.restarts).containsExactly("till-5", "till-2", "till-3", "till-1");
        assertThat(site.campaign().state()).isEqualTo(Campaign.State.RUNNING);
        site.box("till-4").powered = true;
        isUpgraded();
    }

    @Test
    void aBoxThatJoinsMeanwhileIsTakenIn() {
        fiveBoxes();
        site.start(Settings.DEFAULT, "");
        while (site.restarts.isEmpty()) {
            site.tick();
        }
        site.plugIn("till-6", false);
        isUpgraded();
        assertThat(site.restarts).hasSize(6);
    }

    @Test
    void aBoxThatNeverComesBackHaltsAndKeepsItsLockUntilItIsRemoved() {
        fiveBoxes();
        site.start(Settings.DEFAULT, "");
        while (site.restarts.isEmpty()) {
            site.tick();
        }
        site.box("till-4").powered = false;
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.HALTED);
        assertThat(site.campaign().reason())
                .contains("till-4: was told to restart")
                .contains("30 min");
        site.run(Duration.ofDays(2));
        assertThat(site.locks()).as("never by age").extracting(RebootLock::box).containsExactly("till-4");
        site.lose("till-4");
        site.run(Duration.ofMinutes(2));
        assertThat(site.locks()).isEmpty();
    }

    @Test
    void aManagerIsNotTakenWhileAnotherIsAway() {
        fiveBoxes();
        site.box("till-3").powered = false;
        site.start(Settings.DEFAULT, "");
        site.run(Duration.ofHours(1));
        assertThat(site.restarts).containsExactly("till-4", "till-5");
        site.box("till-3").powered = true;
        isUpgraded();
    }

    @Test
    void aNodeThatAnOperatorDrainedStaysDrained() {
        fiveBoxes();
        site.box("till-4").availability = Availability.DRAIN;
        site.box("till-5").availability = Availability.PAUSE;
        site.start(Settings.DEFAULT, "");
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.DONE);
        assertThat(site.box("till-4").availability).isEqualTo(Availability.DRAIN);
        assertThat(site.box("till-5").availability).isEqualTo(Availability.PAUSE);
        assertThat(site.drained()).containsExactly("till-4", "till-5");
    }

    @Test
    void aBoxWithoutSlotsIsPassedOverAndOneThatIsNewerToo() {
        fiveBoxes();
        site.box("till-4").slot = "";
        site.box("till-5").running = "0.4.0";
        site.start(Settings.DEFAULT, "");
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.DONE);
        assertThat(site.restarts).containsExactlyInAnyOrder("till-1", "till-2", "till-3");
    }

    @Test
    void aServiceThatBecomesSickHaltsAndOneThatWasSickBeforeDoesNot() {
        fiveBoxes();
        site.sickService = "shop_old";
        site.start(Settings.DEFAULT, "");
        while (site.restarts.size() < 2) {
            site.tick();
        }
        site.sickService = "shop_new";
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.HALTED);
        assertThat(site.campaign().reason()).contains("shop_new 1/2");
        site.run(Duration.ofMinutes(5));
        assertThat(site.drained()).isEmpty();
    }

    @Test
    void aServiceThatMayRunOnOneBoxOnlyDoesNotKeepThatBox() {
        fiveBoxes();
        site.pinnedTo = "till-4";
        site.start(Settings.DEFAULT, "");
        isUpgraded();
    }

    @Test
    void oneBoxRestartsWithoutBeingDrained() {
        site.plugIn("till-1", true);
        site.start(Settings.DEFAULT, "till-1");
        isUpgraded();
        assertThat(site.done).noneMatch(CampaignStep.Drain.class::isInstance);
    }

    @Test
    void ofTwoBoxesTheWorkerGoesFirst() {
        site.plugIn("till-1", true);
        site.plugIn("till-2", false);
        site.start(Settings.DEFAULT, "");
        isUpgraded();
        assertThat(site.restarts).containsExactly("till-2", "till-1");
        assertThat(site.done).filteredOn(CampaignStep.Drain.class::isInstance).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40, 90, 130, 180, 300})
    void whoeverLeadsNextGoesOn(int ticks) {
        fiveBoxes();
        site.start(Settings.DEFAULT, "");
        for (int i = 0; i < ticks; i++) {
            site.tick();
        }
        site.leads(site.leader().equals("till-1") ? "till-2" : "till-1");
        isUpgraded();
        assertThat(site.restarts).hasSize(5);
    }

    @Test
    void anotherToolsRestartHoldsUpTheCampaignAndIsGivenBackWhenTheBoxIsWell() {
        fiveBoxes();
        site.lock(RebootLock.fleetLock("till-5", "zincati"));
        site.start(Settings.DEFAULT, "");
        site.run(Duration.ofMinutes(30));
        assertThat(site.restarts).isEmpty();
        assertThat(site.box("till-5").availability).isEqualTo(Availability.DRAIN);
        site.box("till-5").powered = false;
        site.lock(RebootLock.find(site.locks(), "till-5").orElseThrow().withReleased());
        site.run(Duration.ofMinutes(5));
        assertThat(site.locks()).as("not before it is well").hasSize(1);
        site.box("till-5").powered = true;
        isUpgraded();
    }

    @Test
    void anOperatorsWordFreesTheLockOfALostBox() {
        fiveBoxes();
        site.lock(RebootLock.upgrade("till-5").withBooted().withReleased());
        site.box("till-5").powered = false;
        site.run(Duration.ofMinutes(1));
        assertThat(site.locks()).isEmpty();
    }

    @Test
    void aDownloadThatDoesNotGetOnHalts() {
        fiveBoxes();
        site.sourceIsThere = false;
        site.start(Settings.DEFAULT, "");
        assertThat(site.runToTheEnd(LONG)).isEqualTo(Campaign.State.HALTED);
        assertThat(site.campaign().reason()).contains("till-1: the download from https://example.org");
        site.sourceIsThere = true;
        site.order(campaign -> campaign.resumed(new TreeSet<>()));
        isUpgraded();
    }

    @Test
    void aCampaignReadsBackAsItWasWritten() {
        fiveBoxes();
        site.start(new Settings(Window.parse("22:00-05:00 Europe/Berlin"), 2, "till-3", true), "till-1");
        Campaign campaign = site.campaign().withOrdered("till-2");
        assertThat(Campaign.in(campaign.addedTo(new java.util.TreeMap<>()))).contains(campaign);
        assertThat(List.of(campaign.settings().window())).hasToString("[22:00-05:00 Europe/Berlin]");
    }
}
