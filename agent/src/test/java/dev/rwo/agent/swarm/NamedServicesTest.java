package dev.rwo.agent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NamedServicesTest {

    private final List<ServiceState> services = new ArrayList<>();
    private boolean manager = true;

    private final UnaskedEngine engine = new UnaskedEngine() {

        @Override
        public EngineState engine() {
            return new EngineState(
                    "",
                    new TreeMap<>(),
                    "",
                    "",
                    0,
                    EngineState.Membership.ACTIVE,
                    "n1",
                    "192.0.2.1",
                    manager,
                    "",
                    List.of(),
                    "");
        }

        @Override
        public List<ServiceState> services() {
            return services;
        }
    };

    private void runs(String name, int running, int desired, String... pending) {
        services.add(new ServiceState("", name, "", "", List.of(), desired, running, List.of(pending)));
    }

    private List<String> problems(boolean active, String... names) {
        return new NamedServices(engine, Neighbours.none(), List.of(names)).problems(active);
    }

    @Test
    void whatRunsWithAllItsTasksIsWellAndOthersAreNotLookedAt() {
        runs("shop_till", 2, 2);
        runs("shop_signage", 0, 1);
        assertThat(problems(true, "shop_till")).isEmpty();
    }

    @Test
    void oneWhoseTasksAreMissingIsNamedWithHowMany() {
        runs("shop_till", 1, 2);
        assertThat(problems(true, "shop_till"))
                .singleElement()
                .asString()
                .contains("shop_till 1/2", "rwo explain shop_till");
    }

    @Test
    void oneThatDoesNotExistIsNamed() {
        assertThat(problems(true, "shop_tlil")).singleElement().asString().contains("shop_tlil does not exist");
    }

    @Test
    void oneThatIsBoundToThisBoxCountsOnlyWhileThisBoxTakesWorkloads() {
        runs("shop_printer", 0, 1, "no suitable node (1 node not available for new tasks)");
        assertThat(problems(false, "shop_printer")).isEmpty();
        assertThat(problems(true, "shop_printer")).hasSize(1);
    }

    @Test
    void aWorkerWhomNobodyAnswersDoesNotCallThemWell() {
        manager = false;
        assertThat(problems(true, "shop_till")).singleElement().asString().contains("cannot be told");
        assertThat(problems(true)).isEmpty();
    }

    @Test
    void aWorkerReadsWhatAManagerSays() {
        runs("shop_till", 1, 2, "no suitable node");
        assertThat(ServiceJson.read(ServiceJson.write(services))).isEqualTo(services);
    }
}
