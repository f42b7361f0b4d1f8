package dev.rwo.firstboot.config;

import dev.rwo.firstboot.config.ClusterConfig.Fabric;
import dev.rwo.firstboot.config.ClusterConfig.TwoNode;
import dev.rwo.firstboot.config.YamlValue.Entry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code cluster:}. */
final class ClusterSection extends SectionReading {

    /** Each is asked once a minute by every box that has not found its site. */
    static final int MOST_SEEDS = 16;

    /** Shorter is shorter than gossip needs to be sure. */
    static final Duration SHORTEST_MANAGER_GRACE = Duration.ofSeconds(10);

    static final Duration LONGEST_MANAGER_GRACE = Duration.ofHours(1);

    /** Shorter is shorter than a reboot. */
    static final Duration SHORTEST_MEMBER_GRACE = Duration.ofMinutes(1);

    /** A month: a shop that is closed for the holidays. */
    static final Duration LONGEST_MEMBER_GRACE = Duration.ofDays(31);

    private static final Pattern WITH_PORT = Pattern.compile("(\\[[^\\]]+]|[^:]+):(\\d{1,5})");
    private static final Map<String, Boolean> ANSWERS =
            Map.of("true", true, "yes", true, "on", true, "false", false, "no", false, "off", false);

    ClusterSection(SectionReading whole) {
        super(whole);
    }

    Optional<ClusterConfig> read(Entry entry) {
        return section(entry).flatMap(this::settings);
    }

    private Optional<ClusterConfig> settings(Fields fields) {
        ClusterConfig none = ClusterConfig.DEFAULT;
        Duration managerGrace =
                duration(fields, "managerGrace", SHORTEST_MANAGER_GRACE, LONGEST_MANAGER_GRACE, none.managerGrace());
        Duration shortestForMembers = longer(SHORTEST_MEMBER_GRACE, managerGrace);
        ClusterConfig given = new ClusterConfig(
                seeds(fields),
                answer(fields, "multicast", none.multicast()),
                word(fields, "cluster", "fabric", Fabric.class, none.fabric()),
                word(fields, "cluster", "twoNode", TwoNode.class, none.twoNode()),
                answer(fields, "witness", none.witness()),
                managerGrace,
                duration(
                        fields,
                        "memberGrace",
                        shortestForMembers,
                        LONGEST_MEMBER_GRACE,
                        longer(none.memberGrace(), managerGrace)));
        return fields.isBroken() ? Optional.empty() : Optional.of(given);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private List<String> seeds(Fields fields) {
        Optional<Texts> given = fields.texts("seeds");
        if (given.isEmpty()) {
            return List.of();
        }
        Optional<List<String>> good = ConfigReading.atLeastOne(given.get(), this::seed);
        if (good.isEmpty()) {
            fields.breakIt();
            return List.of();
        }
        List<String> distinct = good.get().stream().distinct().toList();
        if (distinct.size() > MOST_SEEDS) {
            problem(
                    given.get().good().getFirst().place(),
                    "cluster.seeds",
                    "these are " + distinct.size() + " seeds",
                    "keep at most " + MOST_SEEDS + ": a few that are always on are enough");
        }
        return distinct.stream().limit(MOST_SEEDS).toList();
    }

    private Optional<String> seed(Text text) {
        String seed = text.text();
        Matcher withPort = WITH_PORT.matcher(seed);
        String host = seed;
        boolean portIsGood = true;
        if (withPort.matches()) {
            host = withPort.group(1);
            int port = Integer.parseInt(withPort.group(2));
            portIsGood = port > 0 && port <= 65_535;
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        boolean hostIsGood = Ipv4Prefix.parseAnyAddress(host).isPresent()
                || ConfigReading.DOMAIN_NAME.matcher(host).matches();
        if (hostIsGood && portIsGood) {
            return Optional.of(seed);
        }
        problem(
                text.place(),
                "cluster.seeds",
                shown(seed) + " is not the address or host name of a box",
                "write for example 192.168.1.20, or till-1.shop.example:8443");
        return Optional.empty();
    }

    private boolean answer(Fields fields, String key, boolean ifAbsent) {
        Optional<Text> given = fields.text(key);
        if (given.isEmpty()) {
            return ifAbsent;
        }
        Boolean answer = ANSWERS.get(given.get().text().toLowerCase(Locale.ROOT));
        if (answer == null) {
            fields.breakIt();
            problem(
                    given.get().place(),
                    "cluster." + key,
                    shown(given.get().text()) + " is neither true nor false",
                    "write for example " + ifAbsent);
            return ifAbsent;
        }
        return answer;
    }

    private Duration duration(Fields fields, String key, Duration shortest, Duration longest, Duration ifAbsent) {
        Optional<Text> given = fields.text(key);
        if (given.isEmpty()) {
            return ifAbsent;
        }
        Optional<Duration> duration = DurationText.parse(given.get().text())
                .filter(time -> time.compareTo(shortest) >= 0 && time.compareTo(longest) <= 0);
        if (duration.isEmpty()) {
            fields.breakIt();
            problem(
                    given.get().place(),
                    "cluster." + key,
                    shown(given.get().text()) + " is not a time from " + shortest.toSeconds() + "s to "
                            + longest.toHours() + "h",
                    "write for example " + ifAbsent.toSeconds() + "s");
        }
        return duration.orElse(ifAbsent);
    }
}
