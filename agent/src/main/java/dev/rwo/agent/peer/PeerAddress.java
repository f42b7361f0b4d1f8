package dev.rwo.agent.peer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where something listens.
 *
 * @param host an IP address or a host name, without brackets
 * @param port 1 to 65535
 */
public record PeerAddress(String host, int port) {

    /** The port of every node's API. */
    public static final int API_PORT = 8443;

    private static final Pattern TEXT =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.]{2,45})]|([A-Za-z0-9._-]{1,253}))(?::(\\d{1,5}))?");

    /** An IPv6 address without brackets and port. */
    private static final Pattern BARE_V6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

    /** Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}. */
    public static Optional<PeerAddress> parse(String text, int portIfNone) {
        if (text.length() <= 45 && BARE_V6.matcher(text).matches()) {
            return Optional.of(new PeerAddress(text, portIfNone));
        }
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int port = parts.group(3) == null ? portIfNone : Integer.parseInt(parts.group(3));
        if (port < 1 || port > 65_535) {
            return Optional.empty();
        }
        return Optional.of(new PeerAddress(parts.group(1) != null ? parts.group(1) : parts.group(2), port));
    }

    /** {@code host:port}, with brackets around an IPv6 address. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
