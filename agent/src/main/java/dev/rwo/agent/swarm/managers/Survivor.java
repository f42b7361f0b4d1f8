package dev.rwo.agent.swarm.managers;

import dev.rwo.agent.host.DefaultGateway;
import dev.rwo.agent.membership.Member;
import dev.rwo.agent.membership.MemberDigest.SwarmRole;
import dev.rwo.agent.membership.MemberTable;
import dev.rwo.agent.swarm.EngineState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Whether this box may bring the site back after its swarm lost its majority for good, and what that would do. Pure.
 *
 * @param site the site's name, which the person types to confirm
 * @param engine the engine's own words
 * @param quorum whether the swarm answers
 * @param members whom gossip sees
 * @param gateway whether the default gateway answers: a box that is itself cut off sees all others as lost
 */
public record Survivor(
        String site, EngineState engine, boolean quorum, MemberTable members, DefaultGateway.Echo gateway) {

    /** What this box has left of the swarm. */
    public enum Kind {
        /** Nothing to recover, or nothing that can be recovered here. */
        NONE,
        /** The swarm's whole state: services, secrets, labels. */
        STATE,
        /** A worker has nothing of the swarm's state; the stacks of the seed can be deployed anew. */
        NOTHING
    }

    /** What a person may know better than this box. */
    public enum Insistence {
        /** Another surviving manager comes first, but it is to be done here. */
        HERE,
        /** This box may be the one that is cut off, but the others are lost indeed. */
        ALTHOUGH_ALONE;

        /** The option of {@code rwo recover} that says so. */
        public String option() {
            return switch (this) {
                case HERE -> "--here";
                case ALTHOUGH_ALONE -> "--although-alone";
            };
        }
    }

    /**
     * The judgement.
     *
     * @param kind what this box has left
     * @param refusal why it must not be done here and now, one line; empty when it may
     * @param lifts on what a person must insist, on all of it, to have it done nevertheless; empty when nothing helps
     * @param lost the managers that are gone
     * @param will what will happen, in order
     */
    public record Judgement(Kind kind, String refusal, Set<Insistence> lifts, List<String> lost, List<String> will) {

        /** Copies. */
        public Judgement {
            lifts = Set.copyOf(lifts);
            lost = List.copyOf(lost);
            will = List.copyOf(will);
        }

        /** Whether it may be done, for a person who insists on this. */
        public boolean isAllowed(Set<Insistence> insisted) {
            return kind != Kind.NONE && (refusal.isEmpty() || (!lifts.isEmpty() && insisted.containsAll(lifts)));
        }

        private Judgement objecting(Insistence lift, String why) {
            Set<Insistence> all = new HashSet<>(lifts);
            all.add(lift);
            return new Judgement(kind, refusal.isEmpty() ? why : why + "; " + refusal, all, lost, will);
        }
    }

    /** Judges. */
    public Judgement judge() {
        if (site.isEmpty()) {
            return refused("this box belongs to no site");
        }
        switch (engine.membership()) {
            case INACTIVE -> {
                return refused("this box is in no swarm: it joins or founds one by itself, see rwo status");
            }
            case LOCKED -> {
                return refused("the swarm is locked: docker swarm unlock");
            }
            case PENDING, ACTIVE, ERROR -> {
                // Looked at below; the engine of a survivor may say any of them.
            }
        }
        if (engine.manager() && quorum) {
            return refused("the swarm has its majority: nothing is to be recovered");
        }
        Judgement judgement = engine.manager() ? ofManager() : ofWorker();
        return judgement.kind() == Kind.NONE
                ? judgement
                : alone().map(why -> judgement.objecting(Insistence.ALTHOUGH_ALONE, why))
                        .orElse(judgement);
    }

    /**
     * Why this box may be the one that is cut off. Seen from there all others are lost; if it went on, the healthy
     * majority would give way to it, by its higher epoch, as soon as the cable is back.
     */
    private Optional<String> alone() {
        String otherwise = "; look at its cable and at the switch; if the others are lost indeed: "
                + Insistence.ALTHOUGH_ALONE.option();
        return switch (gateway) {
            case ANSWERS -> Optional.empty();
            case SILENT ->
                Optional.of(
                        "the default gateway does not answer, so this box may be the one that is cut off" + otherwise);
            case NONE ->
                members.present().isEmpty()
                        ? Optional.of("this box sees no other box and has no default gateway to ask, so it may be the"
                                + " one that is cut off" + otherwise)
                        : Optional.empty();
        };
    }

    private Judgement ofManager() {
        List<Member> survivors = survivors();
        List<String> lost = lost();
        int all = survivors.size() + 1 + lost.size();
        if (!survivors.isEmpty() && survivors.size() + 1 > all / 2) {
            return refused("a majority of the managers is there: " + names(survivors)
                    + "; the swarm comes back by itself when they reach each other on 2377/tcp");
        }
        List<String> will = List.of(
                "this box alone becomes the swarm, with all its services, secrets and labels",
                "the epoch of the swarm rises by one: a lost manager that comes back leaves its old swarm and joins this"
                        + " one",
                "the lost managers' entries stop being managers",
                "other nodes are promoted until the site has as many managers as it needs");
        return better(survivors)
                .map(best -> new Judgement(
                        Kind.STATE,
                        "another manager survives too: " + best.digest().name() + "; do it there, or here with "
                                + Insistence.HERE.option() + ", but never on both",
                        Set.of(Insistence.HERE),
                        lost,
                        will))
                .orElseGet(() -> new Judgement(Kind.STATE, "", Set.of(), lost, will));
    }

    /** All survivors choose the same one: the alphabet decides, because nothing better can be seen from outside. */
    private Optional<Member> better(List<Member> survivors) {
        return survivors.stream()
                .min(Comparator.comparing(Member::nodeId))
                .filter(best -> best.nodeId().compareTo(members.self().nodeId()) < 0);
    }

    private Judgement ofWorker() {
        List<Member> survivors = survivors();
        if (!survivors.isEmpty()) {
            return refused("a manager is there, and only a manager has the swarm's state: ask " + names(survivors)
                    + " (rwo nodes, rwo recover)");
        }
        List<String> will = new ArrayList<>();
        will.add("this box is a worker: the services, secrets and networks of the old swarm are lost");
        will.add("its containers end; volumes on its disk stay");
        will.add("it founds a new swarm and deploys the stacks of its seed again; its labels are made anew");
        will.add("the other boxes of the site join the new swarm");
        return new Judgement(Kind.NOTHING, "", Set.of(), lost(), will);
    }

    private List<Member> survivors() {
        return members.present().stream()
                .filter(member -> isManager(member) && sameSwarm(member))
                .toList();
    }

    private static boolean isManager(Member member) {
        return member.digest().role() == SwarmRole.MANAGER || member.digest().role() == SwarmRole.LEADER;
    }

    private boolean sameSwarm(Member member) {
        String own = members.self().digest().swarmId();
        return own.isEmpty()
                || member.digest().swarmId().isEmpty()
                || member.digest().swarmId().equals(own);
    }

    /** By name where gossip remembers them, by address where only the engine does. */
    private List<String> lost() {
        TreeSet<String> lost = new TreeSet<>();
        List<Member> known = Stream.concat(Stream.of(members.self()), members.others().stream())
                .toList();
        for (String manager : engine.managers()) {
            String ip = host(manager);
            boolean present = known.stream().anyMatch(member -> member.isPresent() && isAt(member, ip));
            if (!present && !ip.equals(engine.advertised())) {
                lost.add(known.stream()
                        .filter(member -> isAt(member, ip))
                        .map(member -> member.digest().name() + " at " + ip)
                        .findFirst()
                        .orElse(ip));
            }
        }
        members.others().stream()
                .filter(member -> !member.isPresent() && isManager(member) && sameSwarm(member))
                .filter(member -> engine.managers().stream().noneMatch(address -> isAt(member, host(address))))
                .filter(member -> members.byNodeId(member.nodeId()).isEmpty())
                .forEach(member -> lost.add(
                        member.digest().name() + " at " + host(member.digest().api())));
        return List.copyOf(lost);
    }

    private static boolean isAt(Member member, String ip) {
        return !ip.isEmpty()
                && (host(member.digest().api()).equals(ip)
                        || member.digest().fabricAddress().equals(ip));
    }

    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }

    private static String names(List<Member> members) {
        return String.join(
                ", ", members.stream().map(member -> member.digest().name()).toList());
    }

    private static Judgement refused(String why) {
        return new Judgement(Kind.NONE, why, Set.of(), List.of(), List.of());
    }
}
