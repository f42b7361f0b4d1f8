package dev.rwo.agent.discovery;

import dev.rwo.agent.discovery.AddressBook.Answer;
import dev.rwo.agent.peer.HttpsPeers;
import dev.rwo.agent.peer.NodeName;
import dev.rwo.agent.peer.PeerAddress;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.keys.NodeCertificates;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Asks at one address who is there, and makes of it an answer that the address book keeps. */
final class Introduction {

    /** Open to everybody: what a box asks whose certificate nobody accepts because its clock is wrong. */
    static final String TIME_PATH = "/api/v1/time";

    /** As far as a certificate begins in the past: less cannot be why one is refused. */
    private static final Duration DIFFERENCE = NodeCertificates.BACKDATED;

    private final HttpsPeers peers;
    private final Clock clock;
    private final Consumer<ClockReading> readings;
    private final BiConsumer<Hello, String> twins;

    /**
     * As this node.
     *
     * @param readings told what the clocks of peers say
     * @param twins told of answers of others with this node's ID, and where they came from
     */
    Introduction(HttpsPeers peers, Clock clock, Consumer<ClockReading> readings, BiConsumer<Hello, String> twins) {
        this.peers = peers;
        this.clock = clock;
        this.readings = readings;
        this.twins = twins;
    }

    /** Asks; takes at most as long as two calls of {@link HttpsPeers}. */
    Answer at(PeerAddress address, String ownId, String ownBoot) {
        String api = address.toString();
        try {
            Instant before = clock.instant();
            HttpsPeers.Greeting greeting = peers.greet(api, Hello.PATH, true);
            Optional<Hello> hello = Hello.from(greeting.body())
                    .filter(said -> said.nodeId().equals(greeting.node().nodeId()));
            if (hello.isEmpty()) {
                return failed(
                        Failure.Reason.NONSENSE,
                        api,
                        "node " + greeting.node().nodeId() + " at " + api
                                + " does not say who it is as this version understands it",
                        "do all boxes run one version?");
            }
            return judged(api, greeting, hello.get(), before, ownId, ownBoot);
        } catch (PeerException refused) {
            // A peer that does not take this node's certificate may do so because of the dates in it.
            return refused.afterProof() && !isFinal(refused)
                    ? clockIsWrong(api).orElseGet(() -> explained(api, refused))
                    : explained(api, refused);
        }
    }

    private Answer judged(
            String api, HttpsPeers.Greeting greeting, Hello hello, Instant before, String ownId, String ownBoot) {
        boolean self = hello.nodeId().equals(ownId);
        if (self && hello.boot().equals(ownBoot)) {
            return new Answer.Self();
        }
        Instant now = clock.instant();
        Instant middle = before.plus(Duration.between(before, now).dividedBy(2));
        boolean theirsFits = isWithin(greeting.chain(), hello.time());
        if (!self && theirsFits) {
            readings.accept(new ClockReading(hello.nodeId(), api, Duration.between(middle, hello.time()), now));
        }
        if (greeting.outOfDate()) {
            return theirsFits
                    ? clocksDiffer(api, "node " + hello.name(), now, hello.time())
                    : failed(
                            Failure.Reason.EXPIRED,
                            api,
                            "the certificate of node " + hello.name() + " at " + api + " expired on "
                                    + end(greeting.chain()),
                            "restart that box; if that does not help, enrol it anew");
        }
        if (self) {
            twins.accept(hello, api);
            return failed(
                    Failure.Reason.DUPLICATE,
                    api,
                    "the box at " + api + " has this node's identity, too",
                    "if one disk was copied from the other, flash the copy anew");
        }
        return new Answer.Verified(hello);
    }

    private static boolean isFinal(PeerException refused) {
        return refused.kind() == PeerException.Kind.REVOKED || refused.kind() == PeerException.Kind.NONSENSE;
    }

    /** Asks for the time alone, which needs no certificate of ours, and compares. */
    private Optional<Answer> clockIsWrong(String api) {
        try {
            Instant before = clock.instant();
            HttpsPeers.Greeting greeting = peers.greet(api, TIME_PATH, false);
            Instant now = clock.instant();
            NodeName node = greeting.node();
            Optional<Instant> time = Hello.instant(greeting.body().path("time").asText())
                    .filter(said -> isWithin(greeting.chain(), said));
            if (time.isEmpty()) {
                return Optional.empty();
            }
            Instant middle = before.plus(Duration.between(before, now).dividedBy(2));
            Duration ahead = Duration.between(middle, time.get());
            readings.accept(new ClockReading(node.nodeId(), api, ahead, now));
            return ahead.abs().compareTo(DIFFERENCE) < 0
                    ? Optional.empty()
                    : Optional.of(clocksDiffer(api, "node " + node.nodeId(), now, time.get()));
        } catch (PeerException silent) {
            return Optional.empty();
        }
    }

    private Answer clocksDiffer(String api, String who, Instant here, Instant there) {
        return failed(
                Failure.Reason.CLOCK,
                api,
                "a clock is wrong: this box says " + seconds(here) + ", " + who + " at " + api + " says "
                        + seconds(there),
                "is a time server reachable? see ntp.servers in rwo.yaml");
    }

    private Answer explained(String api, PeerException refused) {
        return new Answer.Failed(why(api, refused), refused.afterProof());
    }

    private Failure why(String api, PeerException refused) {
        String text = String.valueOf(refused.getMessage());
        return switch (refused.kind()) {
            case UNREACHABLE -> failure(Failure.Reason.UNREACHABLE, api, text, "");
            case OTHER_SITE ->
                failure(
                        Failure.Reason.OTHER_SITE,
                        api,
                        text,
                        "give both boxes a stick of the same site, if they shall be one");
            case EXPIRED ->
                failure(Failure.Reason.EXPIRED, api, text, "is this box's clock right? restart the other box");
            case REVOKED -> failure(Failure.Reason.REVOKED, api, text, "see rwo keys show for revoked nodes");
            case CLOCK ->
                failure(Failure.Reason.CLOCK, api, text, "is a time server reachable? see ntp.servers in rwo.yaml");
            case NOT_ALLOWED ->
                failure(Failure.Reason.NOT_ALLOWED, api, text, "is this node approved? see rwo approve");
            case REFUSED -> failure(Failure.Reason.REFUSED, api, text, "do all boxes run one version?");
            case NONSENSE -> failure(Failure.Reason.NONSENSE, api, text, "");
        };
    }

    private Answer failed(Failure.Reason reason, String api, String text, String hint) {
        return new Answer.Failed(failure(reason, api, text, hint), false);
    }

    private Failure failure(Failure.Reason reason, String api, String text, String hint) {
        return new Failure(reason, api, text, hint, clock.instant());
    }

    private static boolean isWithin(List<X509Certificate> chain, Instant time) {
        return chain.stream()
                .allMatch(
                        certificate -> !time.isBefore(certificate.getNotBefore().toInstant())
                                && !time.isAfter(certificate.getNotAfter().toInstant()));
    }

    private static Instant end(List<X509Certificate> chain) {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private static Instant seconds(Instant time) {
        return time.truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
    }
}
