package dev.rwo.agent.api;

import dev.rwo.agent.Node;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.health.api.HealthRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** One readiness check and one gauge a stage. */
@ApplicationScoped
public class StageHealth {

    void register(@Observes StartupEvent start, Node node, MeterRegistry meters, @Readiness HealthRegistry readiness) {
        for (Stage stage : Stage.values()) {
            readiness.register(stage.id(), () -> check(node.board().status(stage)));
            Gauge.builder(
                            "rwo.stage.ready",
                            () -> node.board().status(stage).state().isUsable() ? 1 : 0)
                    .description("1 when what comes after this readiness stage can rely on it")
                    .tag("stage", stage.id())
                    .register(meters);
        }
    }

    private static HealthCheckResponse check(StageStatus status) {
        return HealthCheckResponse.named(status.stage().id())
                .status(status.state().isUsable())
                .withData("state", status.state().id())
                .withData("reason", status.reason())
                .withData("hint", status.hint())
                .withData("since", status.since().toString())
                .build();
    }
}
