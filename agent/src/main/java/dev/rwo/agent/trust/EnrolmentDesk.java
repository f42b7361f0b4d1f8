package dev.rwo.agent.trust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.keys.CertificateRequest;
import dev.rwo.keys.Credential;
import dev.rwo.keys.CredentialException;
import dev.rwo.keys.Fingerprint;
import dev.rwo.keys.NodeCertificate;
import dev.rwo.keys.NodeCertificates;
import dev.rwo.keys.TrustDocument;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Lets new nodes in: gives out numbers to use once, checks who asks, keeps requests until a person approves them, and
 * signs. Open to anybody in the network, so everything is bounded; nothing survives a restart, askers ask again.
 */
public final class EnrolmentDesk {

    static final Duration NONCE_LIFE = Duration.ofSeconds(60);
    static final Duration KEPT = Duration.ofHours(24);
    static final int MOST_NONCES = 1024;
    static final int MOST_PENDING = 100;
    static final int MOST_ADDRESSES = 1024;
    /** A node asks again every few seconds while it searches; a handful of nodes may share an address. */
    static final int CALLS_A_MINUTE = 30;

    private static final Logger LOG = Logger.getLogger(EnrolmentDesk.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    private static final Pattern IP = Pattern.compile("[0-9a-fA-F:.]{2,45}");
    private static final int LONGEST_TEXT = 8192;
    private static final int MOST_OWN_ADDRESSES = 16;

    private final TrustStore store;
    private final Clock clock;
    private final MeterRegistry meters;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> nonces = new LinkedHashMap<>();
    private final Map<String, Request> requests = new LinkedHashMap<>();
    private final Map<String, Calls> calls = new LinkedHashMap<>();
    private Instant lastLine = Instant.MIN;

    private record Calls(Instant since, int count) {}

    private record Request(
            String ticket,
            String code,
            String nodeId,
            String name,
            String hardware,
            String from,
            CertificateRequest request,
            List<InetAddress> addresses,
            Instant at,
            @Nullable NodeCertificate signed) {

        /** Of that node with that very key. */
        boolean isOf(String id, CertificateRequest other) {
            return nodeId.equals(id) && request.key().equals(other.key());
        }

        Request signed(NodeCertificate certificate) {
            return new Request(ticket, code, nodeId, name, hardware, from, request, addresses, at, certificate);
        }
    }

    /** For one node. */
    public EnrolmentDesk(TrustStore store, Clock clock, MeterRegistry meters) {
        this.store = store;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * A number that one request may use within a minute.
     *
     * @param address who asks
     */
    public synchronized ObjectNode challenge(String address) throws EnrolmentException {
        limit(address);
        issuer();
        Instant now = clock.instant();
        forgetOld(now);
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        nonces.put(nonce, now);
        trim(nonces, MOST_NONCES);
        return JsonNodeFactory.instance.objectNode().put("nonce", nonce);
    }

    /** Takes a request, if it is sound and proves the join secret. */
    public synchronized ObjectNode ask(String address, JsonNode json) throws EnrolmentException {
        limit(address);
        Credential issuer = issuer();
        forgetOld(clock.instant());
        String nonce = text(json, "nonce");
        if (nonces.remove(nonce) == null) {
            throw refused(
                    "replayed",
                    EnrolmentException.Kind.REFUSED,
                    "the number is unknown, used or too old: ask for a new one");
        }
        CertificateRequest request = request(json);
        if (!request.isProved(text(json, "proof"), issuer.joinSecret(), nonce, store.ownCertificate())) {
            throw refused(
                    "foreign", EnrolmentException.Kind.REFUSED, "the join secret is not of site " + issuer.site());
        }
        String id = text(json, "id");
        String name = text(json, "name");
        if (!TrustChange.NODE.matcher(id).matches() || !NAME.matcher(name).matches()) {
            throw refused("malformed", EnrolmentException.Kind.MALFORMED, "id or name cannot be a node's");
        }
        requireNotRevoked(id, request);
        Optional<Request> approved = requests.values().stream()
                .filter(known -> known.signed() != null && known.isOf(id, request))
                .findFirst();
        requests.values().removeIf(known -> known.nodeId().equals(id));
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        String ticket = HexFormat.of().formatHex(bytes);
        String hardware = text(json, "hardware").replaceAll("[^A-Za-z0-9 ,.()_-]", "?");
        Request kept = new Request(
                ticket,
                request.code(),
                id,
                name,
                hardware.length() > 120 ? hardware.substring(0, 120) : hardware,
                address,
                request,
                addresses(json),
                // What was approved is not for ever, however often the node asks.
                approved.map(Request::at).orElseGet(clock::instant),
                null);
        // A person let this key in, and the answer was lost: nobody has to do that again.
        requests.put(ticket, approved.isPresent() ? kept.signed(sign(issuer, kept)) : kept);
        trim(requests, MOST_PENDING);
        if (approved.isPresent()) {
            LOG.infof("rwo: %s (%s) asks again and is let in already, code %s", name, address, kept.code());
            return asked(kept);
        }
        LOG.infof(
                "rwo: %s (%s) asks to be let in, code %s: run rwo approve %s", name, address, kept.code(), kept.code());
        return asked(kept);
    }

    private static ObjectNode asked(Request kept) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("ticket", kept.ticket())
                .put("code", kept.code());
    }

    /** What became of a request: pending, or the certificate with the trust document. */
    public synchronized ObjectNode poll(String ticket) throws EnrolmentException {
        forgetOld(clock.instant());
        Request request = requests.get(ticket);
        if (request == null) {
            throw new EnrolmentException(EnrolmentException.Kind.UNKNOWN, "no such request: ask again");
        }
        NodeCertificate signed = request.signed();
        if (signed == null) {
            return JsonNodeFactory.instance.objectNode().put("state", "pending");
        }
        return granted(signed);
    }

    private ObjectNode granted(NodeCertificate signed) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("state", "approved");
        json.put("chain", signed.pem());
        store.document().map(TrustDocument::toTree).ifPresent(tree -> json.set("trust", tree));
        return json;
    }

