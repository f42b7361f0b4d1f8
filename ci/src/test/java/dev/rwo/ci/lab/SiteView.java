package dev.rwo.ci.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A swarm as one of its managers sees it, asked with Docker's own command line.
 *
 * @param swarm its ID
 * @param nodes its entries
 */
record SiteView(String swarm, List<Entry> nodes) {

    /** Generous, because other tests' engines and builds may run beside. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    /**
     * A node's entry.
     *
     * @param manager leader, reachable, unreachable, or empty for a worker
     */
    record Entry(String id, String host, String state, String availability, String manager) {

        boolean works() {
            return state.equals("ready") && availability.equals("active");
        }
    }

    /** What a box answers; empty while it is no manager, or its swarm has no leader. */
    static Optional<SiteView> of(SiteNode box) {
        try {
            JsonNode info = json(box.docker("info", "--format", "{{json .Swarm}}"));
            String swarm = info.path("Cluster").path("ID").asText("");
            if (swarm.isEmpty()) {
                return Optional.empty();
            }
            List<Entry> entries = new ArrayList<>();
            String ids = box.docker("node", "ls", "--quiet").strip();
            for (JsonNode node : json(box.docker(command(ids)))) {
                entries.add(new Entry(
                        node.path("ID").asText(),
                        node.path("Description").path("Hostname").asText(),
                        node.path("Status").path("State").asText(),
                        node.path("Spec").path("Availability").asText(),
                        node.path("ManagerStatus").path("Leader").asBoolean()
                                ? "leader"
                                : node.path("ManagerStatus")
                                        .path("Reachability")
                                        .asText("")));
            }
            return Optional.of(new SiteView(swarm, entries));
        } catch (LabException | IOException noManager) {
            return Optional.empty();
        }
    }

    private static String[] command(String ids) {
        List<String> words = new ArrayList<>(List.of("node", "inspect"));
        words.addAll(List.of(ids.split("\\s+")));
        return words.toArray(new String[0]);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    /** Waits until one of the boxes sees a swarm as wanted. */
    static SiteView await(List<SiteNode> boxes, Predicate<SiteView> wanted, String description) {
        TreeMap<String, String> last = new TreeMap<>();
        try {
            return Waiting.await(
                    PATIENCE,
                    () -> {
                        for (SiteNode box : boxes) {
                            Optional<SiteView> view = of(box);
                            last.put(
                                    box.host().name(),
                                    view.map(SiteView::toString).orElse("no manager"));
                            if (view.filter(wanted).isPresent()) {
                                return view;
                            }
                        }
                        return Optional.empty();
                    },
                    description);
        } catch (LabException late) {
            throw new AssertionError(
                    late.getMessage() + "; last seen: " + last + "; what " + boxes.getFirst() + " says: "
                            + said(boxes.getFirst(), "nodes") + said(boxes.getFirst(), "why")
                            + "; what the agents say: " + keep(boxes),
                    late);
        }
    }

    /** A lab's files go with it; what its agents and engines logged, and say of themselves, is needed afterwards. */
    private static Path keep(List<SiteNode> boxes) {
        Path folder = boxes.getFirst().host().folder();
        Path kept = Path.of("target/lab")
                .resolve(folder.getName(folder.getNameCount() - 2))
                .toAbsolutePath();
        try {
            Files.createDirectories(kept);
            for (SiteNode box : boxes) {
                String name = box.host().name();
                Files.copy(box.log(), kept.resolve(name + ".log"), StandardCopyOption.REPLACE_EXISTING);
                Files.copy(box.engineLog(), kept.resolve(name + ".docker.log"), StandardCopyOption.REPLACE_EXISTING);
                Files.writeString(kept.resolve(name + ".txt"), said(box, "why") + said(box, "nodes"));
            }
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        }
        return kept;
    }

    private static String said(SiteNode box, String command) {
        try {
            return box.rwo(command);
        } catch (LabException failed) {
            return failed.getMessage() + System.lineSeparator();
        }
    }

    /** How many entries work. */
    long working() {
        return nodes.stream().filter(Entry::works).count();
    }

    /** Managers that count, and those among them that can be reached. */
    boolean hasManagers(int number) {
        return nodes.stream().filter(node -> !node.manager().isEmpty()).count() == number
                && reachableManagers().size() == number;
    }

    /** The host names of managers that can be reached, the leader among them. */
    List<String> reachableManagers() {
        return hostsOf(node -> node.manager().equals("leader") || node.manager().equals("reachable"));
    }

    /** The host names of those who are no managers. */
    List<String> workers() {
        return hostsOf(node -> node.manager().isEmpty());
    }

    /** The host names of those who count as down. */
    List<String> lost() {
        return hostsOf(node -> node.state().equals("down"));
    }

    private List<String> hostsOf(Predicate<Entry> wanted) {
        return nodes.stream().filter(wanted).map(Entry::host).sorted().toList();
    }

    /** Who has which ID, in an order that can be compared and read: {@code node-1 ID}. */
    List<String> entries() {
        return nodes.stream()
                .map(node -> node.host() + " " + node.id())
                .sorted()
                .toList();
    }

    /** The ID of a box. */
    String id(SiteNode box) {
        return nodes.stream()
                .filter(node -> node.host().equals(box.host().name()))
                .map(Entry::id)
                .findFirst()
                .orElseThrow();
    }

    /** The leader's host name. */
    String leader() {
        return nodes.stream()
                .filter(node -> node.manager().equals("leader"))
                .map(Entry::host)
                .findFirst()
                .orElse("");
    }

    /** The host names of all entries; one that is there twice shows. */
    List<String> hosts() {
        return hostsOf(node -> true);
    }

    /** The swarms that the boxes are in, as their engines say. */
    static TreeSet<String> swarmsOf(List<SiteNode> boxes) {
        TreeSet<String> swarms = new TreeSet<>();
        for (SiteNode box : boxes) {
            of(box).ifPresent(view -> swarms.add(view.swarm()));
        }
        return swarms;
    }
}
