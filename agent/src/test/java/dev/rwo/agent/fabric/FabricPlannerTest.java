package dev.rwo.agent.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.fabric.FabricPlanner.Known;
import dev.rwo.agent.fabric.FabricPlanner.View;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.firstboot.StageState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FabricPlannerTest {

    private static final Instant NOON = Tables.NOON;
    private static final Member SELF = Tables.member(1, "192.168.1.1");
    private static final Member OTHER = Tables.member(2, "192.168.1.2");
    private static final String OWN = SELF.digest().fabricAddress();
    private static final String THEIRS = OTHER.digest().fabricAddress();

    private static View view(MemberTable members, FabricLink link, Map<String, Known> known, Set<String> revoked) {
        return new View(
                true,
                Tables.key(1),
                OWN,
                Tables.lan("192.168.1.1"),
                members,
                FabricPeers.sift(members, Tables.key(1), revoked),
                revoked,
                link,
                known,
                "",
                List.of());
    }

    private static FabricLink link(Map<String, FabricLink.Peer> peers) {
        return new FabricLink(
                true,
                true,
                1420,
                Set.of(OWN + "/32"),
                Set.copyOf(peers.isEmpty() ? Set.of() : Set.of(THEIRS)),
                Tables.key(1),
                51820,
                new TreeMap<>(peers));
    }

    private static Map<String, FabricLink.Peer> peer(String endpoint, Duration silence) {
        return Map.of(Tables.key(2), new FabricLink.Peer(endpoint, Set.of(THEIRS + "/32"), NOON.minus(silence), 25));
    }

    private static Map<String, Known> known(String endpoint, Instant present) {
        return Map.of(Tables.key(2), new Known("id-2", endpoint, NOON.minusSeconds(600), present));
    }

    private static List<Class<?>> kinds(Plan<FabricStep> plan) {
        return plan.steps().stream().<Class<?>>map(Object::getClass).toList();
    }

    @Test
    void fromNothingEverythingIsMadeInOrder() {
        View view = new View(
                true,
                Tables.key(1),
                "",
                Tables.lan("192.168.1.1"),
                Tables.table(Tables.member("id-1", "192.168.1.1", "", ""), OTHER),
                FabricPeers.sift(Tables.table(SELF, OTHER), Tables.key(1), Set.of()),
                Set.of(),
                FabricLink.ABSENT,
                Map.of(),
                "",
                List.of());

        Plan<FabricStep> plan = FabricPlanner.plan(view, NOON);

        assertThat(kinds(plan))
                .containsExactly(
                        FabricStep.Claim.class,
                        FabricStep.CreateLink.class,
                        FabricStep.SetKey.class,
                        FabricStep.SetAddress.class,
                        FabricStep.SetPeers.class,
                        FabricStep.SetRoutes.class,
                        FabricStep.Tell.class);
        assertThat(plan.steps())
                .contains(new FabricStep.Tell(
                        Tables.key(1), OWN, "the others do not know this node's place in the fabric"));
    }

    @Test
    void whatIsAsItShallBeIsLeftAlone() {
        Plan<FabricStep> plan = FabricPlanner.plan(
                view(
                        Tables.table(SELF, OTHER),
                        link(peer("192.168.1.2:51820", Duration.ofSeconds(10))),
                        known("192.168.1.2:51820", NOON),
                        Set.of()),
                NOON);

        assertThat(plan.steps()).isEmpty();
        assertThat(plan.verdict().reason()).isEqualTo("fabric " + OWN + " with 1 peer");
    }

    @Test
    void aNewAddressInGossipIsFollowedAtOnce() {
        Member moved = Tables.member(2, "10.0.0.9");

        Plan<FabricStep> plan = FabricPlanner.plan(
                view(
                        Tables.table(SELF, moved),
                        link(peer("192.168.1.2:51820", Duration.ofSeconds(10))),
                        known("192.168.1.2:51820", NOON),
                        Set.of()),
                NOON);

        assertThat(plan.steps())
                .singleElement()
                .isInstanceOfSatisfying(
                        FabricStep.SetPeers.class,
                        step -> assertThat(step.set())
                                .containsExactly(new FabricStep.PeerSetting(Tables.key(2), THEIRS, "10.0.0.9:51820")));
    }

    @Test
    void whatWireGuardLearnedByItselfIsNotUndoneByLateGossip() {
        assertThat(FabricPlanner.plan(
                                view(
                                        Tables.table(SELF, OTHER),
                                        link(peer("10.0.0.9:51820", Duration.ofSeconds(10))),
                                        known("192.168.1.2:51820", NOON),
                                        Set.of()),
                                NOON)
                        .steps())
                .isEmpty();
    }

    @Test
    void butAPeerThatWireGuardLostIsSoughtWhereGossipSays() {
        assertThat(kinds(FabricPlanner.plan(
                        view(
                                Tables.table(SELF, OTHER),
                                link(peer("10.0.0.9:51820", Duration.ofMinutes(4))),
                                known("192.168.1.2:51820", NOON),
                                Set.of()),
                        NOON)))
                .containsExactly(FabricStep.SetPeers.class);
    }

    @Test
    void aPeerThatIsGoneIsKeptForADay() {
        Member third = Tables.member(3, "192.168.1.3");
        FabricLink link = link(peer("192.168.1.2:51820", Duration.ofHours(20)));
        View before = view(Tables.table(SELF, third), link, known("", NOON.minus(Duration.ofHours(23))), Set.of());
        View after = view(Tables.table(SELF, third), link, known("", NOON.minus(Duration.ofHours(25))), Set.of());

        assertThat(removed(before)).isEmpty();
        assertThat(removed(after)).containsExactly(Tables.key(2));
    }

    @Test
    void whoHearsNobodyRemovesNobody() {
        View alone = view(
                Tables.table(SELF),
                link(peer("192.168.1.2:51820", Duration.ofDays(9))),
                known("", NOON.minus(Duration.ofDays(9))),
                Set.of());
        assertThat(removed(alone)).isEmpty();
    }

    @Test
    void aRevokedPeerGoesAtOnce() {
        View view = view(
                Tables.table(SELF, OTHER),
                link(peer("192.168.1.2:51820", Duration.ZERO)),
                known("192.168.1.2:51820", NOON),
                Set.of("id-2"));
        assertThat(removed(view)).containsExactly(Tables.key(2));
    }

    @Test
    void aBoxThatWasResetTakesItsOldKeyWithIt() {
        Member reset = Tables.member(
                "id-2",
                "192.168.1.2",
                Tables.key(9),
                FabricAddress.of(Tables.key(9)).getHostAddress());
        View view = view(
                Tables.table(SELF, reset),
                link(peer("192.168.1.2:51820", Duration.ofSeconds(10))),
                known("192.168.1.2:51820", NOON),
                Set.of());
        assertThat(removed(view)).containsExactly(Tables.key(2));
    }

    private static List<String> removed(View view) {
        return FabricPlanner.plan(view, NOON).steps().stream()
                .filter(FabricStep.SetPeers.class::isInstance)
                .map(FabricStep.SetPeers.class::cast)
                .flatMap(step -> step.remove().stream())
                .toList();
    }

    @Test
    void aPeerThatDoesNotAnswerIsNamedWithThePortToOpen() {
        Plan<FabricStep> plan = FabricPlanner.plan(
                view(
                        Tables.table(SELF, OTHER),
                        link(peer("192.168.1.2:51820", Duration.ofMinutes(5))),
                        known("192.168.1.2:51820", NOON),
                        Set.of()),
                NOON);

        assertThat(plan.verdict().state()).isEqualTo(StageState.DEGRADED);
        assertThat(plan.verdict().reason()).contains("no answer from: till-2 (192.168.1.2:51820)");
        assertThat(plan.verdict().hint()).contains("UDP port 51820");
    }

    @Test
    void withTheLanAnInterfaceOfBeforeIsTakenAwayAndTheSwarmsAddressTold() {
        View view = new View(
                false,
                "",
                "",
                Tables.lan("192.168.1.7"),
                Tables.table(Tables.member("id-1", "192.168.1.7", "", "")),
                FabricPeers.NONE,
                Set.of(),
                link(Map.of()),
                Map.of(),
                "192.168.1.1",
                List.of());

        assertThat(kinds(FabricPlanner.plan(view, NOON)))
                .containsExactly(FabricStep.RemoveLink.class, FabricStep.Tell.class);
    }

    @Test
    void withTheLanAMovedNodeIsTranslatedAndBothAddressesAreSaid() {
        View view = new View(
                false,
                "",
                "",
                Tables.lan("192.168.1.1"),
                Tables.table(
                        Tables.member("id-1", "192.168.1.1", "", ""),
                        Tables.member("id-2", "192.168.1.23", "", "192.168.1.7")),
                FabricPeers.NONE,
                Set.of(),
                FabricLink.ABSENT,
                Map.of(),
                "192.168.1.1",
                List.of());

        Plan<FabricStep> plan = FabricPlanner.plan(view, NOON);

        assertThat(kinds(plan)).containsExactly(FabricStep.Redirect.class);
        assertThat(plan.verdict().reason()).contains("till-2 from 192.168.1.7 to 192.168.1.23");
        assertThat(FabricPlanner.plan(
                                view.withRules(List.of(Redirects.JUMP))
                                        .withRules(concat(
                                                Redirects.JUMP,
                                                FabricPlanner.redirects(view).rules())),
                                NOON)
                        .steps())
                .as("done once")
                .isEmpty();
    }

    private static List<String> concat(String first, List<String> more) {
        List<String> all = new java.util.ArrayList<>(more);
        all.addFirst(first);
        return all;
    }
}
