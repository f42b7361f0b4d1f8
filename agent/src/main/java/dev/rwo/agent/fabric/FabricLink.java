package dev.rwo.agent.fabric;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The fabric's interface as kernel and WireGuard have it.
 *
 * @param exists whether there is one
 * @param up whether it is up
 * @param mtu the largest packet it takes
 * @param addresses its IPv4 addresses
 * @param routes where packets go through it: single addresses, or networks that somebody else set
 * @param publicKey the key it has, empty for none
 * @param port where it listens
 * @param peers whom it talks to, by public key
 */
public record FabricLink(
        boolean exists,
        boolean up,
        int mtu,
        Set<String> addresses,
        Set<String> routes,
        String publicKey,
        int port,
        SortedMap<String, Peer> peers) {

    /** No interface. */
    public static final FabricLink ABSENT = new FabricLink(false, false, 0, Set.of(), Set.of(), "", 0, new TreeMap<>());

    /** Ten times the largest site; more lines than that are not ours. */
    private static final int MAX_PEERS = 2048;

    private static final int INTERFACE_COLUMNS = 4;
    private static final int PEER_COLUMNS = 8;
    private static final String NONE = "(none)";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Copies. */
    public FabricLink {
        addresses = Set.copyOf(addresses);
        routes = Set.copyOf(routes);
        peers = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(peers));
    }

    /**
     * One whom it talks to.
     *
     * @param endpoint where it was last reached, {@code ip:port}; empty when it never was
     * @param addresses what it may send from, {@code a.b.c.d/32}
     * @param handshake when it last proved its key, {@link Instant#EPOCH} for never; at least every two minutes while
     *     anything is sent
     * @param keepalive seconds between packets that are sent to it for no other reason
     */
    public record Peer(String endpoint, Set<String> addresses, Instant handshake, int keepalive) {

        /** Copies. */
        public Peer {
            addresses = Set.copyOf(addresses);
        }
    }

    /**
     * Reads what the commands print.
     *
     * @param link of {@code ip -json address show dev rwo0}
     * @param routed of {@code ip -json -4 route show dev rwo0}
     * @param dump of {@code wg show rwo0 dump}; begins with the private key, which is passed over
     * @throws IllegalArgumentException when they print something else
     */
    static FabricLink read(String link, String routed, String dump) {
        JsonNode device = json(link).path(0);
        Set<String> flags = new HashSet<>();
        device.path("flags").forEach(flag -> flags.add(flag.asText()));
        Set<String> addresses = new HashSet<>();
        for (JsonNode address : device.path("addr_info")) {
            if (address.path("family").asText().equals("inet")) {
                addresses.add(address.path("local").asText() + "/"
                        + address.path("prefixlen").asText());
            }
        }
        Set<String> routes = new HashSet<>();
        json(routed).forEach(route -> routes.add(route.path("dst").asText()));
        List<String> lines = dump.lines().limit(MAX_PEERS + 1L).toList();
        String[] own = lines.isEmpty() ? new String[0] : lines.getFirst().split("\t", -1);
        if (own.length != INTERFACE_COLUMNS) {
            throw new IllegalArgumentException("wg printed " + own.length + " columns for the interface, not 4");
        }
        SortedMap<String, Peer> peers = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] columns = line.split("\t", -1);
            if (columns.length != PEER_COLUMNS) {
                throw new IllegalArgumentException("wg printed " + columns.length + " columns for a peer, not 8");
            }
            peers.put(columns[0], peer(columns));
        }
        return new FabricLink(
                true,
                flags.contains("UP"),
                device.path("mtu").asInt(),
                addresses,
                routes,
                word(own[1]),
                (int) number(own[2]),
                peers);
    }

    private static Peer peer(String[] columns) {
        String allowed = word(columns[3]);
        return new Peer(
                word(columns[2]),
                allowed.isEmpty() ? Set.of() : Set.of(allowed.split(",", -1)),
                Instant.ofEpochSecond(number(columns[4])),
                (int) number(columns[7]));
    }

    private static JsonNode json(String text) {
        if (text.isBlank()) {
            return JSON.createArrayNode();
        }
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException("ip printed no JSON: " + broken.getOriginalMessage(), broken);
        }
    }

    private static String word(String column) {
        return column.equals(NONE) ? "" : column;
    }

    /** {@code off} is 0. */
    private static long number(String column) {
        try {
            return Long.parseLong(column);
        } catch (NumberFormatException word) {
            return 0;
        }
    }
}
