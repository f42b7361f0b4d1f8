package dev.rwo.ci.lab;

import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Boxes of one site on one LAN, each with a real container engine and the packaged agent. */
public final class LabSite implements AutoCloseable {

    static final Path PROGRAM = Path.of("agent/target/dist/usr/bin/rwo");

    private final LabNetwork network;
    private final Site site;
    private final List<SiteNode> nodes;

    private LabSite(LabNetwork network, Site site, List<SiteNode> nodes) {
        this.network = network;
        this.site = site;
        this.nodes = nodes;
    }

    /** What this machine lacks for it, in one line that says what to do; empty when nothing. */
    public static Optional<String> missing() {
        return Requirements.missingForNetwork()
                .or(Requirements::missingForEngine)
                .or(Requirements::missingForAgent)
                .or(() -> program().isPresent()
                        ? Optional.empty()
                        : Optional.of("needs the packaged agent: ./mvnw -pl agent -am verify -DskipITs=false"));
    }

    /** The packaged agent of the project that this program runs in, or that {@code rwo.project} names. */
    private static Optional<Path> program() {
        Path start =
                Path.of(System.getProperty("rwo.project", "")).toAbsolutePath().normalize();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isExecutable(folder.resolve(PROGRAM))) {
                return Optional.of(folder.resolve(PROGRAM));
            }
        }
        return Optional.empty();
    }

    /** One box of the site {@code lab}, unless told otherwise. */
    public static Builder builder() {
        return new Builder();
    }

    /** What a lab shall be. */
    public static final class Builder {

        private int number = 1;
        private String name = "lab";
        private long seed = 1;
        private boolean credential = true;
        private IntFunction<String> rwoYaml = node -> "";
        private BiConsumer<Integer, RecordedMachine> preparation = (node, machine) -> {};
        private final Map<String, String> environment = new TreeMap<>();

        private Builder() {}

        /** How many boxes; they are called {@code node-1} and so on. */
        public Builder nodes(int boxes) {
            this.number = boxes;
            return this;
        }

        /** The site's name. */
        public Builder name(String site) {
            this.name = site;
            return this;
        }

        /** Decides which frames a lossy LAN loses. */
        public Builder seed(long number) {
            this.seed = number;
            return this;
        }

        /** More lines for everybody's {@code rwo.yaml}, which begins with site and name. */
        public Builder rwoYaml(String more) {
            return rwoYaml(node -> more);
        }

        /** More lines for each box's {@code rwo.yaml}, by its number. */
        public Builder rwoYaml(IntFunction<String> more) {
            this.rwoYaml = more;
            return this;
        }

        /** The seed has no credential: boxes without a site. */
        public Builder withoutCredential() {
            this.credential = false;
            return this;
        }

        /** A variable for every agent. */
        public Builder environment(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Does something with the files of each box before its first boot, by its number. */
        public Builder prepare(BiConsumer<Integer, RecordedMachine> work) {
            this.preparation = work;
            return this;
        }

        /** Makes the boxes and switches them on, all at once; returns without waiting for what they then do. */
        public LabSite start() {
            LabSite site = create();
            try {
                LabNetwork.inParallel(site.nodes, SiteNode::boot);
            } catch (RuntimeException failed) {
                site.close();
                throw failed;
            }
            return site;
        }

        /** Makes the boxes and leaves them off. */
        public LabSite create() {
            Requirements.missingForEngine().ifPresent(what -> {
                throw new LabException("the lab " + what);
            });
            Path program = program()
                    .orElseThrow(() -> new LabException("the lab " + missing().orElse("")));
            LabNetwork network = LabNetwork.create(number, seed);
            try {
                RecordedMachine recording =
                        RecordedMachine.record(network.folder().resolve("recording"));
                Site site = Site.create(network.folder().resolve("site"), new SiteName(name), Clock.systemUTC());
                if (credential) {
                    recording.seed(site);
                }
                List<SiteNode> nodes = new ArrayList<>();
                for (LabHost host : network.hosts()) {
                    SiteNode node = new SiteNode(host, recording, program, environment);
                    node.machine()
                            .nameHardware(new UUID(0x5257_4f00_0000_4000L, 0x8000_0000_0000_0000L + host.number()));
                    node.machine().layOutVar();
                    node.machine()
                            .seed("site: " + name + "\nnode:\n  name: " + host.name() + "\n"
                                    + rwoYaml.apply(host.number()));
                    preparation.accept(host.number(), node.machine());
                    nodes.add(node);
                }
                return new LabSite(network, site, List.copyOf(nodes));
            } catch (IOException | RuntimeException failed) {
                network.close();
                throw failed instanceof LabException known
                        ? known
                        : new LabException("the lab cannot be made: " + failed.getMessage(), failed);
            }
        }
    }

    /** The LAN: partition, loss, delay, gateway. */
    public LabNetwork network() {
        return network;
    }

    /** The site as its owner keeps it. */
    public Site site() {
        return site;
    }

    /** All boxes, the first first. */
    public List<SiteNode> nodes() {
        return nodes;
    }

    /** One box, 1 for the first. */
    public SiteNode node(int number) {
        network.host(number);
        return nodes.get(number - 1);
    }

    /**
     * Splits the LAN into groups of boxes, by their numbers: {@code partition(List.of(1, 2), List.of(3, 4, 5))}. See
     * {@link LabNetwork#partition}.
     */
    @SafeVarargs
    public final void partition(List<Integer>... groups) {
        List<List<LabHost>> hosts = new ArrayList<>();
        for (List<Integer> group : groups) {
            hosts.add(group.stream().map(network::host).toList());
        }
        network.partition(hosts);
    }

    /** Mends the LAN: see {@link LabNetwork#heal}. */
    public void heal() {
        network.heal();
    }

    /** Gives every box that is on another address, all at the same time. */
    public void newAddresses() {
        LabNetwork.inParallel(
                IntStream.rangeClosed(1, nodes.size())
                        .mapToObj(network::host)
                        .filter(LabHost::isUp)
                        .toList(),
                LabHost::newAddress);
    }

    /**
     * Waits until something is so.
     *
     * @param description what is waited for, for the message
     * @throws LabException when the patience ends; a LabException of the condition counts as not so, and is the cause
     */
    public void await(Duration patience, BooleanSupplier condition, String description) {
        Waiting.await(
                patience, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.<Boolean>empty(), description);
    }

    @Override
    public void close() {
        network.close();
    }
}
