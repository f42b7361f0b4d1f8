package dev.rwo.agent.hardware;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.hardware.HardwareMemory.Memory;
import dev.rwo.firstboot.Stage;
import dev.rwo.hardware.watch.DynamicStates;
import dev.rwo.hardware.watch.LabelChange;
import dev.rwo.hardware.watch.LabelStabilizer;
import dev.rwo.hardware.watch.StableLabels;
import dev.rwo.hardware.watch.StateLevel;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the box at start, when the kernel reports something and on every sweep; lets what changed count after its
 * dwell; remembers what counts, and tells the others.
 */
public final class HardwareController implements Controller<HardwareController.View, HardwareController.Keep> {

    private final HardwareLook look;
    private final HardwareInbox inbox;
    private final HardwareMemory store;
    private final HardwareNews news;
    private final HardwareSettings settings;
    private final LabelStabilizer stabilizer;
    private final DynamicStates states;
    private final Clock clock;
    private final AtomicReference<@Nullable NodeFacts> known = new AtomicReference<>();
    private final Set<String> released = ConcurrentHashMap.newKeySet();
    private Memory memory;
    private boolean unsaved;

    /**
     * For one box.
     *
     * @param inbox what the kernel reported since the last look
     * @param store where what counts is kept across restarts
     * @param news who is told
     */
    public HardwareController(
            HardwareLook look,
            HardwareInbox inbox,
            HardwareMemory store,
            HardwareNews news,
            HardwareSettings settings,
            Clock clock) {
        this.look = look;
        this.inbox = inbox;
        this.store = store;
        this.news = news;
        this.settings = settings;
        this.stabilizer = new LabelStabilizer(settings.dwell());
        this.states = new DynamicStates(settings.thresholds());
        this.clock = clock;
        this.memory = news.recovered(store.load());
    }

    /**
     * The hardware as it is, and what counted until now.
     *
     * @param seen this look
     * @param memory what the looks before led to
     * @param published what the others were last told, null before the first time in this process
     * @param cause what made us look
     * @param unsaved whether the memory is newer than its file
     * @param released claimed keys that are gone from the swarm
     */
    public record View(
            HardwareLook.Seen seen,
            Memory memory,
            @Nullable NodeFacts published,
            String cause,
            boolean unsaved,
            Set<String> released) {

        /** Short: labels and profile are shown elsewhere. */
        @Override
        public String toString() {
            return seen + ", " + memory.stable().pending().size() + " changes pending";
        }
    }

    /**
     * Keeps what this look led to, and tells the others what counts.
     *
     * @param facts what the others can ask for
     * @param news whether they are to be told
     * @param changes what counted in this look
     * @param save whether the file is to be written
     * @param released the view's
     */
    public record Keep(
            Memory memory,
            NodeFacts facts,
            boolean news,
            List<LabelChange> changes,
            boolean save,
            Set<String> released,
            String reason)
            implements Step {}

    /** What counts of the hardware, empty until the first look. */
    public Optional<NodeFacts> facts() {
        return Optional.ofNullable(known.get());
    }

    @Override
    public Declaration declaration() {
        return new Declaration(
                "hardware",
                Stage.PROFILE,
                Set.of(Topic.DEVICES),
                Set.of("node.profile", "node.hardware-labels"),
                settings.sweep());
    }

    @Override
    public View observe() {
        HardwareInbox.Heard heard = inbox.drain();
        HardwareLook.Seen seen = look.at(clock.instant(), heard.everything(), heard.sweep(), states(memory));
        news.looked(seen, heard.everything());
        return new View(seen, memory, known.get(), heard.cause(), unsaved, Set.copyOf(released));
    }

    private static Map<String, String> states(Memory memory) {
        Map<String, String> states = new TreeMap<>(memory.stable().labels());
        states.keySet().retainAll(DynamicStates.KEYS);
        return states;
    }

