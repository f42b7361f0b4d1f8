package dev.rwo.agent.swarm.formation;

import dev.rwo.agent.control.Plan;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberState;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a box sees: by default one that is ready to found the swarm of its site, has listened for an hour, is alone and
 * has told the others that it is a candidate. A test says what is different.
 */
final class Views {

    static final String SITE = "shop-17";
    static final Duration UPTIME = Duration.ofHours(1);
    static final Duration WINDOW = Duration.ofSeconds(12);
    static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.10");
    static final String OVERLAY_POOL = "10.128.0.0/12";

    private static final List<String> IN_ORDER = IntStream.rangeClosed(1, 3)
            .mapToObj(number -> "till-" + number)
            .sorted(Comparator.comparing(name -> Precedence.key(nodeId(name), SITE)))
            .toList();

    /** The box that founds when all are there. */
    static final String FIRST = IN_ORDER.get(0);
    /** The box whose view this is. */
    static final String SELF = IN_ORDER.get(1);
    /** The box that founds only when it is alone. */
    static final String LAST = IN_ORDER.get(2);

    private String site = SITE;
    private boolean witness;
    private String obstacle = "";
    private String copy = "";
    private @Nullable InetAddress advertised = ADDRESS;
    private List<Member> others = List.of();
    private Duration listened = UPTIME;
    private List<String> troubles = List.of();
    private boolean introducing;
    private EngineState.Membership engine = EngineState.Membership.INACTIVE;
    private String engineError = "";
    private Place place = Place.NONE;
    private Remembered remembered = Remembered.NOTHING;
    private Ballot ballot = Ballot.EMPTY;
    private Duration awake = UPTIME;
    private Duration settled = UPTIME;
    private Duration rivalled = Duration.ZERO;
    private Duration stuck = Duration.ZERO;
    private Lapses.@Nullable Seen seen;
    private Standing standing = Standing.NONE;
    private Duration doubtUntil = Duration.ZERO;
    private int joinAttempts;
    private boolean workRuns;
    private Place told = Place.NONE;
    private boolean toldCandidate = true;

    private Views() {}

    /** A box outside. */
    static Views outside() {
        return new Views();
    }

    /** The leader of a swarm that never ran a workload. */
    static Views leader(String swarmId) {
        return inside(new Place(SwarmRole.LEADER, swarmId, "node-self", false, 0, true));
    }

    /** A worker in a swarm that never ran a workload. */
    static Views worker(String swarmId) {
        return inside(new Place(SwarmRole.WORKER, swarmId, "node-self", false, 0, false));
    }

    /** A box in a swarm, which remembers it and has told the others. */
    static Views inside(Place place) {
        Views views = new Views();
        views.place = place;
        views.told = place;
        views.toldCandidate = false;
        views.remembered = Remembered.NOTHING.in(place);
        views.engine = EngineState.Membership.ACTIVE;
        return views;
    }

    /** A box that made a swarm of which nobody knows yet. */
    static Views newborn() {
        Views views = inside(new Place(SwarmRole.LEADER, "swarm-new", "node-self", false, 0, true));
        views.told = Place.NONE;
        views.remembered = Remembered.NOTHING.founding();
        return views;
    }

    Views ofNoSite() {
        site = "";
        return this;
    }

    Views asWitness() {
        witness = true;
        return this;
    }

    Views kept(String why) {
        obstacle = why;
        return this;
    }

    Views copiedFrom(String original) {
        copy = original;
        return this;
    }

    Views withoutAddress() {
        advertised = null;
        return this;
    }

    Views seeing(Member... members) {
        others = List.of(members);
        return this;
    }

    Views listeningFor(Duration time) {
        listened = time;
        return this;
    }

    Views awakeFor(Duration time) {
        awake = time;
        return this;
    }

    Views settledFor(Duration time) {
        settled = time;
        return this;
    }

    Views rivalledFor(Duration time) {
        rivalled = time;
        return this;
    }

    Views hearing(String trouble) {
        troubles = List.of(trouble);
        return this;
    }

    Views introducing() {
        introducing = true;
        return this;
    }

    /** An engine that is in its swarm but does not work. */
    Views engine(EngineState.Membership membership, Duration since) {
        engine = membership;
        engineError = membership == EngineState.Membership.ERROR ? "rpc error: connection refused" : "";
        stuck = since;
        return this;
    }

    Views remembering(Remembered what) {
        remembered = what;
        return this;
    }

    /** In a swarm that ran workloads. */
    Views thatRanWork() {
        Place now = new Place(place.role(), place.swarmId(), place.swarmNode(), true, place.epoch(), place.answered());
        place = now;
        told = now;
        remembered = remembered.in(now);
        return this;
    }

    Views promised(Ballot next) {
        ballot = next;
        return this;
    }

    /** That long ago a swarm was in sight. */
    Views lastSaw(String swarmId, String member, Duration ago) {
        seen = new Lapses.Seen(swarmId, member, UPTIME.minus(ago));
        return this;
    }

