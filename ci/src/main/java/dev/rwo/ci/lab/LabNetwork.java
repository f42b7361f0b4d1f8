package dev.rwo.ci.lab;

import dev.rwo.ci.lab.net.EthernetSwitch;
import dev.rwo.ci.lab.net.Gateway;
import dev.rwo.ci.lab.net.LinkRule;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Hosts on one Ethernet LAN, 192.0.2.0/24, on which arbitrary commands run. The LAN can be partitioned, also in one
 * direction, made lossy and slow; hosts can be switched off, paused and given new addresses.
 *
 * <p>Everything ends with this object, and also when this process is killed.
 */
public final class LabNetwork implements AutoCloseable {

    /** Bits of the network part of all addresses. */
    public static final int PREFIX_LENGTH = 24;

    /** The gateway's port of the switch; the hosts have those of their numbers. */
    static final int GATEWAY_PORT = 0;

    /** Reserved for documentation (RFC 5737), so that they are no addresses of this machine. */
    private static final String NETWORK = "192.0.2.";

    private static final byte[] GATEWAY_HARDWARE = {2, 0, 0x5e, 0x10, (byte) 0xff, 1};
    private static final int FIRST_ADDRESS = 10;
    private static final int LAST_ADDRESS = 250;
    private static final int MOST_HOSTS = 200;

    private final Path folder;
    private final Path bootScript;
    private final EthernetSwitch lan;
    private final List<LabHost> hosts = new ArrayList<>();
    private final Set<Inet4Address> used = new HashSet<>();
    private final Thread lastResort = Thread.ofPlatform().unstarted(this::end);

    private LabNetwork(int number, String prefix, long seed) {
        checkNumber(number);
        Requirements.missingForNetwork().ifPresent(what -> {
            throw new LabException("the lab " + what);
        });
        try {
            folder = LabFolder.create();
            bootScript = LabFolder.script(folder, "lab-host");
            NeighbourTable.makeRoom(number);
        } catch (IOException failed) {
            throw new LabException("the lab cannot be made: " + failed.getMessage(), failed);
        }
        lan = new EthernetSwitch(number + 1, seed);
        lan.plug(GATEWAY_PORT, new Gateway(GATEWAY_HARDWARE, gateway(), frame -> lan.receive(GATEWAY_PORT, frame)));
        for (int each = 1; each <= number; each++) {
            String name = prefix + each;
            Inet4Address address = address(FIRST_ADDRESS + each);
            used.add(address);
            hosts.add(new LabHost(this, each, name, folder.resolve(name), address));
        }
        Runtime.getRuntime().addShutdownHook(lastResort);
    }

    /**
     * How many hosts there can be.
     *
     * @throws IllegalArgumentException when it is not one of 1 to 200
     */
    public static void checkNumber(int number) {
        if (number < 1 || number > MOST_HOSTS) {
            throw new IllegalArgumentException("a lab has 1 to " + MOST_HOSTS + " hosts, not " + number);
        }
    }

    /** What this machine lacks for it, in one line that says what to do; empty when nothing. */
    public static Optional<String> missing() {
        return Requirements.missingForNetwork();
    }

    /**
     * Hosts {@code node-1} and so on, switched on.
     *
     * @param number 1 to 200
     */
    public static LabNetwork start(int number) {
        LabNetwork network = create(number, 1);
        network.bootAll();
        return network;
    }

    /**
     * Hosts that are off yet.
     *
     * @param seed decides which frames a lossy LAN loses
     */
    public static LabNetwork create(int number, long seed) {
        return new LabNetwork(number, "node-", seed);
    }

