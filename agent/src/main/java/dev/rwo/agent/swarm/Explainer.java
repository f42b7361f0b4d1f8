package dev.rwo.agent.swarm;

import dev.rwo.agent.hardware.NodeFacts;
import dev.rwo.hardware.label.LabelFacts;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers {@code rwo explain}. */
public final class Explainer {

    private final Orchestrator orchestrator;
    private final Supplier<Optional<NodeFacts>> facts;

    /**
     * Asks this orchestrator.
     *
     * @param facts what this box's hardware says; of the other nodes only their labels are known
     */
    public Explainer(Orchestrator orchestrator, Supplier<Optional<NodeFacts>> facts) {
        this.orchestrator = orchestrator;
        this.facts = facts;
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
            return Explanation.of(List.of(subject), nodes, reasons());
        }
        Explanation.LabelReasons reasons = reasons();
        List<ServiceState> services = orchestrator.services();
        return services.stream()
                .filter(service ->
                        service.name().equals(subject) || service.id().equals(subject))
                .findFirst()
                .map(service -> Explanation.of(service, nodes, reasons))
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

    private Explanation.LabelReasons reasons() throws OrchestratorException {
        String self = orchestrator.engine().nodeId();
        Optional<NodeFacts> known = facts.get();
        return (node, label) -> known.filter(ignored -> node.id().equals(self))
                .flatMap(own -> own.reason(label))
                .or(() -> LabelFacts.ofLabels(label, node.labels()));
    }
}
