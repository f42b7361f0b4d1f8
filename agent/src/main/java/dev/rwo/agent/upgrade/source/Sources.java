package dev.rwo.agent.upgrade.source;

import dev.rwo.agent.peer.Peers;
import dev.rwo.firstboot.config.ProxyConfig;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes sources from what people and other boxes write.
 *
 * @param peers how to ask other boxes
 * @param proxy how the box reaches the internet
 */
public record Sources(Peers peers, ProxyConfig proxy) {

    /**
     * A source; nothing is asked of it yet.
     *
     * @param text a URL, or the absolute path of a file on this box
     * @throws IllegalArgumentException when it is neither; one line for people
     */
    public BundleSource of(String text) {
        if (text.startsWith("/")) {
            Path file = Path.of(text);
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(text + ": there is no such file on this box");
            }
            return new FileSource(file);
        }
        Optional<BundleSource> peer = PeerSource.of(text, peers);
        if (peer.isPresent()) {
            return peer.get();
        }
        if (text.matches("https?://[^\\s/]+/\\S*")) {
            return new WebSource(URI.create(text), proxy);
        }
        throw new IllegalArgumentException(
                "'" + text + "' is neither a URL (http:// or https://) nor the absolute path of a file on this box");
    }
}
