package dev.rwo.ci.bench;

import dev.rwo.ci.lab.LabHost;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Many members of ours in one process, or few: each with an address, sockets and a table of its own, and one virtual
 * machine that compiles for all. What two processors cannot show with a process for each: how gossip itself bears a
 * hundred members.
 */
final class ClusterCrowd {

    /** Addresses of the lab's network above those of its hosts. */
    private static final int FIRST = 20;

    /** They hear each other within the host. */
    private static final String CARD = "lo";

    /**
     * So many connections of members to others keep a process below the 20,000 sockets that it may have where the bench was
     * written: some pairs hold two.
     */
    private static final int MOST_CONNECTIONS = 14_000;

    private final LabHost host;
    private final List<ClusterProcess> processes = new ArrayList<>();
    private final int inOne;
    private final Map<String, String> addresses = new LinkedHashMap<>();
    private final Map<String, ClusterView> views = new TreeMap<>();

    /**
     * Gives the host its addresses; nothing runs yet.
     *
     * @param size how many members, up to 230
     * @param news run when one of them said something
     */
    ClusterCrowd(LabHost host, int size, Runnable news) {
        this.host = host;
        String own = host.address().getHostAddress();
        String network = own.substring(0, own.lastIndexOf('.') + 1);
        for (int i = 0; i < size; i++) {
            addresses.put("crowd-" + i, network + (FIRST + i));
        }
        String commands = addresses.values().stream()
                .map(address -> "ip address add " + address + "/24 dev " + LabHost.DEVICE)
                .collect(Collectors.joining(" && "));
        host.run("sh", "-c", commands);
        addresses.keySet().forEach(name -> views.put(name, new ClusterView(name)));
        inOne = Math.min(size, MOST_CONNECTIONS / size);
        for (int first = 0; first < size; first += inOne) {
            processes.add(new ClusterProcess(host, CARD, true, line -> {
                ClusterView view = views.get(line.substring(0, Math.max(0, line.indexOf(' '))));
                if (view != null) {
                    ClusterContestant.RWO.read(line).ifPresent(view::saw);
                }
                news.run();
            }));
        }
    }

    List<ClusterView> views() {
        return List.copyOf(views.values());
    }

    List<String> addresses() {
        return List.copyOf(addresses.values());
    }

    List<ClusterProcess> processes() {
        return processes;
    }

    void launch(GossipRuntime ours, List<String> seeds) {
        for (int i = 0; i < processes.size(); i++) {
            Map<String, String> members = new LinkedHashMap<>();
            addresses.entrySet().stream()
                    .skip((long) i * inOne)
                    .limit(inOne)
                    .forEach(member -> members.put(member.getKey(), member.getValue()));
            processes.get(i).launch(ours.command(members, seeds));
        }
    }

    boolean isReady() {
        return processes.stream().allMatch(ClusterProcess::isReady);
    }

    /** Starts the member with this number. */
    void go(int member) throws IOException {
        processes.get(member / inOne).go();
    }

    void end() {
        processes.forEach(ClusterProcess::end);
    }

    @Override
    public String toString() {
        return addresses.size() + " members on " + host;
    }
}
