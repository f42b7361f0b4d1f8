package dev.rwo.agent.swarm;

import java.util.List;

/** Answers {@code rwo explain}. */
public final class Explainer {

    private final Orchestrator orchestrator;

    /** Asks this orchestrator. */
    public Explainer(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    /**
     * Explains a service by name or ID, or a constraint.
     *
     * @param subject a text with {@code ==} or {@code !=} is a constraint, anything else a service
     * @throws IllegalArgumentException when it is neither
     * @throws OrchestratorException when the engine does not answer, or cannot because the node is no manager
     */
    public Explanation explain(String subject) throws OrchestratorException {
        List<ClusterNode> nodes = orchestrator.nodes();
        if (subject.contains("==") || subject.contains("!=")) {
            return Explanation.of(List.of(subject), nodes);
        }
        List<ServiceState> services = orchestrator.services();
        return services.stream()
                .filter(service ->
                        service.name().equals(subject) || service.id().equals(subject))
                .findFirst()
                .map(service -> Explanation.of(service, nodes))
                .orElseThrow(() -> new IllegalArgumentException("there is no service '" + subject + "'; "
                        + (services.isEmpty()
                                ? "this site runs no services"
                                : "services are: "
                                        + String.join(
                                                ", ",
                                                services.stream()
                                                        .map(ServiceState::name)
                                                        .toList()))));
    }
}
