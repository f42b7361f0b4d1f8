package dev.rwo.agent.api;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;

import dev.rwo.agent.testing.NodeUnderTest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a node says of its site, and when it may bring it back. */
@QuarkusTest
@QuarkusTestResource(NodeUnderTest.class)
class SiteApiTest extends ApiTest {

    @SuppressWarnings("deprecation") // rest-assured takes no other kind of factory
    @Test
    void nodesTellsOfThisNodeWhatSwarmAndGossipSee() {
        asOperator()
                .get("api/v1/nodes")
                .then()
                .statusCode(200)
                .body("site", equalTo("shop-17"))
                .body("swarm.known", equalTo(true))
                .body("nodes", hasSize(1))
                .body("nodes[0].name", equalTo("till-1"))
                .body("nodes[0].role", equalTo("leader"))
                .body("nodes[0].availability", equalTo("active"))
                .body("nodes[0].gossip", equalTo("alive"))
                .body("nodes[0].self", equalTo(true));
    }

    @Test
    void aSwarmWithItsMajorityIsNotRecovered() {
        asOperator()
                .get("api/v1/recover")
                .then()
                .statusCode(200)
                .body("kind", equalTo("none"))
                .body("refusal", containsString("nothing is to be recovered"));
        asOperator()
                .contentType("application/json")
                .body("{\"confirm\":\"shop-17\",\"here\":true}")
                .post("api/v1/recover")
                .then()
                .statusCode(400)
                .body("detail", containsString("nothing is to be recovered"));
    }

    @Test
    void aRecoveryWithoutConfirmationIsRefused() {
        for (String body : List.of("{}", "{\"confirm\":5}", "null")) {
            asOperator()
                    .contentType("application/json")
                    .body(body)
                    .post("api/v1/recover")
                    .then()
                    .statusCode(400);
        }
    }

    @Test
    void aCallerWithoutCertificateAndOneThatMayLessAreCounted() {
        asAnybody().get("api/v1/nodes").then().statusCode(401);
        asOperator().get("api/v1/peer/labels").then().statusCode(403);
        for (String reason : List.of("no-certificate", "not-allowed")) {
            asOperator()
                    .get("q/metrics")
                    .then()
                    .statusCode(200)
                    .body(matchesPattern("(?s).*rwo_peer_refused_total\\{reason=\"" + reason + "\"[^}]*} [1-9].*"));
        }
    }

    @Test
    void whatNodesTellEachOtherIsNotForOperatorsNorForAnybody() {
        for (String path : List.of("api/v1/peer/labels", "api/v1/peer/node?swarmNode=x")) {
            asOperator().get(path).then().statusCode(403);
            given().relaxedHTTPSValidation()
                    .baseUri(address.toString())
                    .get(path)
                    .then()
                    .statusCode(401);
        }
        for (String path : List.of("api/v1/nodes", "api/v1/recover")) {
            given().relaxedHTTPSValidation()
                    .baseUri(address.toString())
                    .get(path)
                    .then()
                    .statusCode(401);
        }
    }
}
