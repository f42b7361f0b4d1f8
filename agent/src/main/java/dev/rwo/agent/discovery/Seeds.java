package dev.rwo.agent.discovery;

import dev.rwo.agent.peer.PeerAddress;
import dev.rwo.agent.peer.PlainText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The seeds of rwo.yaml as addresses. Names are looked up in the background, since a name server that is silent takes
 * its time, and again every minute, since addresses change.
 */
final class Seeds {

    private static final Duration LOOK_UP_AGAIN = Duration.ofMinutes(1);

    /** A name for a whole shop has a few. */
    private static final int ADDRESSES_A_NAME = 16;

    private final List<PeerAddress> given;
    private final Consumer<String> resolved;
    private final Map<String, List<InetAddress>> found = new ConcurrentHashMap<>();
    private final Map<String, String> unknown = new ConcurrentHashMap<>();
    private final Set<String> underway = ConcurrentHashMap.newKeySet();
    private final Map<String, Instant> lookedUp = new ConcurrentHashMap<>();

    /**
     * From the settings.
     *
     * @param resolved told the name after each look-up, on a thread of its own
     */
    Seeds(List<String> given, Consumer<String> resolved) {
        this.given = given.stream()
                .flatMap(seed -> PeerAddress.parse(seed, PeerAddress.API_PORT).stream())
                .toList();
        this.resolved = resolved;
    }

    /** What is known now; never waits. */
    List<PeerAddress> addresses(Instant now) {
        List<PeerAddress> addresses = new ArrayList<>();
        for (PeerAddress seed : given) {
            if (isLiteral(seed.host())) {
                addresses.add(seed);
                continue;
            }
            lookUpWhenDue(seed.host(), now);
            found.getOrDefault(seed.host(), List.of())
                    .forEach(ip -> addresses.add(new PeerAddress(ip.getHostAddress(), seed.port())));
        }
        return addresses;
    }

    /** The names that no name server knows, each with a line that says so. */
    Map<String, String> unknown() {
        return new LinkedHashMap<>(unknown);
    }

    private static boolean isLiteral(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    private void lookUpWhenDue(String host, Instant now) {
        Instant last = lookedUp.get(host);
        boolean due = last == null || Duration.between(last, now).abs().compareTo(LOOK_UP_AGAIN) >= 0;
        if (due && underway.add(host)) {
            lookedUp.put(host, now);
            Thread.ofVirtual().name("seed-" + host).start(() -> lookUp(host));
        }
    }

    private void lookUp(String host) {
        try {
            List<InetAddress> addresses = List.of(InetAddress.getAllByName(host));
            found.put(host, addresses.subList(0, Math.min(addresses.size(), ADDRESSES_A_NAME)));
            unknown.remove(host);
        } catch (UnknownHostException nobody) {
            unknown.put(host, "no name server knows the seed " + PlainText.of(host, 80));
        } finally {
            underway.remove(host);
            resolved.accept(host);
        }
    }
}
