package dev.rwo.ci.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is measured: how one of its members is started, and what its lines mean. */
enum ClusterContestant {
    /** Debian's Serf agent with its LAN profile. */
    SERF("Serf 0.8.2") {
        @Override
        List<String> command(GossipRuntime ours, String name, String address, List<String> seeds) {
            List<String> command = new ArrayList<>(
                    List.of("serf", "agent", "-node=" + name, "-bind=" + address, "-profile=lan", "-log-level=info"));
            // Whoever is a seed is there a moment later at the latest.
            seeds.stream().filter(seed -> !seed.equals(address)).forEach(seed -> command.add("-retry-join=" + seed));
            command.add("-retry-interval=1s");
            return command;
        }

        @Override
        Optional<Sight> read(String line) {
            Matcher member = SERF_MEMBER.matcher(line);
            if (member.find()) {
                return switch (member.group(1)) {
                    case "Join" -> Optional.of(new Sight(member.group(2), Seen.ALIVE));
                    case "Failed" -> Optional.of(new Sight(member.group(2), Seen.GONE));
                    case "Leave", "Reap" -> Optional.of(new Sight(member.group(2), Seen.GONE));
                    default -> Optional.empty();
                };
            }
            Matcher suspect = SERF_SUSPECT.matcher(line);
            return suspect.find() ? Optional.of(new Sight(suspect.group(1), Seen.SUSPECT)) : Optional.empty();
        }

        @Override
        boolean waitsForGo() {
            return false;
        }
    },
    /** Ours: a JVM for each member. */
    RWO("RWO") {
        @Override
        List<String> command(GossipRuntime ours, String name, String address, List<String> seeds) {
            return ours.command(Map.of(name, address), seeds);
        }

        @Override
        Optional<Sight> read(String line) {
            Matcher member = RWO_MEMBER.matcher(line);
            if (!member.matches()) {
                return Optional.empty();
            }
            return Optional.of(new Sight(
                    member.group(2),
                    switch (member.group(1)) {
                        case "alive" -> Seen.ALIVE;
                        case "suspect" -> Seen.SUSPECT;
                        default -> Seen.GONE;
                    }));
        }

        @Override
        boolean waitsForGo() {
            return true;
        }
    };

    /** How a member sees another. */
    enum Seen {
        ALIVE,
        SUSPECT,
        GONE
    }

    /** One line's meaning. */
    record Sight(String member, Seen seen) {}

    private static final Pattern SERF_MEMBER = Pattern.compile("serf: EventMember(Join|Failed|Leave|Reap): (\\S+)");
    private static final Pattern SERF_SUSPECT = Pattern.compile("memberlist: Suspect (\\S+) has failed");
    private static final Pattern RWO_MEMBER = Pattern.compile("\\S+ (alive|suspect|dead|left) (\\S+)");

    private final String title;

    ClusterContestant(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** The command of one member. */
    abstract List<String> command(GossipRuntime ours, String name, String address, List<String> seeds);

    /** What a line of its output says of another member, if anything. */
    abstract Optional<Sight> read(String line);

    /** Whether it says "ready" and then waits for a line before it begins. */
    abstract boolean waitsForGo();
}
