package dev.rwo.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rwo.agent.peer.PeerAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AddressBookTest {

    private static final Instant NOW = Instant.parse("2026-11-23T01:00:00Z");
    private static final PeerAddress PEER = new PeerAddress("10.0.0.2", 8443);

    private final AddressBook book = new AddressBook(new Random(17));

    private static AddressBook.Answer failed() {
        return new AddressBook.Answer.Failed(
                new Failure(Failure.Reason.UNREACHABLE, PEER.toString(), "nothing answers", "", NOW), false);
    }

    private void know() {
        book.keep(Map.of(Source.MULTICAST, List.of(PEER)), NOW);
    }

    @Test
    void aFailureIsRetriedAfterASecondAndThenEverLaterUpToAMinute() {
        know();
        Instant now = NOW;
        for (int whole : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            assertThat(book.begin(PEER)).isTrue();
            book.end(PEER, failed(), now);
            Duration wait =
                    Duration.between(now, AddressBook.nextDue(book.rows()).orElseThrow());
            assertThat(wait).isBetween(Duration.ofMillis(whole * 500L), Duration.ofSeconds(whole));
            now = now.plus(wait);
        }
    }

    @Test
    void whatIsUnderWayIsNotBegunAgain() {
        know();
        assertThat(book.begin(PEER)).isTrue();
        assertThat(book.begin(PEER)).isFalse();
        assertThat(book.underway()).isEqualTo(1);
    }

    @Test
    void whatNobodyNamesAnyMoreIsForgottenWhenItAnswered() {
        know();
        book.begin(PEER);
        book.keep(Map.of(), NOW);
        assertThat(book.rows()).hasSize(1);
        book.end(PEER, failed(), NOW);
        book.keep(Map.of(), NOW);
        assertThat(book.rows()).isEmpty();
    }

    @Test
    void aSeedThatIsHeardTooStaysASeed() {
        book.keep(Map.of(Source.MULTICAST, List.of(PEER), Source.SEED, List.of(PEER)), NOW);
        assertThat(book.rows())
                .singleElement()
                .extracting(AddressBook.Row::source)
                .isEqualTo(Source.SEED);
    }

    @Test
    void anotherNetworkMakesEveryFailureDue() {
        know();
        book.begin(PEER);
        book.end(PEER, failed(), NOW);
        book.retryAll(NOW);
        assertThat(AddressBook.nextDue(book.rows())).contains(NOW);
    }

    @Test
    void aClockThatIsSetBackDoesNotPostponeAnything() {
        know();
        book.begin(PEER);
        book.end(PEER, failed(), NOW);
        Instant back = NOW.minus(Duration.ofDays(4000));
        book.clockWasSet(back);
        assertThat(AddressBook.nextDue(book.rows())).contains(back);
    }
}
