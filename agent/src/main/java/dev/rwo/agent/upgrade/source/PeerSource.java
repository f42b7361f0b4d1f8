package dev.rwo.agent.upgrade.source;

import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A bundle that another box of the site keeps, over mutual TLS. */
public final class PeerSource implements BundleSource {

    /** Where boxes offer their bundles, below {@code https://HOST:PORT}. */
    public static final String PATH = "/api/v1/peer/upgrade/bundle/";

    private static final Pattern URL = Pattern.compile("https://([^/]+)" + PATH + "([0-9a-f]{64})");

    private final Peers peers;
    private final String api;
    private final String path;

    private PeerSource(Peers peers, String api, String path) {
        this.peers = peers;
        this.api = api;
        this.path = path;
    }

    /** Where a box offers a bundle. */
    public static String url(String api, String bundle) {
        return "https://" + api + PATH + bundle;
    }

    /** That URL, when it is one that {@link #url} makes. */
    static Optional<BundleSource> of(String url, Peers peers) {
        Matcher parts = URL.matcher(url);
        return parts.matches()
                ? Optional.of(new PeerSource(peers, parts.group(1), PATH + parts.group(2)))
                : Optional.empty();
    }

    @Override
    public String name() {
        return api;
    }

    @Override
    public long size() throws IOException {
        try {
            return peers.get(api, path).path("size").asLong();
        } catch (PeerException silent) {
            throw new IOException(silent.getMessage(), silent);
        }
    }

    @Override
    public byte[] read(long offset, int length) throws IOException {
        byte[] piece;
        try {
            piece = peers.bytes(api, path + "/piece?offset=" + offset + "&length=" + length);
        } catch (PeerException silent) {
            throw new IOException(silent.getMessage(), silent);
        }
        if (piece.length != length) {
            throw new IOException(api + " gave " + piece.length + " bytes where " + length + " were asked for");
        }
        return piece;
    }
}