    /** What a manager of a swarm said that long ago, and how often in a row. */
    Views heard(Standing.Kind kind, int inRow, String swarmId, long epoch, Duration ago) {
        Duration at = UPTIME.minus(ago);
        standing = new Standing(kind, at, at, inRow, swarmId, epoch, false);
        return this;
    }

    Views inDoubtFor(Duration time) {
        doubtUntil = UPTIME.plus(time);
        return this;
    }

    Views afterJoinAttempts(int number) {
        joinAttempts = number;
        return this;
    }

    Views withWork() {
        workRuns = true;
        return this;
    }

    /** The others believe this of it. */
    Views havingTold(Place what, boolean candidate) {
        told = what;
        toldCandidate = candidate;
        return this;
    }

    FormationView view() {
        return new FormationView(
                UPTIME,
                site,
                witness,
                obstacle,
                advertised,
                OVERLAY_POOL,
                WINDOW,
                new MemberTable(self(), others),
                new Surroundings(listened, troubles, introducing, copy),
                engineState(),
                place,
                remembered,
                ballot,
                lapses(),
                standing,
                doubtUntil,
                joinAttempts,
                workRuns);
    }

    /** What the box decides. */
    Plan<FormationStep> plan() {
        return FormationPlanner.plan(view(), Instant.EPOCH);
    }

    private Member self() {
        Member self = member(SELF);
        return with(
                self,
                self.digest()
                        .withSwarm(told.role(), told.swarmId(), told.swarmNode(), told.used(), told.epoch())
                        .withCandidate(toldCandidate));
    }

    private EngineState engineState() {
        boolean inside = engine != EngineState.Membership.INACTIVE;
        return new EngineState(
                "26.1.5",
                new TreeMap<>(),
                "",
                "",
                0,
                engine,
                inside ? "node-self" : "",
                inside ? ADDRESS.getHostAddress() : "",
                place.isManager(),
                place.isManager() ? place.swarmId() : "",
                List.of(),
                engineError);
    }

    private Lapses lapses() {
        return new Lapses(
                UPTIME,
                UPTIME.minus(awake),
                Set.of(),
                UPTIME.minus(settled),
                lasting(rivalled),
                lasting(stuck),
                lasting(Duration.ZERO),
                seen);
    }

    private static Lapses.Lasting lasting(Duration length) {
        return new Lapses.Lasting(length.isPositive(), UPTIME.minus(length));
    }

    // ---- boxes in sight ----

    /** A node's ID, in which its name cannot be found. */
    static String nodeId(String name) {
        return name.replace("till-", "id");
    }

    /** A box in no swarm that would found none. */
    static Member member(String name) {
        MemberDigest digest = MemberDigest.of(nodeId(name), name, name + ":8443", "0.1");
        return new Member("boot-of-" + name, name + ":8444", MemberState.ALIVE, Instant.EPOCH, digest);
    }

    /** A box in no swarm that would found one. */
    static Member candidate(String name) {
        Member member = member(name);
        return with(member, member.digest().withCandidate(true));
    }

    /** A box in a swarm that never ran a workload. */
    static Member in(String swarmId, SwarmRole role, String name) {
        Member member = member(name);
        return with(member, member.digest().withSwarm(role, swarmId, "node-" + name, false, 0));
    }

    /** A box in a swarm, with that node. */
    static Member as(SwarmRole role, String swarmId, String node, String name) {
        Member member = member(name);
        return with(member, member.digest().withSwarm(role, swarmId, node, false, 0));
    }

    /** The same, heard at this address. */
    static Member at(String address, Member member) {
        return new Member(member.boot(), address + ":8444", member.state(), member.since(), member.digest());
    }

    /** The same, with this address in a fabric of tunnels. */
    static Member tunnelled(String address, Member member) {
        return with(member, member.digest().withFabric("key of " + member.nodeId(), address));
    }

    /** The same, and its swarm has run workloads. */
    static Member used(Member member) {
        MemberDigest told = member.digest();
        return with(member, told.withSwarm(told.role(), told.swarmId(), told.swarmNode(), true, told.epoch()));
    }

    /** The same, and its swarm was taken over by force that often. */
    static Member takenOver(Member member, long epoch) {
        MemberDigest told = member.digest();
        return with(member, told.withSwarm(told.role(), told.swarmId(), told.swarmNode(), told.swarmUsed(), epoch));
    }

    /** The same in another state. */
    static Member as(MemberState state, Member member) {
        return new Member(member.boot(), member.address(), state, member.since(), member.digest());
    }

    /** Another boot of the same node. */
    static Member boot(String boot, Member member) {
        return new Member(boot, member.address(), member.state(), member.since(), member.digest());
    }

    private static Member with(Member member, MemberDigest digest) {
        return new Member(member.boot(), member.address(), member.state(), member.since(), digest);
    }
}
