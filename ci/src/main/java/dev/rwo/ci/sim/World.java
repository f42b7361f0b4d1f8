package dev.rwo.ci.sim;

import dev.rwo.agent.swarm.managers.ManagerPlanner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A site in virtual time. */
final class World {

    /** Addresses are 192.0.2.1 to 192.0.2.254, then 192.0.3.1 and so on. */
    static final int FIRST_NETWORK = 2;

    static final int HOSTS = 254;

    final Timeline time = new Timeline();
    final Boots boots = new Boots();
    final int size;
    final SplittableRandom random;
    final Mutation mutation;
    final Network net;
    final List<Box> boxes = new ArrayList<>();
    final List<RaftGroup> groups = new ArrayList<>();
    final Rules rules = new Rules(this);
    final OperatorLabels operator = new OperatorLabels();
    boolean workWanted;
    /** How long an engine takes to start at most. */
    int engineStart = 5_000;
    /** How much of the multicast is lost, always: some switches and radios lose nearly all. */
    double multicastLoss;

    private final IdentityHashMap<Box, FormationMind> formations = new IdentityHashMap<>();
    private final List<Function<Box, Mind>> more;
    private final @Nullable Consumer<String> tracer;

    World(long seed, int size, Mutation mutation, List<Function<Box, Mind>> more, @Nullable Consumer<String> tracer) {
        this.size = size;
        this.random = new SplittableRandom(seed);
        this.mutation = mutation;
        this.more = more;
        this.tracer = tracer;
        this.net = new Network(this, size);
        for (int i = 0; i < size; i++) {
            boxes.add(new Box(this, i));
        }
        everySecond();
    }

    private void everySecond() {
        time.in(1000, () -> {
            for (RaftGroup group : List.copyOf(groups)) {
                group.tick();
            }
            rules.everySecond();
            everySecond();
        });
    }

    List<Mind> minds(Box box) {
        FormationMind formation = new FormationMind(box);
        formations.put(box, formation);
        List<Mind> minds = new ArrayList<>(List.of(formation, new LabelMind(box), new ActivationMind(box)));
        more.forEach(each -> minds.add(each.apply(box)));
        return minds;
    }

    @Nullable
    FormationMind formation(Box box) {
        return box.agentUp ? formations.get(box) : null;
    }

    RaftGroup newGroup() {
        // Swarm's IDs are random; so is which of two is the higher.
        RaftGroup group = new RaftGroup(this, "s" + Integer.toString(1000 + random.nextInt(9000)) + groups.size(), 0);
        groups.add(group);
        return group;
    }

    RaftGroup fork(RaftGroup old) {
        int next = groups.stream()
                        .filter(group -> group.id.equals(old.id))
                        .max(Comparator.comparingInt(group -> group.fork))
                        .orElse(old)
                        .fork
                + 1;
        RaftGroup group = new RaftGroup(this, old.id, next);
        groups.add(group);
        return group;
    }

    @Nullable
    RaftGroup groupOfToken(String token) {
        return groups.stream()
                .filter(group -> token.equals(group.id + "/" + group.fork))
                .findFirst()
                .orElse(null);
    }

    boolean bothUsed() {
        return boxes.stream()
                        .map(box -> box.engine.group())
                        .filter(group -> group != null && group.used())
                        .distinct()
                        .count()
                > 1;
    }

    /** What is not yet as it should be with the managers; only asked when something looks after them. */
    String managersUnfinished(RaftGroup home) {
        if (more.isEmpty()) {
            return "";
        }
        long voters = home.voters().stream().filter(voter -> !voter.leaderless).count();
        int wanted = ManagerPlanner.wanted(home.nodes.size());
        // An entry that nobody can match to a flashed box counts until the grace is over, but cannot be promoted.
        int here = (int) home.nodes.values().stream().filter(home::isHere).count();
        int possible = here % 2 == 0 ? here - 1 : here;
        return voters == Math.min(wanted, possible)
                ? ""
                : home.id + " has " + voters + " managers of " + home.nodes.size() + " nodes, " + wanted + " wanted";
    }

    /** Whose API listens there. */
    Box byApi(String api) {
        String[] parts = api.substring(0, api.indexOf(':')).split("\\.", -1);
        return boxes.get((Integer.parseInt(parts[2]) - FIRST_NETWORK) * HOSTS + Integer.parseInt(parts[3]) - 1);
    }

    void trace(String who, String what) {
        if (tracer != null) {
            tracer.accept(String.format(Locale.ROOT, "%9.3f %-8s %s", time.now() / 1000.0, who, what));
        }
    }
}
