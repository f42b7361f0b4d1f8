package dev.rwo.agent.swarm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why a service, or a constraint, can or cannot be placed: per node, every constraint with the fact that decides it.
 *
 * @param subject the service's name, or the constraint
 * @param summary one line: how many nodes qualify, and how the service is doing
 * @param nodes each node's verdict
 */
public record Explanation(String subject, String summary, List<OnNode> nodes) {

    /**
     * One node's verdict.
     *
     * @param hostname the node
     * @param eligible whether Swarm may place a task there
     * @param lines why: one line a constraint, and one if the node takes no tasks
     */
    public record OnNode(String hostname, boolean eligible, List<String> lines) {}

    /** Knows the fact behind a node's label. */
    public interface LabelReasons {

        /** The fact that decides whether a node has a label, one sentence; empty when it is no label of ours. */
        Optional<String> of(ClusterNode node, String label);
    }

    /** Copies the list. */
    public Explanation {
        nodes = List.copyOf(nodes);
    }

    /** Explains a running or pending service. */
    static Explanation of(ServiceState service, List<ClusterNode> nodes, LabelReasons reasons) {
        List<OnNode> verdicts = judge(service.constraints(), nodes, reasons);
        StringBuilder summary = new StringBuilder(service.running() + " of " + service.desired() + " tasks run; ")
                .append(eligible(verdicts, nodes));
        service.pending().forEach(error -> summary.append("; Swarm says: ").append(error));
        return new Explanation(service.name(), summary.toString(), verdicts);
    }

    /** Explains constraints alone. */
    public static Explanation of(List<String> constraints, List<ClusterNode> nodes, LabelReasons reasons) {
        List<OnNode> verdicts = judge(constraints, nodes, reasons);
        return new Explanation(String.join(", ", constraints), eligible(verdicts, nodes), verdicts);
    }

    private static String eligible(List<OnNode> verdicts, List<ClusterNode> nodes) {
        long count = verdicts.stream().filter(OnNode::eligible).count();
        return count + " of " + nodes.size() + (nodes.size() == 1 ? " node qualifies" : " nodes qualify");
    }

    private static List<OnNode> judge(List<String> texts, List<ClusterNode> nodes, LabelReasons reasons) {
        List<Constraint> constraints = texts.stream().map(Constraint::parse).toList();
        List<OnNode> verdicts = new ArrayList<>();
        for (ClusterNode node : nodes) {
            List<String> lines = new ArrayList<>();
            boolean eligible = true;
            if (!node.state().equals("ready")) {
                eligible = false;
                lines.add("no: the node is " + node.state());
            }
            if (node.availability() != Availability.ACTIVE) {
                eligible = false;
                lines.add("no: the node is set to " + node.availability().word());
            }
            for (Constraint constraint : constraints) {
                Constraint.Finding finding = constraint.judge(node);
                eligible &= finding.matches();
                String reason = constraint
                        .nodeLabel()
                        .flatMap(label -> reasons.of(node, label))
                        .map(sentence -> "; " + sentence)
                        .orElse("");
                lines.add((finding.matches() ? "yes: " : "no: ") + constraint + ": " + finding.fact() + reason);
            }
            verdicts.add(new OnNode(node.hostname(), eligible, lines));
        }
        return verdicts;
    }

    /** As the API and {@code rwo explain --json} show it. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("subject", subject).put("summary", summary);
        ArrayNode rows = json.putArray("nodes");
        for (OnNode node : nodes) {
            ArrayNode lines = rows.addObject()
                    .put("hostname", node.hostname())
                    .put("eligible", node.eligible())
                    .putArray("lines");
            node.lines().forEach(lines::add);
        }
        return json;
    }
}