    @Override
    public Plan<Keep> plan(View view, Instant now) {
        HardwareLook.Seen seen = view.seen();
        DynamicStates.Assessment assessed =
                states.assess(seen.profile(), view.memory().stable(), now);
        SortedMap<String, String> labels = new TreeMap<>(seen.labels());
        labels.putAll(assessed.labels());
        Set<String> keepers = kept(view, assessed);
        LabelStabilizer.Decision decision = stabilizer.look(assessed.state(), labels, keepers, now, view.cause());
        Memory after = new Memory(decision.labels(), claimed(view, decision.labels()));
        NodeFacts facts = NodeFacts.of(seen, decision.labels(), assessed.reasons(), after.claimed());
        boolean news = view.published() == null || !facts.tellsTheSameAs(view.published());
        boolean save = !decision.changes().isEmpty()
                || !after.claimed().equals(view.memory().claimed())
                || view.unsaved();
        String reason = view.published() == null
                ? "first look at the hardware"
                : decision.changes().isEmpty() ? "looked because of: " + view.cause() : said(decision.changes());
        Keep keep = new Keep(after, facts, news, decision.changes(), save, view.released(), reason);
        Plan<Keep> plan = Plan.of(keep, verdict(view, facts, keepers));
        return again(decision.labels(), seen, now).map(plan::lookingAgainIn).orElse(plan);
    }

    /** The keys that keep their value because this look knows nothing of them. */
    private static Set<String> kept(View view, DynamicStates.Assessment assessed) {
        Set<String> kept = new TreeSet<>(assessed.unknown());
        for (String key : view.memory().stable().labels().keySet()) {
            if (view.seen().unknown().covers(key) && !view.seen().labels().containsKey(key)) {
                kept.add(key);
            }
        }
        return kept;
    }

    private static Set<String> claimed(View view, StableLabels after) {
        Set<String> claimed = new TreeSet<>(view.memory().claimed());
        claimed.removeAll(view.released());
        after.labels().keySet().stream().filter(NodeFacts::isSite).forEach(claimed::add);
        return claimed;
    }

    private Optional<Duration> again(StableLabels stable, HardwareLook.Seen seen, Instant now) {
        return Stream.of(stabilizer.nextLook(stable), seen.expiry())
                .flatMap(Optional::stream)
                .map(due -> due.isAfter(now) ? Duration.between(now, due) : Duration.ZERO)
                .min(Duration::compareTo);
    }

    private static String said(List<LabelChange> changes) {
        String shown = changes.stream()
                .limit(4)
                .map(change -> change.key() + "=" + (change.newValue() == null ? "(gone)" : change.newValue()))
                .collect(Collectors.joining(", "));
        return changes.size() + " labels changed: " + shown + (changes.size() > 4 ? " ..." : "");
    }

    private static Verdict verdict(View view, NodeFacts facts, Set<String> kept) {
        if (!view.seen().ruleProblems().isEmpty()) {
            return Verdict.degraded(
                    String.join(
                            "; ", view.seen().ruleProblems().stream().limit(3).toList()),
                    "mend the file; until then its last good rules hold. To check it: rwo profile lint FILE");
        }
        Optional<String> doubtful = kept.stream()
                .filter(key -> view.memory().stable().labels().containsKey(key))
                .findFirst();
        if (doubtful.isPresent()) {
            return Verdict.degraded(
                    doubtful.get() + " keeps its last value, because it cannot be read just now",
                    "see the unknown facts in: rwo profile");
        }
        for (String state : new TreeSet<>(DynamicStates.KEYS)) {
            if (StateLevel.BAD.label().equals(facts.labels().get(state))) {
                return Verdict.degraded(
                        state + " is bad: " + facts.reason(state).orElse("see its history"),
                        "see rwo profile history --key " + state);
            }
        }
        return Verdict.done(facts.summary());
    }

    @Override
    public Outcome act(Keep step) {
        memory = step.memory();
        released.removeAll(step.released());
        known.set(step.facts());
        unsaved |= step.save();
        Outcome saved = unsaved ? save(step.facts()) : Outcome.unchanged();
        Outcome told = step.news() ? news.tell(step.facts(), step.changes()) : Outcome.unchanged();
        return saved instanceof Outcome.Failed ? saved : told;
    }

    /** Told to the others even when it cannot be kept: a full disk must not hide that a device is gone. */
    private Outcome save(NodeFacts facts) {
        try {
            store.save(memory, facts.profile());
            unsaved = false;
            return Outcome.unchanged();
        } catch (IOException unwritable) {
            return new Outcome.Failed("what counts of the hardware cannot be kept: " + unwritable.getMessage());
        }
    }

    /** Gives up the claim on labels that are gone from the swarm; called by whoever took them away. */
    public void release(Set<String> keys) {
        released.addAll(keys);
    }
}
