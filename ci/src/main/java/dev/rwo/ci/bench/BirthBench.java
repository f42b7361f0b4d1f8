package dev.rwo.ci.bench;

import dev.rwo.ci.lab.LabException;
import dev.rwo.ci.lab.LabSite;
import dev.rwo.ci.lab.SiteNode;
import dev.rwo.firstboot.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Switches on the boxes of a new site in the same second, again and again, with real engines: each time they must be one
 * swarm, and all of them take work.
 */
public final class BirthBench {

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private BirthBench() {}

    /** Exit status 0, 1 when a site was not one swarm in time, 2 for a wrong command line. */
    public static void main(String... arguments) {
        int rounds = 20;
        int boxes = 5;
        for (int i = 0; i < arguments.length; i += 2) {
            boolean number = i + 1 < arguments.length && arguments[i + 1].matches("[1-9]\\d{0,2}");
            switch (number ? arguments[i] : "") {
                case "--rounds" -> rounds = Integer.parseInt(arguments[i + 1]);
                case "--nodes" -> boxes = Integer.parseInt(arguments[i + 1]);
                default -> {
                    System.err.println("bench: births [--rounds N] [--nodes N]; there is no '" + arguments[i] + "'"
                            + (number ? "" : " without a number from 1 to 999"));
                    System.exit(2);
                }
            }
        }
        LabSite.missing().ifPresent(what -> {
            System.err.println("bench: births " + what);
            System.exit(2);
        });
        System.exit(run(rounds, boxes));
    }

    private static int run(int rounds, int boxes) {
        List<Duration> took = new ArrayList<>();
        int broken = 0;
        for (int round = 1; round <= rounds; round++) {
            long began = System.nanoTime();
            try (LabSite site = LabSite.builder().nodes(boxes).seed(round).start()) {
                site.await(PATIENCE, () -> site.nodes().stream().allMatch(BirthBench::takesWork), "all take work");
                TreeSet<String> swarms = new TreeSet<>();
                site.nodes().forEach(node -> swarm(node, swarms));
                site.await(PATIENCE, () -> entries(site, boxes), "one swarm has all of them");
                if (swarms.size() != 1) {
                    throw new LabException("there are " + swarms.size() + " swarms: " + swarms);
                }
                took.add(Duration.ofNanos(System.nanoTime() - began));
                System.out.printf(
                        "round %d of %d: one swarm of %d after %d s%n",
                        round, rounds, boxes, took.getLast().toSeconds());
            } catch (LabException failed) {
                broken++;
                System.out.printf("round %d of %d: FAILED: %s%n", round, rounds, failed.getMessage());
            }
        }
        took.sort(null);
        if (!took.isEmpty()) {
            System.out.printf(
                    "%d of %d rounds: one swarm; seconds from power to the last box at work: least %d, median %d, most %d%n",
                    took.size(),
                    rounds,
                    took.getFirst().toSeconds(),
                    took.get(took.size() / 2).toSeconds(),
                    took.getLast().toSeconds());
        }
        return broken == 0 ? 0 : 1;
    }

    private static boolean takesWork(SiteNode node) {
        return node.stage(Stage.ACTIVE)
                .filter(stage -> stage.state().isUsable())
                .isPresent();
    }

    private static void swarm(SiteNode node, Set<String> swarms) {
        String id = node.docker("info", "--format", "{{with .Swarm.Cluster}}{{.ID}}{{end}}");
        if (!id.isEmpty()) {
            swarms.add(id);
        }
    }

    /** A manager lists all of them, each once. */
    private static boolean entries(LabSite site, int boxes) {
        for (SiteNode node : site.nodes()) {
            try {
                List<String> names = node.docker("node", "ls", "--format", "{{.Hostname}} {{.Status}}")
                        .lines()
                        .toList();
                return names.size() == boxes
                        && names.stream().distinct().count() == boxes
                        && names.stream().allMatch(name -> name.endsWith(" Ready"));
            } catch (LabException worker) {
                // Then another one is asked.
            }
        }
        return false;
    }
}
