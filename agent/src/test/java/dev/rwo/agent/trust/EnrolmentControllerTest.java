package dev.rwo.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rwo.agent.MovingClock;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeCertificates;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import dev.rwo.keys.TrustDocument;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A box that was let in by approval, and the desk of a node that issues. */
class EnrolmentControllerTest {

    private static final String ISSUER = "192.0.2.1:8443";

    @TempDir
    Path home;

    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T12:00:00Z"));
    private final List<String> members = new ArrayList<>(List.of(ISSUER));
    private boolean issuerAnswers = true;

    private final class Issuer implements Peers {
        private final EnrolmentDesk desk;

        Issuer(EnrolmentDesk desk) {
            this.desk = desk;
        }

        @Override
        public JsonNode get(String api, String path) throws PeerException {
            throw new PeerException(PeerException.Kind.UNREACHABLE, "nothing is asked so");
        }

        @Override
        public JsonNode post(String api, String path, JsonNode body) throws PeerException {
            if (!issuerAnswers || !api.equals(ISSUER) || !path.equals("/api/v1/peer/trust/renew")) {
                throw new PeerException(PeerException.Kind.UNREACHABLE, "it is off");
            }
            try {
                return desk.renew("id-1", body);
            } catch (EnrolmentException refused) {
                throw new PeerException(PeerException.Kind.REFUSED, String.valueOf(refused.getMessage()), refused);
            }
        }
    }

    private record Till(List<InetAddress> addresses) implements EnrolmentController.Who {
        @Override
        public String id() {
            return "id-1";
        }

        @Override
        public String name() {
            return "till-1";
        }

        @Override
        public String hardware() {
            return "";
        }
    }

    private final NodeLayout[] layouts = new NodeLayout[2];

    private NodeLayout till() {
        return layouts[1];
    }

    private EnrolmentController letIn() throws Exception {
        Site site = Site.create(home.resolve("site"), new SiteName("shop"), clock);
        site.credential().writeTo(layouts[0].pki());
        certify(site, layouts[0], "id-0");
        Files.createDirectories(till().pki());
        for (Map.Entry<String, byte[]> file : site.joinCredential().files().entrySet()) {
            Files.write(till().pki().resolve(file.getKey()), file.getValue());
        }
        certify(site, till(), "id-1");
        TrustStore store = TrustStore.open(till(), clock);
        store.accept(TrustDocument.initial(site.credential()));
        EnrolmentDesk desk = new EnrolmentDesk(TrustStore.open(layouts[0], clock), clock, new SimpleMeterRegistry());
        return new EnrolmentController(
                till(),
                store,
                new Till(List.of()),
                List::of,
                () -> members,
                () -> true,
                new Issuer(desk),
                (code, host) -> {},
                () -> {},
                clock);
    }

    @BeforeEach
    void chooseFolders() {
        layouts[0] = new NodeLayout(home.resolve("issuer"));
        layouts[1] = new NodeLayout(home.resolve("till"));
    }

    private void certify(Site site, NodeLayout layout, String id) {
        NodeCertificates.issue(
                        site.credential(),
                        NodeKey.readOrGenerate(layout.nodeKey()),
                        id,
                        "till-1",
                        site.name(),
                        List.of(),
                        clock)
                .writeTo(layout.nodeCertificate());
    }

    private NodeCertificate certificate() {
        return NodeCertificate.read(till().nodeCertificate());
    }

    private Plan<EnrolmentController.Move> plan(EnrolmentController controller) {
        return controller.plan(controller.observe(), clock.instant());
    }

    @Test
    void aCertificateIsRenewedByOthersWhenAThirdOfItsLifeIsOver() throws Exception {
        EnrolmentController controller = letIn();
        Instant first = certificate().notAfter();
        assertThat(plan(controller).steps()).isEmpty();
        clock.move(Duration.ofDays(9));
        assertThat(plan(controller).steps()).isEmpty();
        clock.move(Duration.ofDays(2));
        assertThat(plan(controller).steps())
                .singleElement()
                .isInstanceOfSatisfying(EnrolmentController.Renew.class, renew -> {
                    assertThat(renew.apis()).containsExactly(ISSUER);
                    assertThat(controller.act(renew)).isEqualTo(Outcome.applied());
                });
        assertThat(certificate().notAfter()).isEqualTo(first.plus(Duration.ofDays(11)));
        assertThat(plan(controller).steps()).isEmpty();
    }

    @Test
    void aRenewalThatNobodyAnswersFailsWithTheReasonAndKeepsTheCertificate() throws Exception {
        EnrolmentController controller = letIn();
        NodeCertificate before = certificate();
        clock.move(Duration.ofDays(11));
        issuerAnswers = false;
        assertThat(controller.act(plan(controller).steps().getFirst()))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.toString()).contains("cannot be renewed", "it is off"));
        assertThat(certificate()).isEqualTo(before);
        members.clear();
        assertThat(plan(controller).steps()).isEmpty();
    }

    @Test
    void aNewKeyComesWithACertificateForItAndWithoutAnotherApproval() throws Exception {
        EnrolmentController controller = letIn();
        NodeCertificate before = certificate();
        assertThat(controller.rekey()).isEqualTo("has a new key and certificate");
        NodeKey key = NodeKey.readOrGenerate(till().nodeKey());
        assertThat(key.publicKey()).isNotEqualTo(before.leaf().getPublicKey());
        assertThat(certificate().leaf().getPublicKey()).isEqualTo(key.publicKey());
        assertThat(till().nextCertificate()).doesNotExist();
    }

    @Test
    void aNewKeyThatNobodySignsForLeavesTheOldOneInForce() throws Exception {
        EnrolmentController controller = letIn();
        NodeCertificate before = certificate();
        issuerAnswers = false;
        assertThat(controller.rekey()).startsWith("not done:").contains("it is off");
        assertThat(certificate()).isEqualTo(before);
        assertThat(NodeKey.readOrGenerate(till().nodeKey()).publicKey())
                .isEqualTo(before.leaf().getPublicKey());
    }
}
