package dev.rwo.agent.api;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.rwo.agent.swarm.Neighbours;
import dev.rwo.agent.testing.NodeUnderTest;
import dev.rwo.agent.upgrade.Bundle;
import dev.rwo.agent.upgrade.BundleIntake;
import dev.rwo.agent.upgrade.NodeUpgrade;
import dev.rwo.agent.upgrade.NodeUpgrader;
import dev.rwo.agent.upgrade.OsVersion;
import dev.rwo.agent.upgrade.UpgradeException;
import dev.rwo.agent.upgrade.campaign.CampaignOffice;
import dev.rwo.agent.upgrade.campaign.Campaigns;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The site's upgrade and FleetLock as an operator reaches them; what is behind them acts on nothing here. */
@QuarkusTest
@QuarkusTestResource(NodeUnderTest.class)
@SuppressWarnings("NullAway.Init") // injected
class UpgradeApiTest extends ApiTest {

    private static final Bundle BUNDLE = new Bundle("ab".repeat(32), new OsVersion("0.3.0"));

    @Inject
    CampaignOffice office;

    private static final class Box implements NodeUpgrader {

        @Override
        public NodeUpgrade look() {
            return new NodeUpgrade("0.2.0", "a", NodeUpgrade.Phase.IDLE, "", 0, "", new TreeMap<>(), new TreeMap<>());
        }

        @Override
        public void store(Bundle bundle, List<String> sources) {
            throw new AssertionError("nothing acts here");
        }

        @Override
        public void stage(Bundle bundle, List<String> sources, boolean allowOlder) {
            throw new AssertionError("nothing acts here");
        }

        @Override
        public void boot(OsVersion version) {
            throw new AssertionError("nothing acts here");
        }

        @Override
        public void discard(Bundle bundle) {
            throw new AssertionError("nothing acts here");
        }
    }

    private static final class Intake implements BundleIntake {

        @Override
        public Bundle take(Path file) {
            return BUNDLE;
        }

        @Override
        public Bundle inspect(String url) throws UpgradeException {
            if (url.contains("nothing")) {
                throw new UpgradeException("nothing answers at " + url);
            }
            return BUNDLE;
        }
    }

    @BeforeEach
    void theOfficeIsOpen() {
        office.open(new Campaigns(new Campaigns.Parts(
                        node.orchestrator(),
                        Neighbours.none(),
                        box -> new Box(),
                        new Intake(),
                        Optional::empty,
                        Clock.systemUTC(),
                        topic -> {}))
                .desk());
    }

    private RequestSpecification withJson(String body) {
        return asOperator().contentType("application/json").body(body);
    }

    @Test
    void anUpgradeIsStartedShownHaltedAndGivenUp() {
        withJson("{\"url\":\"https://example.org/nothing\"}")
                .post("api/v1/upgrade/start")
                .then()
                .statusCode(409)
                .body("detail", equalTo("nothing answers at https://example.org/nothing"));
        withJson("{\"url\":\"https://example.org/b\",\"window\":\"late\"}")
                .post("api/v1/upgrade/start")
                .then()
                .statusCode(400)
                .body("detail", containsString("'late' is no window"));
        withJson("null").post("api/v1/upgrade/start").then().statusCode(400);
        withJson("{}").post("api/v1/upgrade/import").then().statusCode(400);
        withJson("{\"file\":\"/var/new.raucb\"}")
                .post("api/v1/upgrade/import")
                .then()
                .statusCode(200)
                .body("version", equalTo("0.3.0"));
        withJson("{\"url\":\"https://example.org/b\",\"canary\":\"till-1\"}")
                .post("api/v1/upgrade/start")
                .then()
                .statusCode(200)
                .body("done", equalTo("the upgrade to 0.3.0 has begun on 1 node"))
                .body("next", containsString("its services stop while the one box restarts"));
        withJson("{\"url\":\"https://example.org/b\"}")
                .post("api/v1/upgrade/start")
                .then()
                .statusCode(409)
                .body("detail", containsString("is running already"));
        asOperator()
                .get("api/v1/upgrade")
                .then()
                .statusCode(200)
                .body("state", equalTo("running"))
                .body("bundle.version", equalTo("0.3.0"))
                .body("nodes", hasSize(1))
                .body("nodes[0].name", equalTo("till-1"))
                .body("nodes[0].running", equalTo("0.2.0"))
                .body("nodes[0].standing", equalTo("to-stage"));
        withJson("{}").post("api/v1/upgrade/halt").then().statusCode(200);
        asOperator()
                .get("api/v1/upgrade")
                .then()
                .body("state", equalTo("halted"))
                .body("reason", equalTo("an operator halted it"));
        withJson("{}").post("api/v1/upgrade/abort").then().statusCode(200);
        withJson("{}").post("api/v1/upgrade/resume").then().statusCode(409);
    }

    @Test
    void fleetLockSpeaksItsProtocol() {
        String body = "{\"client_params\":{\"id\":\"till-1\",\"group\":\"default\"}}";
        withJson(body).post("v1/pre-reboot").then().statusCode(400).body("kind", equalTo("no_protocol_header"));
        withJson("{}")
                .header("fleet-lock-protocol", "true")
                .post("v1/pre-reboot")
                .then()
                .statusCode(400)
                .body("kind", equalTo("bad_request"));
        withJson(body.replace("till-1", "printer"))
                .header("fleet-lock-protocol", "true")
                .post("v1/pre-reboot")
                .then()
                .statusCode(409)
                .body("kind", equalTo("refused"))
                .body("value", containsString("no node is called printer"));
        // The only box: there is nowhere to drain it to.
        for (String path : List.of("v1/pre-reboot", "v1/steady-state")) {
            withJson(body)
                    .header("fleet-lock-protocol", "true")
                    .post(path)
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void nobodyWithoutACertificateIsHeard() {
        for (String path : List.of("v1/pre-reboot", "v1/steady-state", "api/v1/upgrade/start", "api/v1/upgrade/halt")) {
            asAnybody()
                    .contentType("application/json")
                    .body("{}")
                    .post(path)
                    .then()
                    .statusCode(401);
        }
        asAnybody().get("api/v1/upgrade").then().statusCode(401);
        asOperator().get("api/v1/peer/campaign").then().statusCode(403);
    }
}
