package dev.rwo.agent.node;

import dev.rwo.agent.control.Controller;
import dev.rwo.agent.control.Outcome;
import dev.rwo.agent.control.Plan;
import dev.rwo.agent.control.Step;
import dev.rwo.agent.control.Topic;
import dev.rwo.agent.control.Verdict;
import dev.rwo.firstboot.IdentityResult;
import dev.rwo.firstboot.NodeLayout;
import dev.rwo.firstboot.Stage;
import dev.rwo.firstboot.StageFinding;
import dev.rwo.firstboot.StageState;
import dev.rwo.keys.CredentialException;
import dev.rwo.keys.NodeCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jboss.logging.Logger;

/** Keeps the node's certificate fresh; the server takes a new one over by itself. */
public final class IdentityController implements Controller<IdentityController.View, IdentityController.Renew> {

    private static final Logger LOG = Logger.getLogger(IdentityController.class);
    /** A certificate is due ten days into its thirty: once an hour is often enough, also after a clock jump. */
    private static final Duration SWEEP = Duration.ofHours(1);

    private final PreparedNode prepared;

    /** Of this node. */
    public IdentityController(PreparedNode prepared) {
        this.prepared = prepared;
        prepared.identity().events().forEach(event -> LOG.infof("identity: %s", event));
    }

    /**
     * What decides.
     *
     * @param found how identity and certificate are
     * @param renewAt when the certificate is due
     */
    public record View(StageFinding found, Instant renewAt) {}

    /** Makes the certificate anew. */
    public record Renew(String reason) implements Step {}

    @Override
    public String name() {
        return "identity";
    }

    @Override
    public Stage stage() {
        return Stage.IDENTITY;
    }

    @Override
    public Set<Topic> watches() {
        return Set.of();
    }

    @Override
    public Set<String> owns() {
        return Set.of("node.certificate");
    }

    @Override
    public Duration sweep() {
        return SWEEP;
    }

    @Override
    public View observe() {
        NodeLayout layout = prepared.layout();
        try {
            return new View(
                    prepared.identity().finding(),
                    NodeCertificate.read(layout.nodeCertificate()).renewAt());
        } catch (CredentialException unreadable) {
            return new View(prepared.identity().finding(), Instant.MIN);
        }
    }

    @Override
    public Plan<Renew> plan(View view, Instant now) {
        StageFinding found = view.found();
        Verdict verdict = new Verdict(found.state(), found.reason(), found.hint());
        boolean due = !now.isBefore(view.renewAt());
        return due ? Plan.of(new Renew("the node's certificate is due"), verdict) : Plan.nothing(verdict);
    }

    @Override
    public Outcome act(Renew step) {
        IdentityResult result = prepared.renewIdentity();
        result.events().forEach(event -> LOG.infof("identity: %s", event));
        if (result.finding().state() == StageState.FAILED) {
            return new Outcome.Failed(result.finding().reason());
        }
        return result.events().isEmpty() ? Outcome.unchanged() : Outcome.applied();
    }
}
