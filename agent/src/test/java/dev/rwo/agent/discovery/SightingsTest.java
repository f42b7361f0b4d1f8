package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.peer.PeerAddress;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SightingsTest {

    private static final Instant NOW = Instant.parse("2026-11-23T01:00:00Z");

    private final Sightings sightings = new Sightings();

    private boolean offer(String host, int port, Instant at) {
        return sightings.offer(new Sighting(new PeerAddress(host, port), "id", "shop-17", at));
    }

    @Test
    void theSameAddressAgainIsNoNews() {
        assertThat(offer("10.0.0.2", 8443, NOW)).isTrue();
        assertThat(offer("10.0.0.2", 8443, NOW.plusSeconds(1))).isFalse();
        assertThat(sightings.fresh(NOW)).hasSize(1);
    }

    @Test
    void aFloodFromEverywhereStaysBounded() {
        for (int i = 0; i < 100_000; i++) {
            offer("10." + ((i >> 16) & 255) + "." + ((i >> 8) & 255) + "." + (i & 255), 1 + i % 65_535, NOW);
        }
        assertThat(sightings.fresh(NOW)).hasSizeLessThanOrEqualTo(Sightings.MOST);
    }

    @Test
    void oneHostHasNoMoreThanTwoPlaces() {
        for (int port = 1; port < 60_000; port++) {
            offer("10.0.0.66", port, NOW);
        }
        assertThat(sightings.counts()).containsEntry("10.0.0.66", Sightings.PER_HOST);
    }

    @Test
    void inASubnetOf254AFloodPushesNobodyOut() {
        offer("10.0.0.2", 8443, NOW);
        for (int i = 0; i < 50_000; i++) {
            int host = 3 + i % 252;
            offer("10.0.0." + host, 1 + i % 65_000, NOW);
        }
        assertThat(sightings.fresh(NOW)).extracting(Sighting::address).contains(new PeerAddress("10.0.0.2", 8443));
    }

    @Test
    void whatWasNotHeardForHoursIsForgotten() {
        offer("10.0.0.2", 8443, NOW);
        offer("10.0.0.3", 8443, NOW.plus(Duration.ofHours(3)));
        assertThat(sightings.fresh(NOW.plus(Duration.ofHours(3))))
                .extracting(sighting -> sighting.address().host())
                .containsExactly("10.0.0.3");
    }
}
