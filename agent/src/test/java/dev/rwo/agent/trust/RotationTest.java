package dev.rwo.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.agent.swarm.DockerOrchestrator;
import dev.rwo.agent.swarm.FakeEngine;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.Credential;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeCertificates;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.PeerVerdict;
import dev.rwo.keys.RevokedNode;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import dev.rwo.keys.SiteRenewal;
import dev.rwo.keys.TrustException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three boxes with their real documents on disk; only gossip and the network between them are in memory. */
class RotationTest {

    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path home;

    private final Map<String, Box> boxes = new LinkedHashMap<>();
    private Site site;

    private final class Box implements Membership, Peers {
        private final String id;
        private final NodeLayout layout;
        private final TrustStore store;
        private final TrustDesk desk;
        private final TrustController controller;
        private final FakeEngine engine = new FakeEngine();
        private final DockerOrchestrator orchestrator =
                new DockerOrchestrator(engine.host(), (deadline, command) -> "");
        private MemberDigest digest;
        private boolean present = true;
        private boolean answers = true;

        Box(String id) {
            this.id = id;
            layout = new NodeLayout(home.resolve(id));
            site.credential().writeTo(layout.pki());
            certify();
            digest = MemberDigest.of(id, "name-" + id, id, "test");
            store = TrustStore.open(layout, CLOCK);
            desk = new TrustDesk(store, this, this, orchestrator, CLOCK);
            controller = new TrustController(desk, this, List::of, topic -> {});
        }

        void certify() {
            NodeCertificates.issue(
                            Credential.effective(layout.pki()),
                            NodeKey.readOrGenerate(layout.nodeKey()),
                            id,
                            "name-" + id,
                            site.name(),
                            List.of(),
                            CLOCK)
                    .writeTo(layout.nodeCertificate());
        }

        NodeCertificate certificate() {
            return NodeCertificate.read(layout.nodeCertificate());
        }

        private Member member() {
            return new Member(id, id, present ? MemberState.ALIVE : MemberState.DEAD, CLOCK.instant(), digest);
        }

        @Override
        public MemberTable members() {
            return new MemberTable(
                    member(),
                    boxes.values().stream()
                            .filter(box -> box != this)
                            .map(Box::member)
                            .toList());
        }

        @Override
        public void tell(UnaryOperator<MemberDigest> change) {
            digest = change.apply(digest);
        }

        @Override
        public JsonNode get(String api, String path) {
            TrustDesk other = Objects.requireNonNull(boxes.get(api)).desk;
            return path.endsWith("holder")
                    ? other.holder()
                    : other.store().document().orElseThrow().toTree();
        }

        @Override
        public JsonNode post(String api, String path, JsonNode body) throws PeerException {
            Box other = Objects.requireNonNull(boxes.get(api));
            if (!other.answers || !path.equals(ChangeRelay.PATH)) {
                throw new PeerException(PeerException.Kind.UNREACHABLE, other.id + " does not answer");
            }
            try {
                return other.desk.changeFor(body);
            } catch (TrustException | OrchestratorException | IOException refused) {
                throw new PeerException(PeerException.Kind.REFUSED, String.valueOf(refused.getMessage()), refused);
            }
        }

        /** Manager of a swarm. */
        void manages(SwarmRole role) throws OrchestratorException {
            orchestrator.createCluster(InetAddress.ofLiteral("192.0.2.10"), "10.0.0.0/8");
            tell(digest -> digest.withSwarm(role, "s", "s-" + id, false, 0));
        }

        void works() {
            engine.isWorker();
            tell(digest -> digest.withSwarm(SwarmRole.WORKER, "s", "s-" + id, false, 0));
        }

        /** Let in by approval: it has a certificate and no issuing key. */
        void holdsNoIssuingKey() throws IOException {
            Files.delete(layout.pki().resolve("issuing-ca.key"));
        }

        List<String> revoked() {
            return store.document().orElseThrow().revoked().stream()
                    .map(RevokedNode::nodeId)
                    .toList();
        }

        void round() throws Exception {
            TrustController.View view = controller.observe();
            Plan<TrustController.Move> plan = controller.plan(view, CLOCK.instant());
            plan.steps().forEach(controller::act);
        }
    }

