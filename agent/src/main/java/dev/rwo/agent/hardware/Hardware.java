package dev.rwo.agent.hardware;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.event.NodeEvents;
import dev.rwo.agent.node.PreparedNode;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.hardware.probe.DiskHealthProbe;
import dev.rwo.hardware.probe.HardwareProbe;
import dev.rwo.hardware.watch.Burst;
import dev.rwo.hardware.watch.ChangeHistory;
import dev.rwo.hardware.watch.HardwareWatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** All that knows of this box's hardware, put together: the controller, what it hears and what it keeps. */
public final class Hardware implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Hardware.class);

    private final HardwareController controller;
    private final HardwareInbox inbox;
    private final ChangeHistory history;
    private final Path rules;
    private final MeterRegistry meters;
    private final Consumer<Topic> topics;
    private @Nullable HardwareWatch kernel;
    private @Nullable AutoCloseable ruleWatch;

    private Hardware(
            HardwareController controller,
            HardwareInbox inbox,
            ChangeHistory history,
            Path rules,
            MeterRegistry meters,
            Consumer<Topic> topics) {
        this.controller = controller;
        this.inbox = inbox;
        this.history = history;
        this.rules = rules;
        this.meters = meters;
        this.topics = topics;
    }

    /**
     * Of the machine below a root; nothing runs yet.
     *
     * @param topics told {@link Topic#DEVICES} when something is heard, {@link Topic#HARDWARE} when something counts
     */
    public static Hardware of(
            Path root,
            PreparedNode node,
            NodeEvents events,
            MeterRegistry meters,
            Clock clock,
            Consumer<Topic> topics) {
        NodeLayout layout = node.layout();
        HardwareInbox inbox = new HardwareInbox();
        ChangeHistory history = new ChangeHistory(layout.hardwareHistory());
        HardwareController controller = new HardwareController(
                new HardwareLook(new HardwareProbe(root), new DiskHealthProbe(root), layout.labelRules()),
                inbox,
                new HardwareMemory(layout.hardwareState(), layout.profile()),
                new HardwareNews(history, events, meters, topics),
                HardwareSettings.of(node.config().hardware()),
                clock);
        return new Hardware(controller, inbox, history, layout.labelRules(), meters, topics);
    }

    /** Listens from now on. To be called before the controller looks for the first time, so that nothing is lost. */
    public void start() {
        kernel = HardwareWatch.start(this::heard);
        LOG.infof("hardware: %s", kernel.description());
        ruleWatch = RuleFolderWatch.start(rules, () -> {
            inbox.put("label rules changed", false);
            topics.accept(Topic.DEVICES);
        });
    }

    private void heard(Burst burst) {
        meters.counter("rwo.hardware.events").increment(burst.count());
        if (burst.lost()) {
            inbox.put("kernel events were lost", true);
        }
        burst.causes().forEach(cause -> inbox.put(cause, true));
        topics.accept(Topic.DEVICES);
    }

    /** Looks at the hardware. */
    public HardwareController controller() {
        return controller;
    }

    /** What counts of the hardware, empty until the first look. */
    public Optional<NodeFacts> facts() {
        return controller.facts();
    }

    /**
     * The last changes of labels, the newest first, as the API shows them.
     *
     * @param limit at most so many
     * @param key only labels that begin so
     * @throws IOException when the history cannot be read
     */
    public List<ObjectNode> history(int limit, String key) throws IOException {
        return history.newestFirst(limit, each -> each.startsWith(key)).stream()
                .map(HardwareNews::json)
                .toList();
    }

    @Override
    public void close() {
        close(kernel);
        close(ruleWatch);
    }

    private static void close(@Nullable AutoCloseable watch) {
        if (watch == null) {
            return;
        }
        try {
            watch.close();
        } catch (Exception late) {
            LOG.debugf("while going down: %s", late);
        }
    }
}
