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
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import java.util.concurrent.atomic.AtomicLong;
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

    /** A box that was heard so short a time ago is on, whatever its API does. */
    private static final Duration JUST_HEARD = Duration.ofMinutes(5);

    /** It is asked again after a minute at the latest. */
    private static final Duration TWIN_IS_GONE_AFTER = Duration.ofSeconds(150);

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
    private final Supplier<String> waitingForCertificate;

    private final AddressBook book;
    private final Sightings sightings = new Sightings();
    private final Seeds seeds;
    private final RememberedPeers remembered;
    private final Map<String, ClockReading> readings = new ConcurrentHashMap<>();
    private final TokenBucket logging;
    private final Semaphore newsWaiting = new Semaphore(0);
    private final Thread teller;
    private final AtomicLong droppedBefore = new AtomicLong();

    /** By boot: agents with this node's ID that answered as such; gossip tells of others. */
    private final Map<String, Answering> answeringAsUs = new ConcurrentHashMap<>();

    private volatile DuplicatePlanner.Verdict duplicate = new DuplicatePlanner.Verdict.Unique();
    private volatile @Nullable Mdns mdns;
    private volatile String multicastProblem = "";
    /** By {@link #nanos}; 0 while it does not listen. */
    private volatile long listeningSinceNanos;

    private long skewMillis;

    private record Answering(Twin twin, Instant last) {}

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
        this.waitingForCertificate = world.waitingForCertificate();
        this.clock = clock;
        this.nanos = nanos;
        this.meters = meters;
        this.introduction = new Introduction(world.peers(), clock, this::note, this::answeredAsUs);
        this.book = new AddressBook(random);
        this.seeds = new Seeds(settings.cluster().seeds(), name -> lookAgain());
        this.remembered = new RememberedPeers(settings.peersFile());
        this.logging = new TokenBucket(1, 20, clock);
        this.skewMillis = clock.millis() - nanos.getAsLong() / 1_000_000;
        Gauge.builder("rwo.discovery.verified", () -> book.verified().size())
                .description("addresses at which a node of this site answers")
                .register(meters);
        FunctionCounter.builder("rwo.discovery.mdns.dropped", this, Discovery::mdnsDropped)
                .description("mDNS packets about RWO that were dropped: too many, malformed, or of another network")
                .register(meters);
        Gauge.builder("rwo.discovery.duplicates", this, Discovery::duplicates)
                .description("1 when another box has this node's identity")
                .register(meters);
        this.teller = Thread.ofVirtual().name("discovery-news").start(this::tellNews);
    }

    private double mdnsDropped() {
        Mdns current = mdns;
        return droppedBefore.get() + (current == null ? 0 : current.dropped());
    }

    private double duplicates() {
        return duplicate instanceof DuplicatePlanner.Verdict.Unique ? 0 : 1;
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
        long since = listeningSinceNanos;
        return since == 0 ? Optional.empty() : Optional.of(clock.instant().minusNanos(nanos.getAsLong() - since));
    }

    /** Why this node is alone, or not with everybody it heard of; what matters most first. */
    public List<Failure> failures() {
        Instant now = clock.instant();
        List<Failure> all = new ArrayList<>();
        String waiting = waitingForCertificate.get();
        if (!waiting.isEmpty()) {
            all.add(new Failure(
                    Failure.Reason.AWAITING_APPROVAL, "", waiting, "run rwo approve on a box of the site", now));
        }
        Set<String> heard = sightings.fresh(now).stream()
                .filter(sighting -> sighting.seen().isAfter(now.minus(JUST_HEARD)))
                .map(sighting -> sighting.address().toString())
                .collect(Collectors.toSet());
        duplicateFailure(now).ifPresent(all::add);
        book.failures().forEach(failure -> all.add(heard.contains(failure.address()) ? heardBut(failure) : failure));
        seeds.unknown()
                .values()
                .forEach(text -> all.add(
                        new Failure(Failure.Reason.UNREACHABLE, "", text, "correct cluster.seeds in rwo.yaml", now)));
        if (isAlone() && all.isEmpty()) {
            all.add(nobodySeen(now));
        }
        all.sort(Comparator.comparing(Failure::reason).thenComparing(Failure::address));
        return List.copyOf(all);
    }

    private Optional<Failure> duplicateFailure(Instant now) {
        return switch (duplicate) {
            case DuplicatePlanner.Verdict.Unique ignored -> Optional.empty();
            case DuplicatePlanner.Verdict.Copy copy ->
                Optional.of(new Failure(
                        Failure.Reason.DUPLICATE,
                        copy.original().address(),
                        duplicateObstacle().orElse(""),
                        "run rwo reset on this box",
                        now));
            case DuplicatePlanner.Verdict.Original original ->
                Optional.of(new Failure(
                        Failure.Reason.DUPLICATE,
                        original.copy().address(),
                        "the box at " + original.copy().address() + " runs from a copy of this box's disk",
                        "run rwo reset on that box",
                        now));
        };
    }

    /** Whoever announces itself is on: when its port does not answer, something is in the way. */
    private static Failure heardBut(Failure failure) {
        if (failure.reason() != Failure.Reason.UNREACHABLE) {
            return failure;
        }
        int colon = failure.address().lastIndexOf(':');
        return new Failure(
                Failure.Reason.BLOCKED,
                failure.address(),
                "a box is heard at " + failure.address().substring(0, colon) + ", but its port "
                        + failure.address().substring(colon + 1) + " is blocked: " + failure.text(),
                "is there a firewall, or client isolation in the switch or access point?",
                failure.at());
    }

    private Failure nobodySeen(Instant now) {
        Optional<LanAddress> own = addresses.get().primary();
        if (own.isEmpty()) {
            return new Failure(
                    Failure.Reason.NO_PEER_SEEN, "", "no peer seen: this box has no network address yet", "", now);
        }
        List<String> ways = new ArrayList<>();
        if (settings.cluster().multicast()) {
            ways.add(
                    multicastProblem.isEmpty()
                            ? "by multicast on " + own.get().describe()
                            : "not by multicast (" + multicastProblem + ")");
        }
        ways.add("at " + settings.cluster().seeds().size() + " seeds");
        ways.add("at " + remembered.addresses().size() + " remembered addresses");
        String since = listeningSince()
                .map(begin -> " for " + Duration.between(begin, now).toSeconds() + " s")
                .orElse("");
        return new Failure(
                Failure.Reason.NO_PEER_SEEN,
                "",
                "no peer seen" + since + "; looked " + String.join(", ", ways),
                "are all boxes on one network? where multicast is blocked, name another box under cluster.seeds in"
                        + " rwo.yaml",
                now);
    }

    private boolean isAlone() {
        return book.verified().isEmpty() && membership.members().present().isEmpty();
    }

    /**
     * Why this node must neither found nor join a swarm: its disk is a copy of another's that is here, too. Empty when it
     * is not, or is the one that may stay.
     */
    public Optional<String> duplicateObstacle() {
        return duplicate instanceof DuplicatePlanner.Verdict.Copy copy
                ? Optional.of("this disk is a copy of node " + copy.original().name() + " at "
                        + copy.original().address() + ": reset this box (rwo reset) to make it a node of its own")
                : Optional.empty();
    }

    /**
     * Whether a box was heard a moment ago of which it is not known yet whether it belongs to the site: it was not asked
     * so far, or its API did not answer, as that of a box that is just starting.
     */
    public boolean hearsUnknown() {
        Instant now = clock.instant();
        Map<PeerAddress, AddressBook.Row> rows =
                book.rows().stream().collect(Collectors.toMap(AddressBook.Row::address, row -> row));
        return sightings.fresh(now).stream()
                .filter(sighting -> sighting.seen().isAfter(now.minus(JUST_HEARD)))
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
        lookForTwins(members, now);
        Map<Source, List<PeerAddress>> named = new EnumMap<>(Source.class);
        if (own.primary().isPresent()) {
            if (!settings.cluster().multicast()) {
                listening();
            }
            named.put(Source.SEED, withoutOwn(seeds.addresses(now), own));
            named.put(Source.REMEMBERED, withoutOwn(remembered.addresses(), own));
            named.put(
                    Source.MULTICAST,
                    withoutOwn(
                            sightings.fresh(now).stream().map(Sighting::address).toList(), own));
        }
        book.keep(named, now);
        Mdns announcing = mdns;
        Set<String> present = members.present().stream().map(Member::nodeId).collect(Collectors.toSet());
        return new DiscoveryController.View(
                settings.cluster().multicast() ? own.primary().orElse(null) : null,
                announcing == null ? null : announcing.announcement().address(),
                book.rows(),
                present);
    }

    private void tellOthers(LanAddress primary) {
        String api = new PeerAddress(primary.address().getHostAddress(), settings.apiPort()).toString();
        String machine = settings.hardware().hash();
        membership.tell(digest -> digest.withApi(api).withHardware(machine));
    }

    private void lookForTwins(MemberTable members, Instant now) {
        answeringAsUs.values().removeIf(twin -> twin.last().isBefore(now.minus(TWIN_IS_GONE_AFTER)));
        List<Twin> twins = new ArrayList<>(DuplicatePlanner.twins(members));
        Set<String> known = twins.stream().map(Twin::boot).collect(Collectors.toSet());
        answeringAsUs.values().stream()
                .map(Answering::twin)
                .filter(twin -> !known.contains(twin.boot()))
                .forEach(twins::add);
        DuplicatePlanner.Verdict before = duplicate;
        DuplicatePlanner.Verdict found =
                DuplicatePlanner.plan(members.self(), settings.hardware().firstSeen(), twins, now);
        duplicate = found;
        if (!found.getClass().equals(before.getClass())) {
            duplicateFailure(now).ifPresent(failure -> {
                meters.counter("rwo.discovery.duplicates.found").increment();
                LOG.errorf("rwo: %s", failure.text());
            });
            news.accept(Topic.MEMBERS);
        }
    }

    private void answeredAsUs(Hello hello, String address) {
        Instant now = clock.instant();
        answeringAsUs.merge(
                hello.boot(),
                new Answering(
                        new Twin(
                                hello.boot(),
                                hello.name(),
                                address,
                                hello.hardware(),
                                !hello.swarmId().isEmpty(),
                                now),
                        now),
                (first, again) -> new Answering(first.twin(), now));
        if (answeringAsUs.size() > MOST_SEEDS) {
            answeringAsUs.clear();
        }
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
            answeringAsUs.clear();
        }
        skewMillis = skew;
    }

    private void listening() {
        if (listeningSinceNanos == 0) {
            // 0 means that it does not.
            listeningSinceNanos = nanos.getAsLong() | 1;
        }
    }

    /** Everything that failed is worth another try: the network, whom one trusts, or the own certificate is another. */
    public void retryAll() {
        book.retryAll(clock.instant());
        lookAgain();
    }

    /** Announces on another network, or ends it. */
    synchronized void announceOn(@Nullable LanAddress address) throws IOException {
        Mdns before = mdns;
        if (before != null) {
            droppedBefore.addAndGet(before.dropped());
            before.close();
            mdns = null;
            sightings.clear();
            listeningSinceNanos = 0;
        }
        if (address == null) {
            return;
        }
        Announcement announcement = new Announcement(
                address,
                settings.apiPort(),
                settings.gossipPort(),
                settings.nodeId(),
                membership.members().self().boot(),
                settings.site(),
                settings.version());
        // Even when multicast does not work here, a birth must not wait for it.
        listening();
        try {
            mdns = Mdns.start(announcement, this::ownAddresses, this::sighted, this::isAlone, clock);
            multicastProblem = "";
        } catch (IOException unable) {
            multicastProblem = String.valueOf(unable.getMessage());
            throw unable;
        }
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
        Mdns announcing = mdns;
        if (announcing != null) {
            announcing.close();
        }
    }
}
