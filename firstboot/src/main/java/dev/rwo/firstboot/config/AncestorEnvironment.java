package dev.rwo.firstboot.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Two settings of the Intel Retail Workload Orchestrator that are given in the environment, whole seconds each:
 * {@code SWARM_RESTORE_TIME_IN_SECONDS} and {@code MEMBER_REBOOT_TIME_IN_SECONDS}. They win over rwo.yaml, and are never
 * saved with it.
 */
public final class AncestorEnvironment {

    private static final String MANAGER_GRACE = "SWARM_RESTORE_TIME_IN_SECONDS";
    private static final String MEMBER_GRACE = "MEMBER_REBOOT_TIME_IN_SECONDS";

    private AncestorEnvironment() {}

    /** The settings with what the environment says; what is wrong there is ignored and reported. */
    public static NodeConfigReader.Result over(NodeConfig config, Map<String, String> environment) {
        List<ConfigProblem> problems = new ArrayList<>();
        ClusterConfig cluster = config.cluster();
        Duration managerGrace = seconds(
                        environment,
                        MANAGER_GRACE,
                        ClusterSection.SHORTEST_MANAGER_GRACE,
                        ClusterSection.LONGEST_MANAGER_GRACE,
                        problems)
                .orElse(cluster.managerGrace());
        Duration shortest = managerGrace.compareTo(ClusterSection.SHORTEST_MEMBER_GRACE) > 0
                ? managerGrace
                : ClusterSection.SHORTEST_MEMBER_GRACE;
        Duration memberGrace = seconds(
                        environment, MEMBER_GRACE, shortest, ClusterSection.LONGEST_MEMBER_GRACE, problems)
                .orElse(cluster.memberGrace());
        if (memberGrace.compareTo(managerGrace) < 0) {
            // Who waits longer for a manager must not have removed its entry before.
            memberGrace = managerGrace;
        }
        return new NodeConfigReader.Result(
                config.withCluster(new ClusterConfig(
                        cluster.seeds(),
                        cluster.multicast(),
                        cluster.fabric(),
                        cluster.twoNode(),
                        cluster.witness(),
                        managerGrace,
                        memberGrace)),
                problems);
    }

    private static Optional<Duration> seconds(
            Map<String, String> environment,
            String name,
            Duration shortest,
            Duration longest,
            List<ConfigProblem> problems) {
        String text = environment.getOrDefault(name, "").strip();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.matches("\\d{1,9}")) {
            Duration given = Duration.ofSeconds(Integer.parseInt(text));
            if (given.compareTo(shortest) >= 0 && given.compareTo(longest) <= 0) {
                return Optional.of(given);
            }
        }
        String shown = text.length() <= 20 && text.matches("\\p{Graph}+") ? text : "the value";
        problems.add(new ConfigProblem(
                "environment",
                0,
                0,
                name,
                shown + " is not a number of seconds from " + shortest.toSeconds() + " to " + longest.toSeconds(),
                "correct it in the unit of rwo-agent, or remove it"));
        return Optional.empty();
    }
}