    /** Who waits. */
    public synchronized ArrayNode pending() {
        forgetOld(clock.instant());
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (Request request : requests.values()) {
            rows.addObject()
                    .put("code", request.code())
                    .put("id", request.nodeId())
                    .put("name", request.name())
                    .put("hardware", request.hardware())
                    .put("address", request.from())
                    .put("since", request.at().toString())
                    .put("state", request.signed() == null ? "pending" : "approved");
        }
        return rows;
    }

    /**
     * Lets a node in.
     *
     * @param codeOrId the code on its display, or its ID
     */
    public synchronized ObjectNode approve(String codeOrId) throws EnrolmentException {
        Credential issuer = issuer();
        forgetOld(clock.instant());
        List<Request> found = requests.values().stream()
                .filter(request -> request.signed() == null)
                .filter(request -> request.code().equals(codeOrId.toUpperCase(Locale.ROOT))
                        || request.nodeId().equals(codeOrId))
                .toList();
        if (found.size() != 1) {
            throw new EnrolmentException(
                    EnrolmentException.Kind.UNKNOWN,
                    found.isEmpty()
                            ? "no node waits with that code on this node; see rwo approve without a code"
                            : "several nodes wait with that code: give the ID");
        }
        Request request = found.getFirst();
        requireNotRevoked(request.nodeId(), request.request());
        requests.put(request.ticket(), request.signed(sign(issuer, request)));
        meters.counter("rwo.enrolments", "outcome", "approved").increment();
        LOG.infof("rwo: %s (%s) is let in, code %s", request.name(), request.nodeId(), request.code());
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", request.nodeId())
                .put("name", request.name())
                .put("done", request.name() + " (" + request.from() + ") is let in");
    }

    /**
     * A new certificate for a node that has one.
     *
     * @param nodeId the node's ID, from the certificate it shows
     */
    public synchronized ObjectNode renew(String nodeId, JsonNode json) throws EnrolmentException {
        Credential issuer = issuer();
        CertificateRequest request = request(json);
        requireNotRevoked(nodeId, request);
        return granted(sign(issuer, request, nodeId, text(json, "name"), addresses(json)));
    }

    private NodeCertificate sign(Credential issuer, Request request) throws EnrolmentException {
        return sign(issuer, request.request(), request.nodeId(), request.name(), request.addresses());
    }

