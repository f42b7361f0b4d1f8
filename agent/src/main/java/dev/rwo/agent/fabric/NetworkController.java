package dev.rwo.agent.fabric;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.ObservationException;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.firstboot.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Follows the box's addresses and tells the others when they change. */
public final class NetworkController implements Controller<NetworkController.View, NetworkController.Publish> {

    /** Reading two small kernel tables: cheap enough to notice a plugged cable or a new lease while one watches. */
    private static final Duration SWEEP = Duration.ofSeconds(5);

    private final Path root;
    private final AtomicReference<LanAddresses> known;
    private final Supplier<Verdict> fabric;
    private final Consumer<Topic> news;

    /**
     * Publishes to a reference.
     *
     * @param root {@code /} on a node
     * @param known where the others read the addresses
     * @param fabric how the fabric is, {@link Fabric#verdict}: a part of the stage
     * @param news told {@link Topic#NETWORK} after a change
     */
    public NetworkController(
            Path root, AtomicReference<LanAddresses> known, Supplier<Verdict> fabric, Consumer<Topic> news) {
        this.root = root;
        this.known = known;
        this.fabric = fabric;
        this.news = news;
    }

    /**
     * The same for a box without a fabric of its own.
     *
     * @param root {@code /} on a node
     * @param known where the others read the addresses
     * @param news told {@link Topic#NETWORK} after a change
     */
    public NetworkController(Path root, AtomicReference<LanAddresses> known, Consumer<Topic> news) {
        this(root, known, () -> Verdict.done(""), news);
    }

    /**
     * The addresses as they are.
     *
     * @param now as the kernel has them
     * @param published as the others know them
     * @param fabric how the fabric is
     */
    public record View(LanAddresses now, LanAddresses published, Verdict fabric) {}

    /** Tells the others. */
    public record Publish(LanAddresses addresses, String reason) implements Step {}

    @Override
    public Declaration declaration() {
        return new Declaration("network", Stage.NETWORK, Set.of(Topic.NETWORK), Set.of("node.addresses"), SWEEP);
    }

    @Override
    public View observe() throws ObservationException {
        try {
            LanAddresses published = known.get();
            return new View(LanAddresses.read(root).keeping(published.primary()), published, fabric.get());
        } catch (IOException unreadable) {
            throw new ObservationException(Verdict.failed("the network interfaces cannot be read: " + unreadable, ""));
        }
    }

    @Override
    public Plan<Publish> plan(View view, Instant now) {
        Verdict verdict = verdict(view.now(), view.fabric());
        return view.now().equals(view.published())
                ? Plan.nothing(verdict)
                : Plan.of(new Publish(view.now(), "the box's addresses changed"), verdict);
    }

    private static Verdict verdict(LanAddresses addresses, Verdict fabric) {
        if (addresses.primary().isPresent()) {
            String lan = addresses.primary().get().describe();
            return fabric.reason().isEmpty()
                    ? Verdict.done(lan)
                    : new Verdict(fabric.state(), lan + ", " + fabric.reason(), fabric.hint());
        }
        if (addresses.devices().isEmpty()) {
            return Verdict.waiting(
                    "no network adapter found", "plug in a network adapter; USB adapters work while the box runs");
        }
        if (addresses.linked().isEmpty()) {
            return Verdict.waiting("no network adapter is up", "plug in the network cable");
        }
        return Verdict.waiting(
                "no address yet on " + String.join(", ", new java.util.TreeSet<>(addresses.linked())),
                "is there a DHCP server on this network? otherwise set network.address in rwo.yaml");
    }

    @Override
    public Outcome act(Publish step) {
        known.set(step.addresses());
        news.accept(Topic.NETWORK);
        return Outcome.applied();
    }
}
