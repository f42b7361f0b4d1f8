package dev.rwo.agent.trust;

import dev.rwo.agent.membership.Membership;
import dev.rwo.agent.swarm.Cluster;
import dev.rwo.agent.swarm.ClusterNode;
import dev.rwo.agent.swarm.CompareAndSwap;
import dev.rwo.agent.swarm.Orchestrator;
import dev.rwo.agent.swarm.OrchestratorException;
import dev.rwo.keys.RevokedNode;
import dev.rwo.keys.TrustDocument;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.logging.Logger;

/**
 * Carries revocations into the swarm: a revoked node is demoted and removed, and then the join tokens and Swarm's own
 * authority are made anew, in that order, because a manager learns new ones as long as it is one. The swarm itself
 * remembers for which revocations that was done, so that any leader does what another could not.
 */
final class Expulsion {

    /** The label on the cluster with the marks of the revocations after which tokens and authority were made anew. */
    static final String LABEL = "rwo.trust.expelled";

    private static final Logger LOG = Logger.getLogger(Expulsion.class);

    private final TrustStore store;
    private final Membership membership;
    private final Orchestrator orchestrator;

    Expulsion(TrustStore store, Membership membership, Orchestrator orchestrator) {
        this.store = store;
        this.membership = membership;
        this.orchestrator = orchestrator;
    }

    /**
     * What is left to do.
     *
     * @param remaining revoked nodes that the swarm still has
     * @param due marks of those that it has no more, and whose tokens still count
     */
    record Open(List<ClusterNode> remaining, Set<String> due) {

        static final Open NOTHING = new Open(List.of(), Set.of());
    }

    /** What is left to do; nothing on a node that is no manager. */
    Open open() throws OrchestratorException {
        List<RevokedNode> revoked = store.document().map(TrustDocument::revoked).orElse(List.of());
        if (revoked.isEmpty() || !orchestrator.engine().manager()) {
            return Open.NOTHING;
        }
        Map<String, String> bySwarmNode = new HashMap<>();
        membership
                .members()
                .others()
                .forEach(member -> bySwarmNode.put(member.digest().swarmNode(), member.nodeId()));
        Set<String> stillIn = new HashSet<>();
        List<ClusterNode> remaining = new ArrayList<>();
        for (ClusterNode node : orchestrator.nodes()) {
            String id = node.labels().getOrDefault(TrustDesk.NODE_LABEL, bySwarmNode.getOrDefault(node.id(), ""));
            if (revoked.stream().anyMatch(gone -> gone.nodeId().equals(id))) {
                remaining.add(node);
                stillIn.add(id);
            }
        }
        Set<String> due = new TreeSet<>();
        revoked.stream()
                .filter(gone -> !stillIn.contains(gone.nodeId()))
                .map(Expulsion::mark)
                .forEach(due::add);
        due.removeAll(done(orchestrator.cluster()));
        return new Open(remaining, due);
    }

    private static Set<String> done(Cluster cluster) {
        return new HashSet<>(List.of(cluster.labels().getOrDefault(LABEL, "").split(",", -1)));
    }

    /** Eight digits are enough to tell 512 revocations apart, and keep the label short. */
    private static String mark(RevokedNode node) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((node.nodeId() + "@" + node.at()).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** Demotes and removes. */
    void evict(ClusterNode node) throws OrchestratorException {
        if (node.isManager()) {
            orchestrator.setManager(node, false);
        }
        orchestrator.removeNode(node.id());
        LOG.infof("rwo: removed the revoked node %s from the swarm", node.hostname());
    }

    /** Makes what the removed nodes know of the swarm worthless; done twice, no harm comes of it. */
    void renewSecrets(Set<String> due) throws OrchestratorException {
        CompareAndSwap.retried(() -> {
            orchestrator.rotateTokens();
            return true;
        });
        CompareAndSwap.retried(() -> {
            orchestrator.rotateAuthority();
            return true;
        });
        CompareAndSwap.retried(() -> {
            Cluster cluster = orchestrator.cluster();
            Map<String, String> labels = new HashMap<>(cluster.labels());
            labels.put(LABEL, String.join(",", marks(cluster, due)));
            orchestrator.labelCluster(cluster.version(), labels);
            return true;
        });
        LOG.info("rwo: the swarm has new join tokens and a new authority: a revoked node knew those of before");
    }

    /** Those of before as long as their nodes are revoked, and the new ones. */
    private Set<String> marks(Cluster cluster, Set<String> due) {
        Set<String> marks = new TreeSet<>();
        store.document().map(TrustDocument::revoked).orElse(List.of()).stream()
                .map(Expulsion::mark)
                .forEach(marks::add);
        Set<String> done = done(cluster);
        marks.removeIf(mark -> !done.contains(mark));
        marks.addAll(due);
        return marks;
    }

    /**
     * Does what can be done at once; what fails is done again by the leader's {@link TrustController}.
     *
     * @return what is left, one line; empty when all is done
     */
    String carryOut() {
        String left = "";
        try {
            for (ClusterNode node : open().remaining()) {
                try {
                    evict(node);
                } catch (OrchestratorException refused) {
                    left = String.valueOf(refused.getMessage());
                }
            }
            Set<String> due = open().due();
            if (!due.isEmpty()) {
                renewSecrets(due);
            }
        } catch (OrchestratorException refused) {
            left = String.valueOf(refused.getMessage());
        }
        if (left.isEmpty()) {
            return "";
        }
        LOG.warnf("rwo: the swarm could not be told of a revoked node yet: %s", left);
        return "not told yet, the leader goes on trying: " + left;
    }
}