    @BeforeEach
    void startThreeBoxes() {
        site = Site.create(home.resolve("site"), new SiteName("shop"), Clock.offset(CLOCK, Duration.ofDays(-1)));
        for (String id : List.of("a", "b", "c")) {
            boxes.put(id, new Box(id));
        }
        box("a").tell(digest -> digest.withSwarm(SwarmRole.LEADER, "s", "n", false, 0));
    }

    @AfterEach
    void stopTheEngines() {
        boxes.values().forEach(box -> box.engine.close());
    }

    private Box box(String id) {
        return Objects.requireNonNull(boxes.get(id));
    }

    private void rounds(int count) throws Exception {
        for (int n = 0; n < count; n++) {
            for (Box box : boxes.values()) {
                if (box.present) {
                    List<String> before = secrets(box);
                    box.round();
                    for (Box other : boxes.values()) {
                        if (other.present && box.present) {
                            assertThat(secrets(other))
                                    .as("%s understands what %s sends", other.id, box.id)
                                    .contains(secrets(box).getFirst());
                        }
                    }
                    assertThat(before).isNotEmpty();
                }
            }
        }
    }

    private static List<String> secrets(Box box) {
        return box.store.gossipKeys();
    }

    @Test
    void aGossipKeyIsReplacedWithoutAMomentInWhichOneDoesNotUnderstandAnother() throws Exception {
        String before = secrets(box("a")).getFirst();
        box("a").desk.change(new TrustChange.RotateGossip());
        rounds(8);
        assertThat(boxes.values()).allSatisfy(box -> {
            assertThat(secrets(box)).hasSize(1).doesNotContain(before);
            assertThat(box.store.version()).isEqualTo(3);
        });
    }

    @Test
    void aRotationWaitsForAMemberThatDoesNotFollowAndGoesOnWithoutOneThatIsGone() throws Exception {
        box("a").desk.change(new TrustChange.RotateGossip());
        box("b").round();
        for (int n = 0; n < 5; n++) {
            box("a").round();
            box("b").round();
        }
        assertThat(secrets(box("a"))).as("c has not fetched the new key").hasSize(2);
        assertThat(box("a").store.version()).isEqualTo(1);
        box("c").present = false;
        for (int n = 0; n < 6; n++) {
            box("a").round();
            box("b").round();
        }
        assertThat(secrets(box("a"))).hasSize(1);
        box("c").present = true;
        box("c").round();
        assertThat(secrets(box("c"))).isEqualTo(secrets(box("a")));
    }

    @Test
    void aRotationSurvivesItsLeader() throws Exception {
        box("a").desk.change(new TrustChange.RotateGossip());
        box("b").round();
        box("a").present = false;
        box("b").tell(digest -> digest.withSwarm(SwarmRole.LEADER, "s", "n", false, 0));
        rounds(6);
        assertThat(secrets(box("c"))).hasSize(1).isEqualTo(secrets(box("b")));
    }

    @Test
    void theOldIssuingAuthorityGoesOnlyWhenEveryMemberHasLeftIt() throws Exception {
        NodeCertificate old = box("c").certificate();
        SiteRenewal renewal = SiteRenewal.prepare(site, SiteRenewal.Kind.ISSUING, CLOCK);
        TrustChange replace = new TrustChange.Replace(
                "", "", renewal.issuingPem(), renewal.sealed().key());
        box("a").desk.change(replace);
        rounds(4);
        assertThat(box("a").store.document().orElseThrow().retiring()).isNotNull();
        for (String id : List.of("a", "b")) {
            box(id).certify();
            box(id).store.ownChanged();
        }
        rounds(4);
        assertThat(box("a").store.document().orElseThrow().retiring()).isNotNull();
        assertThat(box("b").store.trust().judge(old.chain(), CLOCK.instant())).isInstanceOf(PeerVerdict.Accepted.class);
        box("c").certify();
        box("c").store.ownChanged();
        rounds(4);
        for (Box box : boxes.values()) {
            assertThat(box.store.trust().judge(old.chain(), CLOCK.instant())).isInstanceOf(PeerVerdict.Refused.class);
            for (Box other : boxes.values()) {
                assertThat(box.store.trust().judge(other.certificate().chain(), CLOCK.instant()))
                        .isInstanceOf(PeerVerdict.Accepted.class);
            }
        }
        assertThat(box("a").desk.change(replace).path("done").asText()).contains("there already");
    }

