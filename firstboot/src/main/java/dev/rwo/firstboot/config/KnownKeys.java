package dev.rwo.firstboot.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The keys of {@code rwo.yaml} and what people write instead. */
final class KnownKeys {

    /** Path of a section, empty for the file itself, to its keys. */
    private static final Map<String, List<String>> KEYS = new LinkedHashMap<>();

    static {
        KEYS.put(
                "",
                List.of(
                        "site",
                        "node",
                        "network",
                        "proxy",
                        "ntp",
                        "ssh",
                        "hardware",
                        "cluster",
                        "upgrade",
                        "logLevel",
                        "install"));
        KEYS.put("node", List.of("name"));
        KEYS.put("network", List.of("address", "gateway", "dns", "interface", "mac"));
        KEYS.put("proxy", List.of("http", "https", "noProxy"));
        KEYS.put("ntp", List.of("servers"));
        KEYS.put("ssh", List.of("authorizedKeys"));
        KEYS.put(
                "hardware",
                List.of(
                        "sweep",
                        "appear",
                        "disappear",
                        "stateDwell",
                        "heatWarn",
                        "heatBad",
                        "chargeBad",
                        "wearWarn",
                        "wearBad",
                        "memoryWarn",
                        "memoryBad"));
        KEYS.put(
                "cluster",
                List.of("seeds", "multicast", "fabric", "twoNode", "witness", "managerGrace", "memberGrace"));
        KEYS.put("upgrade", List.of("trial", "services", "stick"));
        KEYS.put("install", List.of("target"));
    }

    /** Other words for the same, folded as by {@link #folded}. */
    private static final Map<String, String> SYNONYMS = Map.ofEntries(
            Map.entry("hostname", "node.name"),
            Map.entry("ip", "network.address"),
            Map.entry("ipaddress", "network.address"),
            Map.entry("nameservers", "network.dns"),
            Map.entry("router", "network.gateway"),
            Map.entry("timeservers", "ntp.servers"),
            Map.entry("sshkeys", "ssh.authorizedKeys"),
            Map.entry("keys", "ssh.authorizedKeys"),
            Map.entry("httpproxy", "proxy.http"),
            Map.entry("httpsproxy", "proxy.https"),
            Map.entry("peers", "cluster.seeds"),
            Map.entry("join", "cluster.seeds"),
            Map.entry("mdns", "cluster.multicast"),
            Map.entry("wireguard", "cluster.fabric"),
            Map.entry("twonodes", "cluster.twoNode"),
            Map.entry("swarmrestoretimeinseconds", "cluster.managerGrace"),
            Map.entry("memberreboottimeinseconds", "cluster.memberGrace"));

    private KnownKeys() {}

    static List<String> of(String section) {
        return KEYS.getOrDefault(section, List.of());
    }

    static String path(String section, String key) {
        return section.isEmpty() ? key : section + "." + key;
    }

    /** The path of the key that was probably meant. */
    static Optional<String> meant(String section, String key) {
        String folded = folded(key);
        // Two slips in a long word, one in a short one: more, and anything resembles anything.
        int allowed = folded.length() > 4 ? 2 : 1;
        for (String candidate : of(section)) {
            if (distance(folded, folded(candidate)) <= allowed) {
                return Optional.of(path(section, candidate));
            }
        }
        for (Map.Entry<String, List<String>> other : KEYS.entrySet()) {
            for (String candidate : other.getValue()) {
                if (folded(candidate).equals(folded)) {
                    return Optional.of(path(other.getKey(), candidate));
                }
            }
        }
        return Optional.ofNullable(SYNONYMS.get(folded));
    }

    private static String folded(String key) {
        return key.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "").replace(" ", "");
    }

    /** Levenshtein's distance: how many letters to change, add or drop. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
