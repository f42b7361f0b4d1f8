package dev.rwo.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.MovingClock;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.keys.CertificateRequest;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeCertificates;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.PeerVerdict;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import dev.rwo.keys.TrustDocument;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentDeskTest {

    @TempDir
    Path home;

    private Site site;
    private TrustStore store;
    private EnrolmentDesk desk;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T12:00:00Z"));

    @BeforeEach
    void openADesk() {
        site = Site.create(home.resolve("site"), new SiteName("shop"), clock);
        NodeLayout layout = new NodeLayout(home.resolve("node"));
        site.credential().writeTo(layout.pki());
        NodeCertificates.issue(
                        site.credential(),
                        NodeKey.readOrGenerate(layout.nodeKey()),
                        "id-0",
                        "till-0",
                        site.name(),
                        List.of(),
                        clock)
                .writeTo(layout.nodeCertificate());
        store = TrustStore.open(layout, clock);
        desk = new EnrolmentDesk(store, clock, meters);
    }

    private ObjectNode request(NodeKey key, String nonce, String secret) {
        CertificateRequest request = CertificateRequest.of(key);
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("request", request.encoded())
                .put("id", "id-1")
                .put("name", "till-1")
                .put("hardware", "atom, 4 GiB")
                .put("nonce", nonce)
                .put("proof", request.proof(secret, nonce, store.ownCertificate()));
        json.putArray("addresses").add("192.0.2.7");
        return json;
    }

    private String nonce() throws EnrolmentException {
        return desk.challenge("192.0.2.7").path("nonce").asText();
    }

    private double refusals(String reason) {
        return meters.counter("rwo.enrolments.refused", "reason", reason).count();
    }

    @Test
    void aNodeThatIsApprovedGetsACertificateAndTheTrustDocument() throws Exception {
        NodeKey key = NodeKey.generate();
        JsonNode asked = desk.ask(
                "192.0.2.7", request(key, nonce(), site.joinCredential().joinSecret()));
        String ticket = asked.path("ticket").asText();
        assertThat(desk.poll(ticket).path("state").asText()).isEqualTo("pending");
        assertThat(desk.pending()).hasSize(1);
        desk.approve(asked.path("code").asText());
        JsonNode answer = desk.poll(ticket);
        NodeCertificate chain = NodeCertificate.parse(answer.path("chain").asText());
        assertThat(store.trust().judge(chain.chain(), clock.instant()))
                .isInstanceOfSatisfying(
                        PeerVerdict.Accepted.class,
                        accepted -> assertThat(accepted.id()).isEqualTo("id-1"));
        assertThat(TrustDocument.parse(answer.path("trust").toString().getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(store.document().orElseThrow());
        assertThat(answer.toString()).doesNotContain("PRIVATE KEY");
    }

    @Test
    void aNodeThatWasOffWhenItWasApprovedAsksAgainAndIsLetInWithoutAnotherApproval() throws Exception {
        String secret = site.joinCredential().joinSecret();
        NodeKey key = NodeKey.generate();
        desk.approve(desk.ask("192.0.2.7", request(key, nonce(), secret))
                .path("code")
                .asText());
        clock.move(Duration.ofHours(3));
        String ticket = desk.ask("192.0.2.7", request(key, nonce(), secret))
                .path("ticket")
                .asText();
        assertThat(desk.poll(ticket).path("state").asText()).isEqualTo("approved");
        assertThat(desk.pending()).hasSize(1);
        clock.move(EnrolmentDesk.KEPT);
        String late = desk.ask("192.0.2.7", request(key, nonce(), secret))
                .path("ticket")
                .asText();
        assertThat(desk.poll(late).path("state").asText()).isEqualTo("pending");
    }

    @Test
    void aNodeThatWasApprovedAndComesWithANewKeyMustBeApprovedAgainAndCanBe() throws Exception {
        String secret = site.joinCredential().joinSecret();
        desk.approve(desk.ask("192.0.2.7", request(NodeKey.generate(), nonce(), secret))
                .path("code")
                .asText());
        JsonNode again = desk.ask("192.0.2.7", request(NodeKey.generate(), nonce(), secret));
        assertThat(desk.poll(again.path("ticket").asText()).path("state").asText())
                .isEqualTo("pending");
        desk.approve("id-1");
        assertThat(desk.poll(again.path("ticket").asText()).path("state").asText())
                .isEqualTo("approved");
    }

    @Test
    void aReplayedRequestIsRefusedAndCounted() throws Exception {
        ObjectNode request =
                request(NodeKey.generate(), nonce(), site.joinCredential().joinSecret());
        desk.ask("192.0.2.7", request);
        assertThatThrownBy(() -> desk.ask("192.0.2.8", request)).hasMessageContaining("unknown, used or too old");
        assertThat(refusals("replayed")).isEqualTo(1);
        assertThat(desk.pending()).hasSize(1);
    }

    @Test
    void aNumberIsGoodForAMinuteAlsoWhenTheClockJumpsBack() throws Exception {
        String secret = site.joinCredential().joinSecret();
        ObjectNode late = request(NodeKey.generate(), nonce(), secret);
        clock.move(Duration.ofSeconds(61));
        assertThatThrownBy(() -> desk.ask("192.0.2.7", late)).isInstanceOf(EnrolmentException.class);
        ObjectNode jumped = request(NodeKey.generate(), nonce(), secret);
        clock.move(Duration.ofDays(-3650));
        assertThatThrownBy(() -> desk.ask("192.0.2.7", jumped)).isInstanceOf(EnrolmentException.class);
    }

    @Test
    void theSecretOfAnotherSiteIsRefusedAndUsesUpTheNumber() throws Exception {
        Site other = Site.create(home.resolve("other"), new SiteName("other"), clock);
        ObjectNode request =
                request(NodeKey.generate(), nonce(), other.joinCredential().joinSecret());
        assertThatThrownBy(() -> desk.ask("192.0.2.7", request)).hasMessageContaining("not of site shop");
        assertThatThrownBy(() -> desk.ask("192.0.2.7", request)).hasMessageContaining("unknown, used");
        assertThat(refusals("foreign")).isEqualTo(1);
    }

    @Test
    void malformedAndOversizedRequestsAreRefusedAndCounted() throws Exception {
        String secret = site.joinCredential().joinSecret();
        for (ObjectNode bad : List.of(
                JsonNodeFactory.instance.objectNode().put("nonce", nonce()),
                request(NodeKey.generate(), nonce(), secret).put("request", "x".repeat(100_000)),
                request(NodeKey.generate(), nonce(), secret).put("request", "rO0ABXNy"),
                request(NodeKey.generate(), nonce(), secret).put("name", "till 1,OU=operator"),
                request(NodeKey.generate(), nonce(), secret).put("id", "../1"))) {
            assertThatThrownBy(() -> desk.ask("192.0.2.9", bad)).isInstanceOf(EnrolmentException.class);
        }
        ObjectNode addresses = request(NodeKey.generate(), nonce(), secret);
        addresses.putArray("addresses").add("evil.example");
        assertThatThrownBy(() -> desk.ask("192.0.2.9", addresses)).isInstanceOf(EnrolmentException.class);
        assertThat(refusals("malformed")).isEqualTo(6);
        assertThat(desk.pending()).isEmpty();
    }

    @Test
    void aFloodFromOneAddressIsStoppedAndNeitherListGrowsBeyondItsBound() throws Exception {
        for (int n = 0; n < EnrolmentDesk.CALLS_A_MINUTE; n++) {
            desk.challenge("198.51.100.1");
        }
        assertThatThrownBy(() -> desk.challenge("198.51.100.1"))
                .isInstanceOfSatisfying(
                        EnrolmentException.class,
                        refused -> assertThat(refused.kind()).isEqualTo(EnrolmentException.Kind.TOO_MANY));
        String secret = site.joinCredential().joinSecret();
        NodeKey key = NodeKey.generate();
        for (int n = 0; n < EnrolmentDesk.MOST_PENDING + 20; n++) {
            String from = "10.0." + n / 200 + "." + n % 200;
            String nonce = desk.challenge(from).path("nonce").asText();
            desk.ask(from, request(key, nonce, secret).put("id", "node-" + n));
        }
        assertThat(desk.pending()).hasSize(EnrolmentDesk.MOST_PENDING);
        assertThat(desk.pending().get(0).path("id").asText()).isEqualTo("node-20");
    }

    @Test
    void anUnknownCodeAndAnUnknownTicketSayWhatToDo() {
        assertThatThrownBy(() -> desk.approve("ABCDEF")).hasMessageContaining("see rwo approve");
        assertThatThrownBy(() -> desk.poll("0")).hasMessageContaining("ask again");
    }
}
