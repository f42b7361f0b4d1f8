package dev.rwo.agent.upgrade;

import dev.rwo.agent.host.HostCommandException;
import dev.rwo.agent.host.HostCommands;
import dev.rwo.agent.upgrade.NodeUpgrade.Phase;
import dev.rwo.agent.upgrade.UpgradeMemory.Order;
import dev.rwo.agent.upgrade.source.BundleSource;
import dev.rwo.agent.upgrade.source.FileSource;
import dev.rwo.agent.upgrade.source.LoopbackServer;
import dev.rwo.agent.upgrade.source.Patience;
import dev.rwo.agent.upgrade.source.ReadAhead;
import dev.rwo.agent.upgrade.source.Sources;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.StateFormat;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Upgrades this box: installs into the slot that does not run, restarts into it, and remembers what came of it. */
public final class UpgradeService implements NodeUpgrader, BundleIntake, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(UpgradeService.class);

    /** A slow disk writes a slot in minutes; what moves neither bytes nor percent for so long hangs. */
    private static final Duration STUCK = Duration.ofMinutes(15);

    private static final Duration RESTART = Duration.ofSeconds(30);

    private final NodeLayout layout;
    private final UpgradeFiles files;
    private final KernelImages kernels;
    private final BundleStore store;
    private final Rauc rauc;
    private final UpdateKeyring keyring;
    private final Sources sources;
    private final HostCommands commands;
    private final Vertx vertx;
    private final Duration window;
    private final CountDownLatch closed = new CountDownLatch(1);
    private UpgradeMemory memory;
    private Phase phase = Phase.IDLE;
    private int percent;
    /** Whether the gate was told to take the box back, which it does in a moment. */
    private boolean givenUp;

    private @Nullable Patience reading;

    /**
     * For this box; nothing runs yet.
     *
     * @param roots whom the site trusts now
     * @param window how long after a restart a new version must be well
     */
    public UpgradeService(
            NodeLayout layout,
            HostCommands commands,
            Supplier<? extends Collection<X509Certificate>> roots,
            Sources sources,
            Vertx vertx,
            Duration window) {
        this.layout = layout;
        this.files = new UpgradeFiles(layout);
        this.kernels = new KernelImages(layout.kernelImages());
        this.store = new BundleStore(layout.upgrades().resolve("bundles"));
        this.rauc = new Rauc(commands, layout.bootSlots());
        this.keyring = new UpdateKeyring(layout, roots);
        this.sources = sources;
        this.commands = commands;
        this.vertx = vertx;
        this.window = window;
        this.memory = files.memory();
    }

    /** What decides on a version that runs for the first time. */
    public TrialController trialController(TrialController.World world) {
        return new TrialController(this, new OperatorChecks(layout.checks(), commands), world);
    }

    /** How long this boot's trial has lasted. */
    Duration trialAge() {
        return files.trialAge();
    }

    /** Goes on with what was under way when the agent, or the box, stopped. */
    public void start() {
        synchronized (this) {
            settleLastTrial();
            if (phase == Phase.TRIAL) {
                LOG.infof("version %s is on trial", memory.target());
            } else if (memory.staged() != null) {
                phase = Phase.STAGED;
            } else if (!memory.problem().isEmpty()) {
                phase = Phase.FAILED;
            }
            if (phase != Phase.TRIAL) {
                adoptState();
            }
        }
        if (hasSlots()) {
            try {
                keyring.write();
            } catch (UpgradeException later) {
                LOG.debugf("%s", later.getMessage());
            }
        }
        Order order = memory.order();
        if (order != null) {
            LOG.infof("going on to install version %s", order.bundle().version());
            begin(order);
        }
    }

    /** Whether this OS is ours to upgrade. */
    private boolean hasSlots() {
        return Files.exists(layout.slots().resolve("b-root"));
    }

    /** After a restart: did what was tried come up? */
    private void settleLastTrial() {
        Optional<UpgradeFiles.Trial> trial = files.trial();
        Optional<OsVersion> running = files.running();
        if (trial.isEmpty() || running.isEmpty()) {
            return;
        }
        OsVersion tried = trial.get().version();
        if (tried.equals(running.get())) {
            phase = Phase.TRIAL;
            return;
        }
        try {
            Optional<String> verdict = files.verdict(tried);
            Optional<KernelImages.Trial> counter = kernels.of(tried);
            boolean untried =
                    verdict.isEmpty() && counter.isPresent() && counter.get().done() == 0;
            boolean notChosen = verdict.isEmpty() && counter.isPresent() && isNotChosen(counter.get());
            if (untried || notChosen) {
                // The power went before it was started: it waits for the order again.
                LOG.infof("version %s was not started yet", tried);
                if (untried) {
                    rauc.refuseOther();
                }
                files.endTrial();
                return;
            }
            String reason = verdict.orElse(
                    "it was started " + counter.map(KernelImages.Trial::done).orElse(0)
                            + " times and never came as far as to say why it is not well");
            LOG.errorf("version %s failed here, %s runs again: %s", tried, running.get(), reason);
            remember(memory.gaveUp(tried.text(), reason));
            files.endTrial();
        } catch (IOException | UpgradeException unreadable) {
            LOG.errorf("what became of version %s cannot be told: %s", tried, unreadable.getMessage());
        }
    }

    /** How the bundle's hook leaves a kernel image: one try said to be used, none left. */
    private static boolean isNotChosen(KernelImages.Trial counter) {
        return counter.left() == 0 && counter.done() == 1;
    }

    /** What runs, for {@link TrialController}: empty when nothing is on trial. */
    synchronized Optional<UpgradeFiles.Trial> onTrial() {
        return phase == Phase.TRIAL ? files.trial() : Optional.empty();
    }

    /** What runs is well: it stays. */
    synchronized void keep() throws UpgradeException {
        try {
            rauc.keep();
            files.say("good");
            files.running().ifPresent(version -> LOG.infof("version %s is well and stays", version));
            remember(memory.kept(files.running().map(OsVersion::text).orElse("")));
            files.endTrial();
            phase = Phase.IDLE;
            adoptState();
        } catch (IOException unwritten) {
            throw new UpgradeException(String.valueOf(unwritten.getMessage()), unwritten);
        }
    }

    /** Not during a trial, after which another version may have to read the state. */
    private void adoptState() {
        try {
            StateFormat.adopt(layout);
        } catch (IOException unwritable) {
            LOG.warnf("%s", unwritable.getMessage());
        }
    }

    /** What runs is not well: the gate takes the box back to the other slot. */
    synchronized void giveUp(String reason) throws UpgradeException {
        if (givenUp) {
            return;
        }
        try {
            LOG.errorf("this version is given up: %s", reason);
            files.say("bad " + reason);
            givenUp = true;
        } catch (IOException unwritten) {
            throw new UpgradeException(String.valueOf(unwritten.getMessage()), unwritten);
        }
    }

    private void remember(UpgradeMemory now) throws IOException {
        memory = now;
        files.remember(now);
    }

    @Override
    public synchronized NodeUpgrade look() {
        boolean ours = hasSlots();
        return new NodeUpgrade(
                files.running().map(OsVersion::text).orElse(""),
                ours ? slot() : "",
                phase,
                memory.target(),
                phase == Phase.STAGED ? 100 : percent,
                memory.problem(),
                memory.refused(),
                store.contents());
    }

    private @Nullable String bootedSlot;

    private String slot() {
        String known = bootedSlot;
        if (known == null) {
            try {
                known = rauc.booted();
            } catch (UpgradeException silent) {
                LOG.warnf("the slot that runs is not known: %s", silent.getMessage());
                return "?";
            }
            bootedSlot = known;
        }
        return known;
    }

    /**
     * Reads who signed what.
     *
     * @param source a URL, or the absolute path of a file on this box
     * @throws UpgradeException when this box would not take it
     */
    @Override
    public Bundle inspect(String source) throws UpgradeException {
        requireOurs();
        keyring.write();
        try {
            BundleSource found = sources.of(source);
            if (found instanceof FileSource) {
                return rauc.inspect(source);
            }
            try (LoopbackServer server = LoopbackServer.start(vertx, new ReadAhead(found))) {
                return rauc.inspect(server.url());
            }
        } catch (IllegalArgumentException | IOException unusable) {
            throw new UpgradeException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private void requireOurs() throws UpgradeException {
        if (!hasSlots()) {
            throw new UpgradeException(
                    "this box has no second slot: its OS is not RWO's image, upgrade it as that OS is upgraded");
        }
    }

    @Override
    public void store(Bundle bundle, List<String> from) throws UpgradeException {
        requireOurs();
        // How it goes is seen in what is stored.
        Future<String> _ = keepForOthers(bundle, from);
    }

    @Override
    public Bundle take(Path file) throws UpgradeException {
        Bundle bundle = inspect(file.toString());
        try {
            String problem = keepForOthers(bundle, List.of(file.toString())).get();
            if (!problem.isEmpty()) {
                throw new UpgradeException(problem);
            }
            return bundle;
        } catch (ExecutionException impossible) {
            throw new UpgradeException("the bundle could not be copied: " + impossible.getMessage(), impossible);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new UpgradeException("the agent stops", stop);
        }
    }

    private Future<String> keepForOthers(Bundle bundle, List<String> from) throws UpgradeException {
        return store.fetch(bundle, patience(bundle, from), file -> {
            keyring.write();
            Bundle found = rauc.inspect(file.toString());
            if (!found.equals(bundle)) {
                throw new UpgradeException("another bundle is at its place: version " + found.version());
            }
        });
    }

    private Patience patience(Bundle bundle, List<String> from) throws UpgradeException {
        List<BundleSource> all = new ArrayList<>();
        store.find(bundle.id()).ifPresent(file -> all.add(new FileSource(file)));
        try {
            from.forEach(source -> all.add(sources.of(source)));
        } catch (IllegalArgumentException wrong) {
            throw new UpgradeException(String.valueOf(wrong.getMessage()), wrong);
        }
        if (all.isEmpty()) {
            throw new UpgradeException("there is no place to have the bundle from");
        }
        return new Patience(all);
    }

    @Override
    public void discard(Bundle bundle) {
        store.discard(bundle.id());
    }

    /** A bundle that is kept here, for other boxes. */
    public Optional<Path> stored(String id) {
        return store.find(id);
    }

    @Override
    public void stage(Bundle bundle, List<String> from, boolean allowOlder) throws UpgradeException {
        requireOurs();
        OsVersion running =
                files.running().orElseThrow(() -> new UpgradeException("this OS does not say which version it is"));
        Order order = new Order(bundle, from, allowOlder);
        synchronized (this) {
            if (isStagedOrUnderWay(bundle)) {
                return;
            }
            if (phase == Phase.STAGING || phase == Phase.REBOOTING) {
                throw new UpgradeException("version " + memory.target() + " is being installed here: wait for it");
            }
            Optional<String> refusal = Refusals.of(bundle.version(), running, phase == Phase.TRIAL, memory, allowOlder)
                    .or(() -> Refusals.of(bundle.version(), StateFormat.of(layout)));
            if (refusal.isPresent()) {
                throw new UpgradeException(refusal.get());
            }
            patience(bundle, from).close();
            try {
                remember(memory.ordered(order));
            } catch (IOException full) {
                throw new UpgradeException(String.valueOf(full.getMessage()), full);
            }
        }
        begin(order);
    }

    private boolean isStagedOrUnderWay(Bundle bundle) {
        Order order = memory.order();
        return switch (phase) {
            case STAGED, REBOOTING -> bundle.equals(memory.staged());
            case STAGING -> order != null && order.bundle().equals(bundle);
            case IDLE, TRIAL, FAILED -> false;
        };
    }

    private void begin(Order order) {
        synchronized (this) {
            phase = Phase.STAGING;
            percent = 0;
        }
        Thread.ofVirtual().name("upgrade").start(() -> install(order));
    }

    private void install(Order order) {
        Bundle bundle = order.bundle();
        String problem;
        try (Patience from = patience(bundle, order.sources())) {
            synchronized (this) {
                reading = from;
            }
            problem = installFrom(from, bundle);
        } catch (UpgradeException | IOException failed) {
            problem = String.valueOf(failed.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return;
        }
        if (closed.getCount() == 0) {
            // The order stays: the next start goes on with it.
            return;
        }
        finish(bundle, problem);
    }

    private synchronized void finish(Bundle bundle, String problem) {
        reading = null;
        boolean done = problem.isEmpty();
        phase = done ? Phase.STAGED : Phase.FAILED;
        if (done) {
            LOG.infof("version %s is in the other slot", bundle.version());
        } else {
            LOG.errorf("version %s could not be installed: %s", bundle.version(), problem);
        }
        try {
            remember(
                    done
                            ? memory.installed(bundle)
                            : memory.notInstalled(bundle.version().text(), problem));
        } catch (IOException full) {
            LOG.errorf("what was installed cannot be remembered: %s", full.getMessage());
        }
    }

    /** Why it failed; empty when it did not. */
    private String installFrom(Patience from, Bundle bundle)
            throws UpgradeException, IOException, InterruptedException {
        awaitQuiet();
        keyring.write();
        try (LoopbackServer server = LoopbackServer.start(vertx, new ReadAhead(from))) {
            Bundle found = rauc.inspect(server.url());
            if (!found.equals(bundle)) {
                return from.name() + " has another bundle there: version " + found.version();
            }
            rauc.install(server.url());
            return watch(server);
        }
    }

    /** One that was under way when the agent stopped has lost its source and ends soon. */
    private void awaitQuiet() throws UpgradeException, InterruptedException {
        for (int i = 0; rauc.progress().busy(); i++) {
            if (i == 30) {
                rauc.abandon();
                return;
            }
            if (closed.await(1, TimeUnit.SECONDS)) {
                return;
            }
        }
    }

    private String watch(LoopbackServer server) throws UpgradeException, InterruptedException {
        long last = -1;
        long moved = System.nanoTime();
        while (!closed.await(1, TimeUnit.SECONDS)) {
            Rauc.Progress progress = rauc.progress();
            if (!progress.busy()) {
                return Rauc.explained(progress.error());
            }
            long now = server.bytesRead() + progress.percent();
            if (now != last) {
                last = now;
                moved = System.nanoTime();
            } else if (System.nanoTime() - moved > STUCK.toNanos()) {
                rauc.abandon();
                return "nothing moved for " + STUCK.toMinutes() + " min at " + progress.percent() + " %";
            }
            synchronized (this) {
                percent = progress.percent();
            }
        }
        return "the agent stopped";
    }

    @Override
    public synchronized void boot(OsVersion version) throws UpgradeException {
        Bundle staged = memory.staged();
        if (phase == Phase.REBOOTING && staged != null && staged.version().equals(version)) {
            return;
        }
        if (phase != Phase.STAGED || staged == null || !staged.version().equals(version)) {
            throw new UpgradeException("version " + version + " is not in the other slot here"
                    + (staged == null ? "" : ", but " + staged.version()) + ": install it first");
        }
        try {
            files.beginTrial(new UpgradeFiles.Trial(version, window));
            rauc.chooseOther();
            phase = Phase.REBOOTING;
            commands.run(RESTART, "systemctl", "--no-block", "reboot");
            LOG.infof("restarting into version %s", version);
        } catch (IOException | HostCommandException failed) {
            phase = Phase.STAGED;
            throw new UpgradeException("the box could not be restarted: " + failed.getMessage(), failed);
        }
    }

    /**
     * Allows a version again that failed here.
     *
     * @throws UpgradeException when it did not
     */
    public synchronized void clear(OsVersion version) throws UpgradeException {
        if (!memory.refused().containsKey(version.text())) {
            throw new UpgradeException("version " + version + " is not refused here");
        }
        try {
            remember(memory.cleared(version.text()));
        } catch (IOException full) {
            throw new UpgradeException(String.valueOf(full.getMessage()), full);
        }
        if (phase == Phase.FAILED && memory.problem().isEmpty()) {
            phase = Phase.IDLE;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        synchronized (this) {
            if (reading != null) {
                reading.close();
            }
        }
        store.close();
    }
}
