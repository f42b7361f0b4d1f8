package dev.rwo.agent.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.peer.PeerException;
import dev.rwo.agent.peer.Peers;
import java.util.List;

/** Upgrades another box of the site, by its agent. */
public final class PeerUpgrader implements NodeUpgrader {

    /** Where the orders go, below the peer's address. */
    public static final String PATH = "/api/v1/peer/upgrade";

    private final Peers peers;
    private final String api;

    /**
     * Of that box.
     *
     * @param peers asks only that box, see {@link Peers#only}
     * @param api where its API listens
     */
    public PeerUpgrader(Peers peers, String api) {
        this.peers = peers;
        this.api = api;
    }

    @Override
    public NodeUpgrade look() throws UpgradeException {
        try {
            return NodeUpgrade.read(peers.get(api, PATH));
        } catch (PeerException silent) {
            throw new UpgradeException(String.valueOf(silent.getMessage()), silent);
        } catch (IllegalArgumentException nonsense) {
            throw new UpgradeException(api + " says what this version does not understand", nonsense);
        }
    }

    @Override
    public void store(Bundle bundle, List<String> sources) throws UpgradeException {
        order("/store", with(bundle, sources));
    }

    @Override
    public void stage(Bundle bundle, List<String> sources, boolean allowOlder) throws UpgradeException {
        order("/stage", with(bundle, sources).put("allowOlder", allowOlder));
    }

    @Override
    public void boot(OsVersion version) throws UpgradeException {
        order("/boot", JsonNodeFactory.instance.objectNode().put("version", version.text()));
    }

    @Override
    public void discard(Bundle bundle) throws UpgradeException {
        order("/discard", bundle.toJson());
    }

    private static ObjectNode with(Bundle bundle, List<String> sources) {
        ObjectNode json = bundle.toJson();
        sources.forEach(json.putArray("sources")::add);
        return json;
    }

    private void order(String what, JsonNode body) throws UpgradeException {
        try {
            peers.post(api, PATH + what, body);
        } catch (PeerException refused) {
            throw new UpgradeException(String.valueOf(refused.getMessage()), refused);
        }
    }
}
