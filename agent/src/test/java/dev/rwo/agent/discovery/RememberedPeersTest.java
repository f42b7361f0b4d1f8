package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.peer.PeerAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RememberedPeersTest {

    private static final Instant NOW = Instant.parse("2026-11-23T01:00:00Z");

    @TempDir
    Path directory;

    private RememberedPeers read() {
        return new RememberedPeers(directory.resolve("peers.json"));
    }

    @Test
    void theLastSixtyFourAreKeptTheNewestFirst() {
        RememberedPeers peers = read();
        for (int i = 0; i < 200; i++) {
            peers.met("node-" + i, new PeerAddress("10.0.0." + i, 8443));
        }
        peers.save(NOW);
        assertThat(read().addresses()).hasSize(RememberedPeers.MOST).startsWith(new PeerAddress("10.0.0.199", 8443));
    }

    @Test
    void aNodeWithANewAddressIsOneEntry() {
        RememberedPeers peers = read();
        peers.met("node-1", new PeerAddress("10.0.0.1", 8443));
        peers.met("node-1", new PeerAddress("10.0.0.2", 8443));
        assertThat(peers.addresses()).containsExactly(new PeerAddress("10.0.0.2", 8443));
    }

    @Test
    void itIsWrittenOnceAMinuteAtMost() throws Exception {
        RememberedPeers peers = read();
        peers.met("node-1", new PeerAddress("10.0.0.1", 8443));
        peers.save(NOW);
        Files.delete(directory.resolve("peers.json"));
        peers.met("node-2", new PeerAddress("10.0.0.2", 8443));
        peers.save(NOW.plusSeconds(59));
        assertThat(directory.resolve("peers.json")).doesNotExist();
        peers.save(NOW.plusSeconds(60));
        assertThat(read().addresses()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "{\"peers\":7}",
                "{\"peers\":[{\"nodeId\":\"a\",\"api\":\"not an address\"},{\"api\":\"10.0.0.1\"},[],null]}"
            })
    void aDamagedFileIsNothing(String content) throws Exception {
        Files.writeString(directory.resolve("peers.json"), content);
        assertThat(read().addresses()).isEmpty();
    }
}