    @Test
    void aRevokedNodeIsRefusedByEveryMemberAndItsGossipKeyGoes() throws Exception {
        NodeCertificate stolen = box("c").certificate();
        String known = secrets(box("c")).getFirst();
        JsonNode answer = box("a").desk.change(new TrustChange.Revoke("name-c"));
        assertThat(answer.path("next").asText()).contains("keys rotate issuing");
        for (int n = 0; n < 6; n++) {
            box("a").round();
            box("b").round();
        }
        for (String id : List.of("a", "b")) {
            assertThat(box(id).store.trust().judge(stolen.chain(), CLOCK.instant()))
                    .isInstanceOfSatisfying(
                            PeerVerdict.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(PeerVerdict.Reason.REVOKED));
            assertThat(secrets(box(id))).hasSize(1).doesNotContain(known);
        }
    }

    @Test
    void aRevokedNodeThatClaimsANewerDocumentStopsNothing() throws Exception {
        box("a").desk.change(new TrustChange.Revoke("name-c"));
        box("c").tell(digest -> digest.withTrust(1000));
        for (int n = 0; n < 6; n++) {
            box("a").round();
            box("b").round();
        }
        assertThat(secrets(box("a"))).hasSize(1).isEqualTo(secrets(box("b")));
    }

    @Test
    void aWorkerHasTheLeaderMakeAChange() throws Exception {
        box("a").manages(SwarmRole.LEADER);
        box("c").works();
        box("c").desk.change(new TrustChange.Revoke("name-b"));
        assertThat(box("a").revoked()).containsExactly("b");
    }

    @Test
    void aStolenBoxWithoutTheIssuingKeyRevokesAndPardonsNobodyThroughAnother() throws Exception {
        box("a").manages(SwarmRole.LEADER);
        box("c").works();
        box("c").holdsNoIssuingKey();
        TrustChange revoke = new TrustChange.Revoke("name-b");
        assertThatThrownBy(() -> box("c").desk.change(revoke))
                .isInstanceOf(TrustException.class)
                .hasMessageContaining("no issuing key")
                .hasMessageContaining("run it on name-a");
        assertThatThrownBy(() -> box("c").post("a", ChangeRelay.PATH, revoke.toJson()))
                .hasMessageContaining("must hold the site's issuing key");
        assertThatThrownBy(() -> box("c").post(
                                "a",
                                ChangeRelay.PATH,
                                revoke.toJson().put("version", 0).put("proof", "AAAA")))
                .hasMessageContaining("must hold the site's issuing key");
        assertThat(box("a").store.version()).isZero();
    }

    @Test
    void aChangeThatWasPassedOnCountsOnceAndForNothingElse() throws Exception {
        box("a").manages(SwarmRole.LEADER);
        byte[] content = ("0 " + new TrustChange.Revoke("b").toJson()).getBytes(StandardCharsets.UTF_8);
        String proof = box("c").store.credential().orElseThrow().vouch("change", content);
        assertThatThrownBy(() -> box("a").desk
                        .changeFor(new TrustChange.Pardon("b")
                                .toJson()
                                .put("version", 0)
                                .put("proof", proof)))
                .hasMessageContaining("must hold");
        ObjectNode order =
                new TrustChange.Revoke("b").toJson().put("version", 0).put("proof", proof);
        box("a").desk.changeFor(order);
        box("a").desk.change(new TrustChange.Pardon("b"));
        assertThatThrownBy(() -> box("a").desk.changeFor(order)).hasMessageContaining("changed meanwhile");
        assertThat(box("a").revoked()).isEmpty();
    }

    @Test
    void aStolenLeaderIsRevokedThroughAnotherManager() throws Exception {
        box("a").manages(SwarmRole.LEADER);
        box("b").manages(SwarmRole.MANAGER);
        box("c").works();
        box("c").desk.change(new TrustChange.Revoke("name-a"));
        assertThat(box("b").revoked()).containsExactly("a");
        assertThat(box("a").store.version()).isZero();
    }

