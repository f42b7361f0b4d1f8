package dev.rwo.agent.fabric;

import dev.rwo.agent.control.Step;
import java.util.List;

/** What is done to the fabric. */
public sealed interface FabricStep extends Step {

    /** Keeps the node's address for the next boot. */
    record Claim(String address, String reason) implements FabricStep {}

    /** Makes the interface. */
    record CreateLink(String reason) implements FabricStep {}

    /** Takes the interface away, and with it every peer and route. */
    record RemoveLink(String reason) implements FabricStep {}

    /** Gives the interface its private key and its port. */
    record SetKey(String reason) implements FabricStep {}

    /**
     * Gives the interface its address, and brings it up.
     *
     * @param address what it shall have
     * @param wrong what it has and shall not, {@code a.b.c.d/n}
     */
    record SetAddress(String address, List<String> wrong, String reason) implements FabricStep {

        /** Copies. */
        public SetAddress {
            wrong = List.copyOf(wrong);
        }
    }

    /**
     * Changes whom the interface talks to.
     *
     * @param set to be added or corrected
     * @param remove public keys
     */
    record SetPeers(List<PeerSetting> set, List<String> remove, String reason) implements FabricStep {

        /** Copies. */
        public SetPeers {
            set = List.copyOf(set);
            remove = List.copyOf(remove);
        }
    }

    /**
     * A peer as it shall be.
     *
     * @param address its address in the fabric
     * @param endpoint where it is reached, {@code ip:port}; empty to leave it as WireGuard learned it
     */
    record PeerSetting(String publicKey, String address, String endpoint) {}

    /** Changes what is sent through the interface. */
    record SetRoutes(String from, List<String> add, List<String> remove, String reason) implements FabricStep {

        /** Copies. */
        public SetRoutes {
            add = List.copyOf(add);
            remove = List.copyOf(remove);
        }
    }

    /**
     * Translates addresses that Swarm knows and nobody has any more.
     *
     * @param rules all that our chain shall hold
     * @param flows old addresses whose running flows shall be looked at anew
     */
    record Redirect(List<String> rules, List<String> flows, String reason) implements FabricStep {

        /** Copies. */
        public Redirect {
            rules = List.copyOf(rules);
            flows = List.copyOf(flows);
        }
    }

    /** Tells the other members; without a fabric of our own no key, and only an address that Swarm knows and that is gone. */
    record Tell(String publicKey, String address, String reason) implements FabricStep {}
}
