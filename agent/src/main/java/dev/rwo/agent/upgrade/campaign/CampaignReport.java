package dev.rwo.agent.upgrade.campaign;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.swarm.RebootLock;
import dev.rwo.agent.upgrade.NodeUpgrade;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A campaign as the API tells it. */
final class CampaignReport {

    private CampaignReport() {}

    /**
     * Of a view.
     *
     * @param verdict what the planner says of it
     */
    static ObjectNode of(CampaignView view, Verdict verdict) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Campaign campaign = view.campaign();
        json.put("state", campaign == null ? "none" : campaign.state().word());
        json.put("reason", verdict.reason()).put("hint", verdict.hint());
        if (campaign != null) {
            ObjectNode kept = campaign.toJson();
            for (String field : new String[] {"bundle", "source", "settings", "startedAt"}) {
                json.set(field, kept.path(field));
            }
        }
        ArrayNode nodes = json.putArray("nodes");
        view.nodes().forEach(node -> nodes.add(of(node, campaign)));
        ArrayNode locks = json.putArray("locks");
        view.nodes().forEach(node -> {
            RebootLock lock = node.lock();
            if (lock != null) {
                locks.add(of(node.name(), lock));
            }
        });
        view.orphans().forEach(lock -> locks.add(of(lock.box(), lock)));
        return json;
    }

    private static ObjectNode of(String name, RebootLock lock) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put("id", lock.box())
                .put("for", lock.holder().name().toLowerCase(Locale.ROOT))
                .put("client", lock.client());
    }

    private static ObjectNode of(NodeSight node, @Nullable Campaign campaign) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("name", node.name())
                .put("id", node.box())
                .put("role", node.entry().isLeader() ? "leader" : node.entry().role())
                .put("availability", node.entry().availability().word());
        NodeUpgrade upgrade = node.upgrade();
        if (upgrade != null) {
            json.put("running", upgrade.running())
                    .put("phase", upgrade.phase().word())
                    .put("target", upgrade.target())
                    .put("percent", upgrade.percent());
        }
        if (campaign != null) {
            Standing standing = Standing.of(node, campaign);
            json.put("standing", standing.kind().word())
                    .put("waits", node.refusal().isEmpty() || standing.isSettled() ? standing.text() : node.refusal());
        }
        return json;
    }
}
