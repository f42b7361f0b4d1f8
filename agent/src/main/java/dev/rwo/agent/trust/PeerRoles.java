package dev.rwo.agent.trust;

import dev.rwo.keys.PeerVerdict;
import dev.rwo.keys.SiteTrust;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.credential.CertificateCredential;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Judges the certificate of each request again, because connections and TLS sessions outlive a revocation, and gives the
 * roles: {@code node}, {@code operator}, and {@code self} for this node's own certificate (its command line).
 */
public final class PeerRoles implements SecurityIdentityAugmentor {

    /** This node's own certificate. */
    public static final String SELF = "self";

    private final Supplier<SiteTrust> trust;
    private final Supplier<String> nodeId;
    private final InstantSource clock;
    private final Consumer<PeerVerdict> judged;

    /** For one node. */
    public PeerRoles(
            Supplier<SiteTrust> trust, Supplier<String> nodeId, InstantSource clock, Consumer<PeerVerdict> judged) {
        this.trust = trust;
        this.nodeId = nodeId;
        this.clock = clock;
        this.judged = judged;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return augment(identity, context, Map.of());
    }

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context, Map<String, Object> attributes) {
        CertificateCredential shown = identity.getCredential(CertificateCredential.class);
        if (shown == null) {
            return Uni.createFrom().item(identity);
        }
        return judge(identity, chain(shown, attributes));
    }

    /** With what the connection showed. */
    Uni<SecurityIdentity> judge(SecurityIdentity identity, List<X509Certificate> chain) {
        PeerVerdict verdict = trust.get().judge(chain, clock.instant());
        return switch (verdict) {
            case PeerVerdict.Refused refused -> {
                judged.accept(refused);
                yield Uni.createFrom().failure(new AuthenticationFailedException(refused.line()));
            }
            case PeerVerdict.Accepted accepted -> Uni.createFrom().item(withRoles(identity, accepted));
        };
    }

    private SecurityIdentity withRoles(SecurityIdentity identity, PeerVerdict.Accepted accepted) {
        QuarkusSecurityIdentity.Builder builder = QuarkusSecurityIdentity.builder(identity)
                .addRole(accepted.role().word())
                .addAttribute("rwo.id", accepted.id())
                .addAttribute("rwo.name", accepted.name());
        boolean alone = accepted.id().isEmpty();
        if (accepted.role() == PeerVerdict.Role.NODE && (alone || accepted.id().equals(nodeId.get()))) {
            builder.addRole(SELF);
        }
        return builder.build();
    }

    private static List<X509Certificate> chain(CertificateCredential shown, Map<String, Object> attributes) {
        RoutingContext request = HttpSecurityUtils.getRoutingContextAttribute(attributes);
        SSLSession session =
                request == null ? null : request.request().connection().sslSession();
        if (session == null) {
            return List.of(shown.getCertificate());
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate each : session.getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
            return chain;
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }
}
