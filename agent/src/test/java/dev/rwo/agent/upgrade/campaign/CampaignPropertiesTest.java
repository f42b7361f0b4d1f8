package dev.rwo.agent.upgrade.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.swarm.RebootLock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever befalls a site, its upgrade ends, and on the way no more are away by us than may be, no majority is lost by us,
 * and nobody is left drained: the model itself throws when one of these does not hold.
 */
class CampaignPropertiesTest {

    /** What befalls a site. */
    enum Kind {
        OFF,
        ON,
        OTHER_LEADER,
        HALT,
        RESUME
    }

    /** Something befalls a box, and then some time passes. */
    record Mishap(int box, Kind kind, int seconds) {}

    @Provide
    Arbitrary<Mishap> mishaps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 6),
                        Arbitraries.of(Kind.class),
                        Arbitraries.integers().between(0, 400))
                .as(Mishap::new);
    }

    private static void befalls(SiteModel site, Mishap mishap, int boxes) {
        SiteModel.Box box = site.box("till-" + mishap.box() % boxes);
        switch (mishap.kind()) {
            case OFF -> box.powered = false;
            case ON -> box.powered = true;
            case OTHER_LEADER -> site.leads(box.name);
            case HALT -> {
                if (site.campaign().state() == Campaign.State.RUNNING) {
                    site.order(campaign -> campaign.with(Campaign.State.HALTED, "an operator halted it"));
                }
            }
            case RESUME -> {
                if (site.campaign().state() == Campaign.State.HALTED) {
                    site.order(campaign -> campaign.resumed(Services.sick(site.services())));
                }
            }
        }
        site.run(Duration.ofSeconds(mishap.seconds()));
    }

    private static SiteModel site(int boxes, int most, int canary, boolean window) {
        SiteModel site = new SiteModel();
        for (int i = 0; i < boxes; i++) {
            site.plugIn("till-" + i, i < (boxes < 3 ? 1 : boxes < 7 ? 3 : 5));
        }
        site.start(
                new Settings(
                        window ? Window.parse("00:00-00:30") : null,
                        most,
                        canary < boxes ? "till-" + canary : "",
                        false),
                canary % 2 == 0 ? "till-0" : "");
        return site;
    }

    @Property(tries = 60)
    void everyCampaignEndsAndNobodyIsLeftDrained(
            @ForAll @IntRange(min = 1, max = 7) int boxes,
            @ForAll @IntRange(min = 1, max = 3) int most,
            @ForAll @IntRange(min = 0, max = 9) int canary,
            @ForAll boolean window,
            @ForAll @IntRange(min = 0, max = 20) int bad,
            @ForAll @Size(max = 8) List<@From("mishaps") Mishap> mishaps) {
        SiteModel site = site(boxes, most, canary, window);
        if (bad < boxes) {
            site.box("till-" + bad).failsTrial = true;
        }
        mishaps.forEach(mishap -> befalls(site, mishap, boxes));
        site.boxes().forEach(box -> box.powered = true);
        Campaign.State end = site.runToTheEnd(Duration.ofDays(window ? 9 : 1));
        site.run(Duration.ofHours(1));
        assertThat(end).isIn(Campaign.State.DONE, Campaign.State.HALTED);
        assertThat(site.drained())
                .as("every box is there, so none is left drained")
                .isEmpty();
        assertThat(site.locks()).isEmpty();
        if (end == Campaign.State.DONE) {
            assertThat(site.boxes()).allSatisfy(box -> assertThat(box.running).isEqualTo("0.3.0"));
        } else {
            assertThat(site.campaign().reason()).isNotEmpty();
            site.order(campaign -> campaign.with(Campaign.State.ABORTING, ""));
            assertThat(site.runToTheEnd(Duration.ofHours(1))).isEqualTo(Campaign.State.ABORTED);
            assertThat(site.boxes()).allSatisfy(box -> assertThat(box.stored).isEmpty());
        }
    }

    // That the model would notice.

    private static void runs(SiteModel.Planner planner, int most) {
        SiteModel site = site(5, most, 9, false);
        site.planner = planner;
        site.runToTheEnd(Duration.ofHours(6));
        assertThat(site.drained()).isEmpty();
    }

    private static Plan<CampaignStep> edited(Plan<CampaignStep> plan, UnaryOperator<CampaignStep> edit) {
        return new Plan<>(plan.steps().stream().map(edit).toList(), plan.verdict(), plan.again());
    }

    /** As if each box were alone with its lock: whoever is ready takes one. */
    private static Plan<CampaignStep> ignoringLocks(CampaignView view, Instant now, Instant wall) {
        Plan<CampaignStep> plan = CampaignPlanner.plan(view, now, wall);
        List<CampaignStep> steps = new ArrayList<>();
        for (NodeSight node : view.nodes()) {
            CampaignView alone = without(view, node.box());
            steps.addAll(CampaignPlanner.plan(alone, now, wall).steps());
            if (!node.entry().isManager() && plan.steps().stream().anyMatch(CampaignStep.TakeLock.class::isInstance)) {
                steps.add(new CampaignStep.TakeLock(node.box(), 100, "the others do not matter"));
            }
        }
        return new Plan<>(steps, plan.verdict(), plan.again());
    }

    private static CampaignView without(CampaignView view, String but) {
        return new CampaignView(
                view.leads(),
                view.campaign(),
                view.nodes().stream()
                        .map(node -> withLock(node, node.box().equals(but) ? node.lock() : null))
                        .toList(),
                view.orphans(),
                view.services(),
                view.sickSince(),
                view.clockTrouble());
    }

    private static NodeSight withLock(NodeSight node, @Nullable RebootLock lock) {
        return new NodeSight(
                node.entry(),
                node.api(),
                node.leaderless(),
                node.upgrade(),
                node.silence(),
                node.since(),
                node.refusal(),
                node.refusedSince(),
                node.asked(),
                node.movable(),
                lock,
                node.lockSince());
    }

    @Test
    void aPlannerThatIgnoresTheLocksIsFound() {
        assertThatThrownBy(() -> runs(CampaignPropertiesTest::ignoringLocks, 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("boxes are unavailable by us");
    }

    @Test
    void aPlannerThatGivesNothingBackIsFound() {
        assertThatThrownBy(() -> runs(
                        (view, now, wall) -> {
                            Plan<CampaignStep> plan = CampaignPlanner.plan(view, now, wall);
                            return new Plan<>(
                                    plan.steps().stream()
                                            .filter(step -> !(step instanceof CampaignStep.Activate))
                                            .toList(),
                                    plan.verdict(),
                                    plan.again());
                        },
                        1))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aPlannerThatTakesManagersFirstIsFound() {
        assertThatThrownBy(() -> runs(
                        (view, now, wall) -> edited(
                                CampaignPlanner.plan(view, now, wall),
                                step -> step instanceof CampaignStep.TakeLock take
                                        ? new CampaignStep.TakeLock("till-1", take.most(), take.reason())
                                        : step),
                        1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("workers are left");
    }
}
