package dev.rwo.agent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rwo.agent.testing.NodeUnderTest;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeKey;
import dev.rwo.keys.Site;
import dev.rwo.keys.Tls;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The node's interface over real TLS, with an engine in memory behind it. */
@QuarkusTest
@QuarkusTestResource(NodeUnderTest.class)
@SuppressWarnings("NullAway.Init") // injected
class NodeApiTest extends ApiTest {

    @ConfigProperty(name = NodeUnderTest.FOREIGN_SITE)
    Path foreignSite;

    @Test
    void anybodySeesWhatTheDisplayShows() {
        asAnybody()
                .get("api/v1/status")
                .then()
                .statusCode(200)
                .body("node.name", equalTo("till-1"))
                .body("node.site", equalTo("shop-17"))
                .body("overall", equalTo("done"))
                .body("stages.id", hasItems("data", "identity", "seed", "profile", "swarm", "labels", "active"))
                .body(not(containsString("serial")));
    }

    @Test
    void healthTellsEveryStage() {
        asAnybody()
                .get("q/health")
                .then()
                .statusCode(200)
                .body("status", equalTo("UP"))
                .body("checks.name", hasItems("data", "identity", "seed", "network", "profile", "engine", "workloads"));
    }

    @Test
    void withoutACertificateOfTheSiteNothingElseIsTold() {
        for (String path : List.of(
                "api/v1/node",
                "api/v1/profile",
                "api/v1/labels",
                "api/v1/services",
                "api/v1/why",
                "api/v1/events",
                "api/v1/profile/history",
                "q/metrics",
                "q/openapi")) {
            asAnybody().get(path).then().statusCode(401);
        }
    }

    @Test
    void aCertificateOfAnotherSiteIsRefused() {
        // The stranger trusts this site's root, so that the refusal is the node's.
        Site stranger = Site.open(foreignSite);
        SSLContext tls = Tls.mutual(
                NodeKey.readOrGenerate(stranger.privateFile("operator.key")).privateKey(),
                stranger.operator().chain(),
                Site.open(site).root());
        // It is not even offered: the node names the authorities it accepts, and the stranger has none of them.
        with(tls).get("api/v1/profile").then().statusCode(401);
    }

    @Test
    void theSwarmHasTheLabelsOfTheProfile() {
        Map<String, Object> labels = asOperator()
                .get("api/v1/labels")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getMap("$");
        @SuppressWarnings("unchecked")
        Map<String, String> swarm = (Map<String, String>) labels.get("swarm");
        @SuppressWarnings("unchecked")
        Map<String, String> hardware = (Map<String, String>) labels.get("hardware");
        assertThat(hardware).containsKeys("edge.cpu.class", "edge.cpu.rank", "edge.cpu.cores", "edge.mem.gib");
        assertThat(swarm).containsAllEntriesOf(hardware).containsKey("edge.joined");
        assertThat(labels).containsEntry("availability", "active");
    }

    @Test
    void explainSaysWhyAServiceIsPending() {
        asOperator()
                .queryParam("subject", "till_gpu")
                .get("api/v1/explain")
                .then()
                .statusCode(200)
                .body("summary", containsString("0 of 1 tasks run"))
                .body("nodes[0].eligible", equalTo(false))
                .body(
                        "nodes[0].lines",
                        hasItem("no: node.labels.edge.gpu.nothing==true: the node has no label edge.gpu.nothing;"
                                + " no display controller"));
    }

    @Test
    void explainOfNonsenseIsAProblemWithOneLine() {
        asOperator()
                .queryParam("subject", "nosuch")
                .get("api/v1/explain")
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("detail", containsString("there is no service 'nosuch'"));
        asOperator().get("api/v1/explain").then().statusCode(400).body("detail", containsString("?subject="));
    }

    @Test
    void historyTellsEveryLabelOfTheFirstLook() {
        asOperator()
                .queryParam("limit", "10000")
                .queryParam("key", "edge.cpu.")
                .get("api/v1/profile/history")
                .then()
                .statusCode(200)
                .body("key", hasItems("edge.cpu.class", "edge.cpu.rank"))
                .body("find { it.key == 'edge.cpu.class' }.cause", equalTo("start"))
                .body("find { it.key == 'edge.cpu.class' }.old", nullValue())
                .body("key.findAll { !it.startsWith('edge.cpu.') }", hasSize(0));
    }

    @Test
    void aHistoryOfNonsenseLengthIsRefused() {
        for (String limit : List.of("0", "-1", "ten", "10001", "1e3")) {
            asOperator()
                    .queryParam("limit", limit)
                    .get("api/v1/profile/history")
                    .then()
                    .statusCode(400)
                    .body("detail", containsString("limit must be a number from 1 to 10000"));
        }
    }

    @Test
    void eventsThatCameWhileAwayAreToldFirstAndNewOnesAsTheyHappen() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address.resolve("/api/v1/events"))
                .header("Last-Event-ID", "0")
                .timeout(Duration.ofSeconds(30))
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(Site.open(site).operatorTls())
                .build()) {
            HttpResponse<Stream<String>> answer = client.send(request, HttpResponse.BodyHandlers.ofLines());
            assertThat(answer.statusCode()).isEqualTo(200);
            try (Stream<String> lines = answer.body()) {
                Iterator<String> told = lines.iterator();
                awaitLine(told, "event:stage");
                node.events()
                        .publish(
                                "hardware.label",
                                JsonNodeFactory.instance.objectNode().put("key", "edge.test"));
                awaitLine(told, "event:hardware.label");
                assertThat(awaitLine(told, "data:")).contains("\"key\":\"edge.test\"", "\"at\":\"20");
            }
        }
    }

    /** The stream has a deadline of its own. */
    private static String awaitLine(Iterator<String> lines, String start) {
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith(start)) {
                return line;
            }
        }
        throw new AssertionError("the stream ended before a line " + start);
    }

    @Test
    void metricsTellTheStages() {
        asOperator()
                .get("q/metrics")
                .then()
                .statusCode(200)
                .body(containsString("rwo_stage_ready{stage=\"labels\"} 1.0"))
                .body(containsString("rwo_steps_total"))
                .body(containsString("rwo_hardware_labels "))
                .body(containsString("rwo_hardware_look_seconds_count{kind=\"full\"}"));
    }

    @Test
    void theServedCertificateNamesEveryAddressOfTheNode() throws Exception {
        List<String> shown = asAnybody().get("api/v1/status").jsonPath().getList("node.addresses");
        SSLContext tls = Site.open(site).operatorTls();
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(address.getHost(), address.getPort())) {
            X509Certificate served = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            for (String line : shown) {
                String ip = line.substring(0, line.indexOf('/'));
                assertThat(new NodeCertificate(List.of(served)).names(InetAddress.ofLiteral(ip)))
                        .as(line)
                        .isTrue();
            }
        }
    }

    @Test
    void theStatusPageIsServedWithItsParts() {
        asAnybody().get("").then().statusCode(200).body(containsString("Readiness stages"));
        asAnybody().get("status.js").then().statusCode(200).header("Content-Security-Policy", "default-src 'self'");
    }
}
