package dev.rwo.agent.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.Node;
import dev.rwo.agent.testing.NodeUnderTest;
import dev.rwo.firstboot.StageState;
import dev.rwo.keys.Site;
import io.quarkus.test.common.http.TestHTTPResource;
import io.restassured.config.RestAssuredConfig;
import io.restassured.config.SSLConfig;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.http.conn.ssl.SSLSocketFactory;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;

/** The interface of a node that is ready, as its different callers reach it. */
@SuppressWarnings("NullAway.Init") // injected
abstract class ApiTest {

    @Inject
    Node node;

    @ConfigProperty(name = NodeUnderTest.SITE)
    Path site;

    @TestHTTPResource(tls = true)
    URI address;

    @BeforeEach
    void nodeIsReady() throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(1);
        node.board().onChange(change -> {
            if (node.board().overall() == StageState.DONE) {
                ready.countDown();
            }
        });
        if (node.board().overall() != StageState.DONE) {
            assertThat(ready.await(60, TimeUnit.SECONDS))
                    .as(node.board().toJson().toPrettyString())
                    .isTrue();
        }
    }

    /** Whoever has the site's own keys. */
    RequestSpecification asOperator() {
        return with(Site.open(site).operatorTls());
    }

    /** Somebody with a certificate. */
    @SuppressWarnings("deprecation") // rest-assured takes no other kind of factory
    RequestSpecification with(SSLContext tls) {
        SSLConfig ssl =
                new SSLConfig().sslSocketFactory(new SSLSocketFactory(tls)).allowAllHostnames();
        return given().config(RestAssuredConfig.config().sslConfig(ssl)).baseUri(address.toString());
    }

    /** Somebody without one. */
    RequestSpecification asAnybody() {
        return given().relaxedHTTPSValidation().baseUri(address.toString());
    }
}
