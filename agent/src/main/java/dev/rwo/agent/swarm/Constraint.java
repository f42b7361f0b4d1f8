package dev.rwo.agent.swarm;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One placement constraint with Swarm's own semantics (swarmkit, manager/constraint/constraint.go): only {@code ==} and
 * {@code !=}, values compared without regard to case, an absent label counts as the empty string.
 *
 * @param key what is asked, for example {@code node.labels.edge.cpu.class}
 * @param equal true for {@code ==}
 * @param value what it shall be or not be
 */
public record Constraint(String key, boolean equal, String value) {

    private static final Pattern SYNTAX = Pattern.compile("\\s*(\\S.*?)\\s*(==|!=)\\s*(.*?)\\s*");
    private static final Pattern KEY = Pattern.compile("(?i)[a-z_][a-z0-9\\-_.]+");
    private static final Pattern VALUE = Pattern.compile("(?i)[a-z0-9:\\-_\\s.*()?+\\[\\]\\\\^$|/]+");
    private static final String NODE_LABEL = "node.labels.";
    private static final String ENGINE_LABEL = "engine.labels.";

    /**
     * Reads a constraint.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static Constraint parse(String text) {
        Matcher parts = SYNTAX.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no constraint: write KEY==VALUE or KEY!=VALUE");
        }
        if (!KEY.matcher(parts.group(1)).matches()) {
            throw new IllegalArgumentException(
                    "'" + parts.group(1) + "' is no constraint key: use letters, digits, - _ .");
        }
        if (!VALUE.matcher(parts.group(3)).matches()) {
            throw new IllegalArgumentException(
                    "'" + parts.group(3) + "' is no constraint value: it is empty or holds a character Swarm refuses");
        }
        return new Constraint(parts.group(1), parts.group(2).equals("=="), parts.group(3));
    }

    /**
     * Whether a node satisfies it, and the fact that decides.
     *
     * @param matches whether Swarm would accept the node
     * @param fact what the node has, one line
     */
    public record Finding(boolean matches, String fact) {}

    /** Judges a node. */
    public Finding judge(ClusterNode node) {
        String lower = key.toLowerCase(Locale.ROOT);
        Optional<String> name = nodeLabel();
        if (name.isPresent()) {
            return label("label", name.get(), node.labels());
        }
        if (lower.startsWith(ENGINE_LABEL) && key.length() > ENGINE_LABEL.length()) {
            return label("engine label", key.substring(ENGINE_LABEL.length()), node.engineLabels());
        }
        return switch (lower) {
            case "node.id" -> compare("the node's id is ", node.id());
            case "node.hostname" -> compare("the node's hostname is ", node.hostname());
            case "node.role" -> compare("the node's role is ", node.role());
            case "node.platform.os" -> compare("the node's system is ", node.os());
            case "node.platform.arch" -> compare("the node's architecture is ", normalArch(node.arch()));
            case "node.ip" -> ip(node.address());
            default -> new Finding(false, "Swarm knows no " + key + ", so no node ever matches");
        };
    }

    /** The node label that is asked for; empty when something else is. */
    Optional<String> nodeLabel() {
        return key.toLowerCase(Locale.ROOT).startsWith(NODE_LABEL) && key.length() > NODE_LABEL.length()
                ? Optional.of(key.substring(NODE_LABEL.length()))
                : Optional.empty();
    }

    private Finding label(String kind, String name, Map<String, String> labels) {
        String has = labels.get(name);
        return has == null
                ? new Finding(accepts(""), "the node has no " + kind + " " + name)
                : compare(kind + " " + name + " is ", has);
    }

    private Finding compare(String lead, String has) {
        return new Finding(accepts(has), lead + (has.isEmpty() ? "empty" : has));
    }

    private boolean accepts(String has) {
        return value.equalsIgnoreCase(has) == equal;
    }

    private static String normalArch(String arch) {
        return switch (arch) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> arch;
        };
    }

    private Finding ip(String address) {
        String fact = "the node's address is " + (address.isEmpty() ? "unknown" : address);
        try {
            return new Finding(inNetwork(address) == equal, fact);
        } catch (IllegalArgumentException malformed) {
            return new Finding(false, fact + ", and " + value + " is neither an address nor a network");
        }
    }

    private boolean inNetwork(String address) {
        List<String> parts = List.of(value.split("/", -1));
        byte[] network = InetAddress.ofLiteral(parts.getFirst()).getAddress();
        byte[] has = InetAddress.ofLiteral(address).getAddress();
        int bits = parts.size() == 1 ? network.length * Byte.SIZE : Integer.parseInt(parts.get(1));
        if (has.length != network.length || bits > network.length * Byte.SIZE) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if ((has[bit / Byte.SIZE] & mask) != (network[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return key + (equal ? "==" : "!=") + value;
    }
}