    @Test
    void aLeaderThatDoesNotAnswerIsPassedOver() throws Exception {
        box("a").manages(SwarmRole.LEADER);
        box("a").answers = false;
        box("b").manages(SwarmRole.MANAGER);
        box("c").works();
        box("c").desk.change(new TrustChange.RotateGossip());
        assertThat(box("b").store.version()).isEqualTo(1);
        box("b").answers = false;
        assertThatThrownBy(() -> box("c").desk.change(new TrustChange.RotateGossip()))
                .hasMessageContaining("a does not answer");
    }

    @Test
    void aRevokedManagerIsRemovedBeforeTheTokensChangeSinceItWouldLearnThem() throws Exception {
        box("a").manages(SwarmRole.LEADER);
        box("a").engine.joins("s-c", "name-c");
        box("c").works();
        String known = box("a").engine.managerToken();
        JsonNode answer = box("a").desk.change(new TrustChange.Revoke("name-c"));
        assertThat(answer.has("swarm")).isFalse();
        assertThat(box("a").engine.managerToken()).isNotEqualTo(known);
        assertThat(box("a").engine.authorities()).isEqualTo(1);
        List<String> calls = box("a").engine.calls();
        assertThat(calls.subList(0, calls.indexOf("DELETE /nodes/s-c")))
                .filteredOn("POST /swarm/update"::equals)
                .as("only the number of the document comes before")
                .hasSize(1);
    }

    @Test
    void tokensThatCouldNotBeRotatedAtOnceAreRotatedLaterAndThenLeftAlone() throws Exception {
        box("a").manages(SwarmRole.LEADER);
        box("a").engine.joins("s-c", "name-c");
        box("c").works();
        String known = box("a").engine.managerToken();
        box("a").engine.overtakesRotations(5);
        JsonNode answer = box("a").desk.change(new TrustChange.Revoke("name-c"));
        assertThat(answer.path("swarm").asText()).contains("not told yet").contains("out of sequence");
        assertThat(box("a").engine.managerToken()).isEqualTo(known);
        box("c").present = false;
        rounds(2);
        String renewed = box("a").engine.managerToken();
        assertThat(renewed).isNotEqualTo(known);
        assertThat(box("a").engine.authorities()).isEqualTo(1);
        box("a").desk.change(new TrustChange.Pardon("name-c"));
        rounds(8);
        assertThat(box("a").engine.managerToken()).isEqualTo(renewed);
        assertThat(box("a").engine.authorities()).isEqualTo(1);
    }

    @Test
    void withoutAMajorityNobodyIsRevokedAndOneLineSaysWhatToDo() throws Exception {
        box("a").manages(SwarmRole.LEADER);
        box("a").engine.losesTheMajority();
        for (TrustChange change : List.of(new TrustChange.Revoke("name-c"), new TrustChange.RotateGossip())) {
            assertThatThrownBy(() -> box("a").desk.change(change))
                    .hasMessageContaining("nothing was changed")
                    .hasMessageContaining("rwo recover");
        }
        assertThat(box("a").store.version()).isZero();
    }

    @Test
    void whatMakesNoSenseIsRefusedWithOneLine() {
        assertThatThrownBy(() -> box("a").desk.change(new TrustChange.Revoke("nobody")))
                .isInstanceOf(TrustException.class)
                .hasMessageContaining("no node nobody");
        assertThatThrownBy(() -> box("a").desk.change(new TrustChange.Revoke("a")))
                .hasMessageContaining("this node itself");
        assertThatThrownBy(() -> box("a").desk.change(new TrustChange.Replace("", "", "x", "y")))
                .isInstanceOf(TrustException.class);
        assertThatThrownBy(() -> box("a").desk.change(new TrustChange.Pardon("a")))
                .hasMessageContaining("not revoked");
    }

    @Test
    void aDamagedDocumentIsFetchedAgain() throws Exception {
        box("a").desk.change(new TrustChange.RotateGossip());
        rounds(6);
        Files.writeString(box("b").layout.trustDocument(), "{\"format\":1,");
        TrustStore restarted = TrustStore.open(box("b").layout, CLOCK);
        assertThat(restarted.version()).isZero();
        assertThat(restarted.absorb(box("a").store.document().orElseThrow())).isTrue();
        assertThat(new ArrayList<>(restarted.gossipKeys())).isEqualTo(secrets(box("a")));
    }
}