    /** Switches all on, some at a time. */
    public void bootAll() {
        try {
            inParallel(hosts, LabHost::boot);
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /** Does something to each, and throws the first failure when all are through. */
    static <T> void inParallel(Collection<T> each, Consumer<T> work) {
        try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture.allOf(each.stream()
                            .map(one -> CompletableFuture.runAsync(() -> work.accept(one), workers))
                            .toArray(CompletableFuture<?>[]::new))
                    .join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof LabException known
                    ? known
                    : new LabException(String.valueOf(failed.getCause()), failed);
        }
    }

    /** All of them, the first first. */
    public List<LabHost> hosts() {
        return List.copyOf(hosts);
    }

    /** One of them, 1 for the first. */
    public LabHost host(int number) {
        if (number < 1 || number > hosts.size()) {
            throw new LabException("there is no host " + number + "; they are 1 to " + hosts.size(), null);
        }
        return hosts.get(number - 1);
    }

    /** The switch between them. */
    public EthernetSwitch lan() {
        return lan;
    }

    /** The directory of this lab. */
    public Path folder() {
        return folder;
    }

    Path bootScript() {
        return bootScript;
    }

    Path cgroup() {
        return Objects.requireNonNull(folder.getFileName());
    }

    /** The default gateway of all, which answers ARP and ping. */
    public static Inet4Address gateway() {
        return address(1);
    }

    private static Inet4Address address(int last) {
        return (Inet4Address) InetAddress.ofLiteral(NETWORK + last);
    }

    /** Claims an address that no host has or had, or else one that none has now; hosts that ask at once get different ones. */
    synchronized Inet4Address claimFree() {
        for (int last = FIRST_ADDRESS + 1; last <= LAST_ADDRESS; last++) {
            if (used.add(address(last))) {
                return address(last);
            }
        }
        used.clear();
        hosts.forEach(host -> used.add(host.address()));
        return claimFree();
    }

    synchronized void claim(LabHost host, Inet4Address wanted) {
        if (!wanted.getHostAddress().startsWith(NETWORK) || wanted.equals(gateway())) {
            throw new LabException(
                    wanted.getHostAddress() + " is not an address for hosts of this lab, " + NETWORK + "2 to 254");
        }
        for (LabHost other : hosts) {
            if (other != host && other.address().equals(wanted)) {
                throw new LabException(wanted.getHostAddress() + " is the address of " + other);
            }
        }
        used.add(wanted);
    }

    /**
     * Splits the LAN: only hosts of the same group hear each other, and hosts that are not named form a group of their
     * own. Every host still reaches the gateway. Replaces an earlier partition; loss and delay stay.
     */
    public void partition(List<List<LabHost>> groups) {
        int[] groupOf = new int[hosts.size() + 1];
        for (int group = 0; group < groups.size(); group++) {
            for (LabHost host : groups.get(group)) {
                groupOf[host.number()] = group + 1;
            }
        }
        betweenHosts((from, to) -> lan.change(from, to, rule -> rule.withCut(groupOf[from] != groupOf[to])));
    }

    /** Mends what was partitioned or made one-way; loss, delay and pulled cables stay. */
    public void heal() {
        lan.changeAll(rule -> rule.withCut(false));
    }

    /** Frames from these to those are lost, not those the other way. */
    public void cutOneWay(Collection<LabHost> from, Collection<LabHost> to) {
        change(from, to, rule -> rule.withCut(true));
    }

    /** Changes what happens to frames from these to those, not the other way. */
    public void change(Collection<LabHost> from, Collection<LabHost> to, UnaryOperator<LinkRule> change) {
        for (LabHost source : from) {
            for (LabHost target : to) {
                if (source != target) {
                    lan.change(source.number(), target.number(), change);
                }
            }
        }
    }

    /** Loses a share of all frames between hosts, 0 to 1, in each direction. */
    public void loss(double share) {
        betweenHosts((from, to) -> lan.change(from, to, rule -> rule.withLoss(share)));
    }

    /** Makes all frames between hosts late, in each direction: a round trip takes twice as long. */
    public void delay(Duration time) {
        betweenHosts((from, to) -> lan.change(from, to, rule -> rule.withDelay(time)));
    }

    @FunctionalInterface
    private interface Pair {
        void accept(int from, int to);
    }

    private void betweenHosts(Pair each) {
        for (int from = 1; from < lan.ports(); from++) {
            for (int to = 1; to < lan.ports(); to++) {
                if (from != to) {
                    each.accept(from, to);
                }
            }
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException goingDown) {
            // The JVM is on its way out; the hook finds nothing left to do.
        }
    }

    private void end() {
        inParallel(hosts, LabHost::powerOff);
        lan.close();
        LabFolder.removeCgroups(cgroup());
        LabFolder.remove(folder);
    }
}
