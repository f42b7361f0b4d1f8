package dev.rwo.agent.swarm;

import dev.rwo.agent.peer.PeerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Whether the services that an operator named run with all their tasks. Only a manager knows; a worker asks one. */
public final class NamedServices {

    private static final String PATH = "/api/v1/services?here=true";

    private final Orchestrator orchestrator;
    private final Neighbours neighbours;
    private final List<String> names;

    /**
     * Of a box.
     *
     * @param names as {@code rwo services} shows them
     */
    public NamedServices(Orchestrator orchestrator, Neighbours neighbours, List<String> names) {
        this.orchestrator = orchestrator;
        this.neighbours = neighbours;
        this.names = List.copyOf(names);
    }

    /**
     * What is wrong, one line a service; nothing when all is well.
     *
     * @param active whether this box takes workloads; while it does not, a service that has nowhere else to go counts for
     *     nothing
     */
    public List<String> problems(boolean active) {
        if (names.isEmpty()) {
            return List.of();
        }
        Map<String, ServiceState> services;
        try {
            services = look().stream()
                    .collect(Collectors.toMap(ServiceState::name, Function.identity(), (one, same) -> one));
        } catch (OrchestratorException | PeerException unanswered) {
            return List.of("how the services are cannot be told: " + unanswered.getMessage());
        }
        List<String> problems = new ArrayList<>();
        for (String name : names) {
            ServiceState service = services.get(name);
            if (service == null) {
                problems.add("service " + name + " does not exist; see: rwo services");
            } else if (service.isSick() && (active || !service.hasNowhereToGo())) {
                problems.add("service " + service.progress() + ": see rwo explain " + name
                        + ", and what its healthcheck says");
            }
        }
        return problems;
    }

    private List<ServiceState> look() throws OrchestratorException, PeerException {
        return orchestrator.engine().manager()
                ? orchestrator.services()
                : ServiceJson.read(neighbours.askManager(PATH));
    }
}
