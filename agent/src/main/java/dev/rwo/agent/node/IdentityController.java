package dev.rwo.agent.node;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Declaration;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.agent.fabric.LanAddress;
import dev.rwo.agent.fabric.LanAddresses;
import dev.rwo.firstboot.IdentityResult;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageFinding;
import dev.rwo.firstboot.StageState;
import dev.rwo.keys.CredentialException;
import dev.rwo.keys.NodeCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Keeps the node's certificate fresh and true to the box's addresses, and has the server take a new one over. */
public final class IdentityController implements Controller<IdentityController.View, IdentityController.Renew> {

    private static final Logger LOG = Logger.getLogger(IdentityController.class);
    /** A certificate is due ten days into its thirty: once an hour is often enough, also after a clock jump. */
    private static final Duration SWEEP = Duration.ofHours(1);

    private final PreparedNode prepared;
    private final BooleanSupplier othersKnow;
    private final Supplier<String> rekeyByOthers;
    private final AtomicReference<LanAddresses> addresses;

    /**
     * Of this node.
     *
     * @param addresses the box's addresses, kept by the network controller
     * @param othersKnow whether every present member has this node's trust document: before that, nobody could check a
     *     certificate of a new root
     * @param rekeyByOthers makes the key anew where others issue the certificates, and answers what came of it
     */
    public IdentityController(
            PreparedNode prepared,
            AtomicReference<LanAddresses> addresses,
            BooleanSupplier othersKnow,
            Supplier<String> rekeyByOthers) {
        this.prepared = prepared;
        this.othersKnow = othersKnow;
        this.rekeyByOthers = rekeyByOthers;
        this.addresses = addresses;
        prepared.identity().events().forEach(event -> LOG.infof("identity: %s", event));
    }

    /**
     * What decides.
     *
     * @param found how identity and certificate are
     * @param renewAt when the certificate is due
     * @param addresses where the box is reached
     * @param unnamed those of them that the certificate does not name; none for a box without a site
     * @param outdated whether another authority issues now, or another key counts
     */
    public record View(
            StageFinding found,
            Instant renewAt,
            List<InetAddress> addresses,
            List<InetAddress> unnamed,
            boolean outdated) {}

    /**
     * Makes the certificate anew.
     *
     * @param addresses what it shall name
     */
    public record Renew(List<InetAddress> addresses, String reason) implements Step {}

    /** Makes the node's key and certificate anew, now; in trust mode {@code approve} a node that issues signs for it. */
    public String rekey() {
        if (prepared.trust().credential().isEmpty()
                && prepared.trust().document().isPresent()) {
            return rekeyByOthers.get();
        }
        try {
            List<InetAddress> reached =
                    addresses.get().all().stream().map(LanAddress::address).toList();
            IdentityResult result = prepared.renewKey(reached);
            result.events().forEach(event -> LOG.infof("identity: %s", event));
            return result.finding().state() == StageState.FAILED
                    ? "not done: " + result.finding().reason()
                    : "has a new key and certificate";
        } catch (IOException failed) {
            return "not done: " + failed.getMessage();
        }
    }

    @Override
    public Declaration declaration() {
        return new Declaration(
                "identity",
                Stage.IDENTITY,
                Set.of(Topic.NETWORK, Topic.TRUST, Topic.MEMBERS),
                Set.of("node.certificate"),
                SWEEP);
    }

    @Override
    public View observe() {
        StageFinding found = prepared.identityFinding();
        List<InetAddress> reached =
                addresses.get().all().stream().map(LanAddress::address).toList();
        try {
            NodeCertificate certificate = NodeCertificate.read(prepared.layout().nodeCertificate());
            List<InetAddress> unnamed = certificate.selfSigned()
                    ? List.of()
                    : reached.stream()
                            .filter(address -> !certificate.names(address))
                            .toList();
            return new View(found, certificate.renewAt(), reached, unnamed, isOutdated(certificate));
        } catch (CredentialException unreadable) {
            return new View(found, Instant.MIN, reached, List.of(), false);
        }
    }

    private boolean isOutdated(NodeCertificate certificate) {
        return prepared.trust()
                .credential()
                .filter(counts -> certificate.chain().size() < 2
                        || (!certificate.chain().get(1).equals(counts.issuing()) && othersKnow.getAsBoolean()))
                .isPresent();
    }

    @Override
    public Plan<Renew> plan(View view, Instant now) {
        Verdict verdict = new Verdict(
                view.found().state(), view.found().reason(), view.found().hint());
        if (!now.isBefore(view.renewAt())) {
            return Plan.of(new Renew(view.addresses(), "the node's certificate is due"), verdict);
        }
        if (view.outdated()) {
            return Plan.of(new Renew(view.addresses(), "the site's issuing authority is new"), verdict);
        }
        return view.unnamed().isEmpty()
                ? Plan.nothing(verdict)
                : Plan.of(new Renew(view.addresses(), "the node has a new address"), verdict);
    }

    @Override
    public Outcome act(Renew step) {
        IdentityResult result = prepared.renewIdentity(step.addresses());
        result.events().forEach(event -> LOG.infof("identity: %s", event));
        if (result.finding().state() == StageState.FAILED) {
            return new Outcome.Failed(result.finding().reason());
        }
        return result.events().isEmpty() ? Outcome.unchanged() : Outcome.applied();
    }
}
