package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.membership.Member;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who founds the swarm when several could: the lowest key, which is the SHA-256 of node ID and site. It is fixed for a
 * node, agrees on all boxes without asking, and favours no maker's serial numbers.
 */
public final class Precedence {

    /** A site has at most a thousand boxes; foreign IDs must not fill the memory. */
    private static final int REMEMBERED = 4096;

    private static final Map<String, String> KEYS = new ConcurrentHashMap<>();

    private Precedence() {}

    /** A node's key. */
    public static String key(String nodeId, String site) {
        String text = nodeId + "\n" + site;
        String known = KEYS.get(text);
        if (known != null) {
            return known;
        }
        if (KEYS.size() >= REMEMBERED) {
            KEYS.clear();
        }
        String key = digest(text);
        KEYS.put(text, key);
        return key;
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** The founder first; two boots of one node, which a copied disk makes, in the order of their boots. */
    static Comparator<Member> of(String site) {
        return Comparator.comparing((Member member) -> key(member.nodeId(), site))
                .thenComparing(Member::boot);
    }
}