    private NodeCertificate sign(
            Credential issuer, CertificateRequest request, String nodeId, String name, List<InetAddress> addresses)
            throws EnrolmentException {
        try {
            return NodeCertificates.issue(issuer, request.key(), nodeId, name, issuer.site(), addresses, clock);
        } catch (CredentialException | IllegalArgumentException wrong) {
            throw new EnrolmentException(EnrolmentException.Kind.REFUSED, String.valueOf(wrong.getMessage()));
        }
    }

    private Credential issuer() throws EnrolmentException {
        Optional<Credential> credential = store.credential();
        return credential.orElseThrow(() -> new EnrolmentException(
                EnrolmentException.Kind.REFUSED, "this node holds no issuing key and can let nobody in"));
    }

    private void requireNotRevoked(String nodeId, CertificateRequest request) throws EnrolmentException {
        TrustDocument held = store.document().orElse(null);
        Fingerprint key = Fingerprint.of(request.key());
        if (held != null
                && held.revoked().stream().anyMatch(gone -> gone.nodeId().equals(nodeId) || key.equals(gone.key()))) {
            throw refused("revoked", EnrolmentException.Kind.REFUSED, nodeId + " was revoked; it stays out");
        }
    }

    private CertificateRequest request(JsonNode json) throws EnrolmentException {
        try {
            return CertificateRequest.parse(text(json, "request"));
        } catch (CredentialException wrong) {
            throw refused("malformed", EnrolmentException.Kind.MALFORMED, String.valueOf(wrong.getMessage()));
        }
    }

    private String text(JsonNode json, String field) throws EnrolmentException {
        JsonNode value = json.path(field);
        if (!value.isTextual() || value.asText().length() > LONGEST_TEXT) {
            throw refused("malformed", EnrolmentException.Kind.MALFORMED, field + " is missing or too long");
        }
        return value.asText();
    }

    /** Literal addresses only: nothing here may ask a name server. */
    private List<InetAddress> addresses(JsonNode json) throws EnrolmentException {
        List<InetAddress> addresses = new ArrayList<>();
        JsonNode list = json.path("addresses");
        if (list.size() > MOST_OWN_ADDRESSES) {
            throw refused("malformed", EnrolmentException.Kind.MALFORMED, "too many addresses");
        }
        for (JsonNode each : list) {
            try {
                if (!IP.matcher(each.asText()).matches()) {
                    throw new IllegalArgumentException("not an address");
                }
                addresses.add(InetAddress.ofLiteral(each.asText()));
            } catch (IllegalArgumentException wrong) {
                throw refused("malformed", EnrolmentException.Kind.MALFORMED, "an address is none");
            }
        }
        return addresses;
    }

    private void limit(String address) throws EnrolmentException {
        Instant now = clock.instant();
        Calls before = calls.remove(address);
        Calls after =
                before == null || Duration.between(before.since(), now).abs().compareTo(Duration.ofMinutes(1)) >= 0
                        ? new Calls(now, 1)
                        : new Calls(before.since(), before.count() + 1);
        calls.put(address, after);
        trim(calls, MOST_ADDRESSES);
        if (after.count() > CALLS_A_MINUTE) {
            throw refused(
                    "too-many",
                    EnrolmentException.Kind.TOO_MANY,
                    "too many requests from " + address + ": wait a minute");
        }
    }

    private EnrolmentException refused(String reason, EnrolmentException.Kind kind, String line) {
        meters.counter("rwo.enrolments.refused", "reason", reason).increment();
        Instant now = clock.instant();
        if (lastLine.equals(Instant.MIN)
                || Duration.between(lastLine, now).abs().compareTo(Duration.ofSeconds(10)) >= 0) {
            lastLine = now;
            LOG.warnf("rwo: an enrolment was refused, %s: %s", reason, line);
        }
        return new EnrolmentException(kind, line);
    }

    /** Also when the clock jumps back: what lies in the future is old too. */
    private void forgetOld(Instant now) {
        nonces.values().removeIf(at -> Duration.between(at, now).abs().compareTo(NONCE_LIFE) > 0);
        requests.values()
                .removeIf(request -> Duration.between(request.at(), now).abs().compareTo(KEPT) > 0);
    }

    private static void trim(Map<String, ?> map, int most) {
        Iterator<String> eldest = map.keySet().iterator();
        while (map.size() > most) {
            eldest.next();
            eldest.remove();
        }
    }
}
