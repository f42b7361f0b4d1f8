package dev.rwo.ci.bench;

import java.util.HashMap;
import java.util.Map;

/** What one member says of the others. Safe for use by many threads. */
class ClusterView {

    private final String name;
    private final Map<String, ClusterContestant.Seen> view = new HashMap<>();
    private final Map<String, Integer> suspicions = new HashMap<>();
    private final Map<String, Integer> deaths = new HashMap<>();

    ClusterView(String name) {
        this.name = name;
    }

    String name() {
        return name;
    }

    synchronized void forget() {
        view.clear();
    }

    synchronized void saw(ClusterContestant.Sight sight) {
        if (sight.member().equals(name)) {
            return;
        }
        switch (sight.seen()) {
            case SUSPECT -> suspicions.merge(sight.member(), 1, Integer::sum);
            case GONE -> {
                deaths.merge(sight.member(), 1, Integer::sum);
                view.put(sight.member(), sight.seen());
            }
            case ALIVE -> view.put(sight.member(), sight.seen());
        }
    }

    /** How many others it sees. */
    synchronized long sees() {
        return view.values().stream()
                .filter(seen -> seen == ClusterContestant.Seen.ALIVE)
                .count();
    }

    synchronized boolean sees(String member) {
        return view.get(member) == ClusterContestant.Seen.ALIVE;
    }

    /** How often it suspected others, and how often it took them for gone, one of them aside. */
    synchronized int suspicions(String besides) {
        return sum(suspicions, besides);
    }

    synchronized int deaths(String besides) {
        return sum(deaths, besides);
    }

    private static int sum(Map<String, Integer> counts, String besides) {
        return counts.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(besides))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }
}
