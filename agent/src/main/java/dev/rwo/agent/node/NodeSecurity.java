package dev.rwo.agent.node;

import dev.rwo.agent.AgentConfig;
import dev.rwo.agent.trust.PeerRoles;
import dev.rwo.agent.trust.ServerKey;
import dev.rwo.agent.trust.ServerTrust;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.tls.runtime.KeyStoreProvider;
import io.quarkus.tls.runtime.TrustStoreProvider;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Puts this node's trust into the HTTPS server. */
@Singleton
public class NodeSecurity {

    private final PreparedNode prepared;

    /** Of this node. */
    public NodeSecurity(AgentConfig config) {
        prepared = PreparedNode.prepare(config.root());
    }

    /** Handshakes. */
    @Produces
    @Singleton
    public TrustStoreProvider handshakes() {
        return new ServerTrust(prepared.trust().trustManager());
    }

    /** What the server shows. */
    @Produces
    @Singleton
    public KeyStoreProvider certificate() {
        return new ServerKey(prepared.trust().keyManager());
    }

    /** Requests. */
    @Produces
    @Singleton
    public SecurityIdentityAugmentor requests(MeterRegistry meters) {
        return new PeerRoles(
                prepared.trust()::trust,
                prepared::nodeId,
                InstantSource.system(),
                prepared.trust().counting(meters));
    }
}
