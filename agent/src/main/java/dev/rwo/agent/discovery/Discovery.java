package dev.rwo.agent.discovery;

import dev.rwo.agent.control.Topic;
import dev.rwo.agent.discovery.AddressBook.Answer;
import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.peer.HttpsPeers;
import dev.rwo.agent.peer.PeerAddress;
import dev.rwo.firstboot.config.ClusterConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What this node knows of where others are, and who they proved to be. Kept up by {@link DiscoveryController}; read by
 * gossip, by the birth of a swarm, and by everybody who explains why a node is alone. Safe for use by many threads.
 */
public final class Discovery implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Discovery.class);

    private static final int MOST_SEEDS = 64;

    /** The wall clock and the one that only goes forward differ by so much only when the wall clock was set. */
    private static final long CLOCK_WAS_SET_MILLIS = 5_000;

    private final Settings settings;
    private final Introduction introduction;
    private final Membership membership;
    private final AtomicReference<LanAddresses> addresses;
    private final Clock clock;
    private final LongSupplier nanos;
    private final MeterRegistry meters;
    private final Consumer<Topic> news;

    private final AddressBook book;
    private final Sightings sightings = new Sightings();
    private final Seeds seeds;
    private final RememberedPeers remembered;
    private final Map<String, ClockReading> readings = new ConcurrentHashMap<>();
    private final TokenBucket logging;
    private final Semaphore newsWaiting = new Semaphore(0);
    private final Thread teller;
    private final Twins twins;
    private final Multicast multicast;
    private final Failures failures;

    private long skewMillis;

    /**
     * What is given.
     *
     * @param cluster seeds, and whether to use multicast
     * @param nodeId this node's ID
     * @param site the site's name
     * @param apiPort where its API listens
     * @param gossipPort where its gossip listens
     * @param version the agent's version
     * @param hardware which machine this is, and in which this disk was used first
     * @param peersFile where peers are remembered
     */
    public record Settings(
            ClusterConfig cluster,
            String nodeId,
            String site,
            int apiPort,
            int gossipPort,
            String version,
            HardwareIdentity hardware,
            Path peersFile) {}

    /**
     * The world around it.
     *
     * @param peers asks others
     * @param membership whom gossip knows already
     * @param addresses the box's addresses, kept by the network controller
     * @param news told {@link Topic#DISCOVERY} when something is to be looked at, {@link Topic#MEMBERS} when a peer proved
     *     itself
     * @param waitingForCertificate why this node has no certificate of its site yet, one line; empty when it has one
     */
    public record World(
            HttpsPeers peers,
            Membership membership,
            AtomicReference<LanAddresses> addresses,
            Consumer<Topic> news,
            Supplier<String> waitingForCertificate) {}

    /** Of this node; nothing is sent before the controller runs. */
    public Discovery(Settings settings, World world, Clock clock, RandomGenerator random, MeterRegistry meters) {
        this(settings, world, clock, System::nanoTime, random, meters);
    }

    Discovery(
            Settings settings,
            World world,
            Clock clock,
            LongSupplier nanos,
            RandomGenerator random,
            MeterRegistry meters) {
        this.settings = settings;
        this.membership = world.membership();
        this.addresses = world.addresses();
        this.news = world.news();
        this.clock = clock;
        this.nanos = nanos;
        this.meters = meters;
        this.twins = new Twins(settings.hardware().firstSeen(), meters, () -> news.accept(Topic.MEMBERS));
        this.multicast = new Multicast(this::ownAddresses, this::sighted, this::isAlone, clock, nanos, meters);
        this.introduction = new Introduction(
                world.peers(), clock, this::note, (hello, address) -> twins.answered(hello, address, clock.instant()));
        this.book = new AddressBook(random);
        this.seeds = new Seeds(settings.cluster().seeds(), name -> lookAgain());
        this.remembered = new RememberedPeers(settings.peersFile());
        this.failures = new Failures(
                new Failures.Sources(sightings, book, seeds, remembered, twins, multicast),
                settings.cluster(),
                () -> addresses.get().primary(),
                world.waitingForCertificate());
        this.logging = new TokenBucket(1, 20, clock);
        this.skewMillis = clock.millis() - nanos.getAsLong() / 1_000_000;
        Gauge.builder("rwo.discovery.verified", () -> book.verified().size())
                .description("addresses at which a node of this site answers")
                .register(meters);
        this.teller = Thread.ofVirtual().name("discovery-news").start(this::tellNews);
    }

    /** Gathers what comes within a moment: a flood of sightings must not make the controller run hot. */
    private void tellNews() {
        try {
            while (true) {
                newsWaiting.acquire();
                newsWaiting.drainPermits();
                news.accept(Topic.DISCOVERY);
                // Never released: a pause that ends early when the thread is ended.
                new Semaphore(0).tryAcquire(100, java.util.concurrent.TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookAgain() {
        newsWaiting.release();
    }

    // ---- what others read

    /** Where gossip of verified nodes listens, {@code ip:port}: whom to join through. */
    public List<String> seeds() {
        return book.verified().stream()
                .map(Hello::gossip)
                .filter(gossip -> !gossip.isEmpty())
                .distinct()
                .sorted()
                .limit(MOST_SEEDS)
                .toList();
    }

    /** What nodes of this site said of themselves when they were asked last. */
    public List<Hello> verified() {
        return book.verified();
    }

    /**
     * Where nodes of this site answer, by their certificates, {@code ip:port}: those that are verified, and those that do
     * not let this node in, which a node without certificate must ask for one.
     */
    public List<String> proven() {
        return Stream.concat(
                        book.verified().stream().map(Hello::api).filter(api -> !api.isEmpty()), book.barred().stream())
                .distinct()
                .sorted()
                .limit(MOST_SEEDS)
                .toList();
    }

    /** What the clocks of nodes of this site said, one reading a node. */
    public List<ClockReading> clocks() {
        return List.copyOf(readings.values());
    }

    /**
     * Since when this node listens for others on its present network, empty while it does not. It stays right when the
     * clock is set.
     */
    public Optional<Instant> listeningSince() {
        return multicast.listened().map(clock.instant()::minus);
    }

    /** Why this node is alone, or not with everybody it heard of; what matters most first. */
    public List<Failure> failures() {
        return failures.all(clock.instant(), isAlone());
    }

    private boolean isAlone() {
        return book.verified().isEmpty() && membership.members().present().isEmpty();
    }

    /**
     * Why this node must neither found nor join a swarm: its disk is a copy of another's that is here, too. Empty when it
     * is not, or is the one that may stay.
     */
    public Optional<String> duplicateObstacle() {
        return twins.obstacle();
    }

    /** Whether another with this node's identity was heard, and not for long enough yet to say which is the copy. */
    boolean hearsDuplicate() {
        return twins.undecided();
    }

    /**
     * Whether a box was heard a moment ago of which it is not known yet whether it belongs to the site: it was not asked
     * so far, or its API did not answer, as that of a box that is just starting.
     */
    public boolean hearsUnknown() {
        Instant now = clock.instant();
        Map<PeerAddress, AddressBook.Row> rows =
                book.rows().stream().collect(Collectors.toMap(AddressBook.Row::address, row -> row));
        return sightings.justHeard(now).stream()
                .map(sighting -> rows.get(sighting.address()))
                .anyMatch(row -> row != null && isOpen(row.answer()));
    }

    private static boolean isOpen(@Nullable Answer answer) {
        return answer == null
                || (answer instanceof Answer.Failed failed
                        && (failed.failure().reason() == Failure.Reason.UNREACHABLE
                                || failed.failure().reason() == Failure.Reason.BLOCKED));
    }

    /** What this node answers to those that introduce themselves. */
    public Hello hello() {
        return Hello.of(membership.members().self(), settings.site(), clock.instant());
    }

    // ---- what the controller does

    Settings settings() {
        return settings;
    }

    /** Brings the book up to what the sources name now, and looks at it. */
    DiscoveryController.View look() {
        Instant now = clock.instant();
        followTheClock(now);
        MemberTable members = membership.members();
        LanAddresses own = addresses.get();
        for (Member member : members.present()) {
            PeerAddress.parse(member.digest().api(), PeerAddress.API_PORT)
                    .ifPresent(api -> remembered.met(member.nodeId(), api));
        }
        remembered.save(now);
        own.primary().ifPresent(this::tellOthers);
        twins.look(members, now);
        Map<Source, List<PeerAddress>> named = new EnumMap<>(Source.class);
        if (own.primary().isPresent()) {
            if (!settings.cluster().multicast()) {
                multicast.listening();
            }
            named.put(Source.SEED, withoutOwn(seeds.addresses(now), own));
            named.put(Source.REMEMBERED, withoutOwn(remembered.addresses(), own));
            named.put(
                    Source.MULTICAST,
                    withoutOwn(
                            sightings.fresh(now).stream().map(Sighting::address).toList(), own));
        }
        book.keep(named, now);
        Set<String> present = members.present().stream().map(Member::nodeId).collect(Collectors.toSet());
        return new DiscoveryController.View(
                settings.cluster().multicast() ? own.primary().orElse(null) : null,
                multicast.announcedOn(),
                book.rows(),
                present,
                failures());
    }

    private void tellOthers(LanAddress primary) {
        String api = new PeerAddress(primary.address().getHostAddress(), settings.apiPort()).toString();
        String machine = settings.hardware().hash();
        membership.tell(digest -> digest.withApi(api).withHardware(machine));
    }

    private List<PeerAddress> withoutOwn(List<PeerAddress> named, LanAddresses own) {
        Set<String> hosts =
                own.all().stream().map(each -> each.address().getHostAddress()).collect(Collectors.toSet());
        return named.stream()
                .filter(address -> address.port() != settings.apiPort() || !hosts.contains(address.host()))
                .collect(Collectors.collectingAndThen(Collectors.toCollection(LinkedHashSet::new), List::copyOf));
    }

    private void followTheClock(Instant now) {
        long skew = now.toEpochMilli() - nanos.getAsLong() / 1_000_000;
        if (Math.abs(skew - skewMillis) > CLOCK_WAS_SET_MILLIS) {
            book.clockWasSet(now);
            readings.clear();
            twins.clockWasSet();
        }
        skewMillis = skew;
    }

    /** Everything that failed is worth another try: the network, whom one trusts, or the own certificate is another. */
    public void retryAll() {
        book.retryAll(clock.instant());
        lookAgain();
    }

    /** Announces on another network, or ends it. */
    synchronized void announceOn(@Nullable LanAddress address) throws IOException {
        if (multicast.announcedOn() != null) {
            multicast.end();
            sightings.clear();
        }
        if (address == null) {
            return;
        }
        multicast.begin(new Announcement(
                address,
                settings.apiPort(),
                settings.gossipPort(),
                settings.nodeId(),
                membership.members().self().boot(),
                settings.site(),
                settings.version()));
    }

    private Set<InetAddress> ownAddresses() {
        return addresses.get().all().stream().map(LanAddress::address).collect(Collectors.toSet());
    }

    /** By multicast. */
    void sighted(Sighting sighting) {
        if (sightings.offer(sighting)) {
            lookAgain();
        }
    }

    /** Asks at an address, in the background. */
    boolean introduceAt(PeerAddress address) {
        if (!book.begin(address)) {
            return false;
        }
        Thread.ofVirtual().name("introduction-" + address).start(() -> introduce(address));
        return true;
    }

    private void introduce(PeerAddress address) {
        Answer answer = new Answer.Failed(
                new Failure(Failure.Reason.NONSENSE, address.toString(), "internal error", "", clock.instant()), false);
        try {
            answer = introduction.at(
                    address, settings.nodeId(), membership.members().self().boot());
        } finally {
            ended(address, answer);
        }
    }

    private void ended(PeerAddress address, Answer answer) {
        Optional<Answer> before = book.rows().stream()
                .filter(row -> row.address().equals(address))
                .map(AddressBook.Row::answer)
                .filter(Objects::nonNull)
                .findFirst();
        book.end(address, answer, clock.instant());
        String outcome = switch (answer) {
            case Answer.Verified ignored -> "verified";
            case Answer.Self ignored -> "self";
            case Answer.Failed failed -> failed.failure().reason().name().toLowerCase(Locale.ROOT);
        };
        meters.counter("rwo.discovery.introductions", "outcome", outcome).increment();
        if (answer instanceof Answer.Verified verified) {
            remembered.met(verified.hello().nodeId(), address);
        }
        if (!before.map(AddressBook::kind).equals(Optional.of(AddressBook.kind(answer)))) {
            log(address, answer);
            if (answer instanceof Answer.Verified) {
                news.accept(Topic.MEMBERS);
            }
        }
        lookAgain();
    }

    /** One line when what is behind an address changes; a flood of addresses must not flood the log. */
    private void log(PeerAddress address, Answer answer) {
        synchronized (logging) {
            if (!logging.take()) {
                return;
            }
        }
        switch (answer) {
            case Answer.Verified verified ->
                LOG.infof(
                        "discovery: node %s (%s) answers at %s",
                        verified.hello().name(), verified.hello().nodeId(), address);
            case Answer.Failed failed ->
                LOG.warnf("discovery: %s", failed.failure().text());
            case Answer.Self ignored -> LOG.debugf("discovery: %s is this node itself", address);
        }
    }

    private void note(ClockReading reading) {
        readings.put(reading.nodeId(), reading);
        if (readings.size() > MOST_SEEDS) {
            readings.values().stream()
                    .min(Comparator.comparing(ClockReading::at))
                    .ifPresent(oldest -> readings.remove(oldest.nodeId()));
        }
    }

    @Override
    public void close() {
        teller.interrupt();
        multicast.end();
    }
}
