package dev.rwo.agent.fabric;

import dev.rwo.agent.control.Verdict;
import dev.rwo.firstboot.config.ClusterConfig;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * What carries the traffic between nodes, for those who want to know by which address. Safe for use by many threads;
 * kept by {@link FabricController}.
 */
public final class Fabric {

    private final ClusterConfig.Fabric kind;
    private final Supplier<LanAddresses> lan;
    private final AtomicReference<State> state;

    private record State(Optional<InetAddress> address, Verdict verdict) {}

    /**
     * Not up yet.
     *
     * @param kind as the operator set it
     * @param lan the box's addresses, kept by the network controller
     */
    public Fabric(ClusterConfig.Fabric kind, Supplier<LanAddresses> lan) {
        this.kind = kind;
        this.lan = lan;
        this.state = new AtomicReference<>(new State(
                Optional.empty(),
                kind == ClusterConfig.Fabric.LAN
                        ? Verdict.done("")
                        : Verdict.running("the fabric's interface is being made")));
    }

    /** As the operator set it. */
    public ClusterConfig.Fabric kind() {
        return kind;
    }

    /** The box's own addresses on the LAN. */
    public LanAddresses lan() {
        return lan.get();
    }

    /**
     * The address that Swarm and the storage shall advertise: with WireGuard the node's address in the fabric, once its
     * interface is up; otherwise the first of the LAN. Empty while there is none: {@link #obstacle} says why.
     */
    public Optional<InetAddress> advertised() {
        return switch (kind) {
            case LAN -> lan.get().primary().map(LanAddress::address);
            case WIREGUARD -> state.get().address();
        };
    }

    /** Why there is no address to advertise, one line; empty when there is one. */
    public String obstacle() {
        if (advertised().isPresent()) {
            return "";
        }
        return kind == ClusterConfig.Fabric.LAN || lan.get().primary().isEmpty()
                ? "waiting for a network address"
                : state.get().verdict().reason();
    }

    /** Every address by which this box can be reached. */
    public Set<InetAddress> own() {
        Set<InetAddress> own = new LinkedHashSet<>();
        advertised().ifPresent(own::add);
        lan.get().all().forEach(each -> own.add(each.address()));
        return own;
    }

    /** How the fabric is; done without a word when the LAN carries everything. */
    public Verdict verdict() {
        return state.get().verdict();
    }

    /**
     * As it is now.
     *
     * @param address empty while the interface is not up
     * @return whether that is news to those who advertise the address or show how it is
     */
    boolean publish(Optional<InetAddress> address, Verdict verdict) {
        State now = new State(address, verdict);
        return !now.equals(state.getAndSet(now));
    }
}
