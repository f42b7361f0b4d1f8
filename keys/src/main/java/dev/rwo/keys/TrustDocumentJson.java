package dev.rwo.keys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rwo.keys.TrustDocument.GossipKey;
import dev.rwo.keys.TrustDocument.SealedAuthority;
import dev.rwo.keys.TrustDocument.TrustedRoot;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The one JSON form of a trust document. Read strictly: what is not understood is not trusted. */
final class TrustDocumentJson {
    private static final int FORMAT = 1;
    private static final Pattern NODE_ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9]?[A-Za-z0-9.-]{0,62}");
    private static final Set<String> FIELDS = Set.of(
            "format",
            "version",
            "site",
            "roots",
            "distrusted",
            "retiring",
            "retiringRoot",
            "revoked",
            "gossipKeys",
            "issuing",
            "signer",
            "signature");
    private static final int LONGEST_TEXT = 16 * 1024;

    private static final JsonMapper JSON = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxStringLength(LONGEST_TEXT)
                            .maxNumberLength(20)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TrustDocumentJson() {}

    static ObjectNode of(TrustDocument document, boolean withSignature) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT);
        json.put("version", document.version());
        json.put("site", document.site().value());
        ArrayNode roots = json.putArray("roots");
        document.roots()
                .forEach(root -> roots.addObject()
                        .put("certificate", Pem.of(root.certificate()))
                        .put("endorsement", root.endorsement()));
        ArrayNode distrusted = json.putArray("distrusted");
        document.distrusted().stream().map(Fingerprint::hex).sorted().forEach(distrusted::add);
        put(json, "retiring", document.retiring());
        put(json, "retiringRoot", document.retiringRoot());
        ArrayNode revoked = json.putArray("revoked");
        for (RevokedNode node : document.revoked()) {
            Fingerprint key = node.key();
            revoked.addObject()
                    .put("id", node.nodeId())
                    .put("name", node.name())
                    .put("key", key == null ? "" : key.hex())
                    .put("at", node.at().toString());
        }
        ArrayNode gossipKeys = json.putArray("gossipKeys");
        document.gossipKeys()
                .forEach(key -> gossipKeys
                        .addObject()
                        .put("generation", key.generation())
                        .put("secret", key.secret()));
        SealedAuthority issuing = document.issuing();
        if (issuing != null) {
            json.putObject("issuing")
                    .put("certificate", Pem.of(issuing.certificate()))
                    .put("sealedKey", issuing.key());
        }
        X509Certificate signer = document.signer();
        if (signer != null) {
            json.put("signer", Pem.of(signer));
        }
        if (withSignature) {
            json.put("signature", document.signature());
        }
        return json;
    }

    private static void put(ObjectNode json, String field, @Nullable Fingerprint value) {
        if (value != null) {
            json.put(field, value.hex());
        }
    }

    static TrustDocument parse(byte[] content) throws TrustException {
        if (content.length > TrustDocument.LARGEST_BYTES) {
            throw new TrustException("the trust document is larger than " + TrustDocument.LARGEST_BYTES + " bytes");
        }
        try {
            JsonNode json = JSON.readTree(content);
            if (json == null || !json.isObject()) {
                throw malformed("it is not a JSON object");
            }
            return read(json);
        } catch (JsonProcessingException e) {
            // Jackson's message quotes the input, which may be a key.
            throw new TrustException("the trust document is not JSON, or cut short");
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static TrustDocument read(JsonNode json) throws TrustException {
        for (var field : json.properties()) {
            if (!FIELDS.contains(field.getKey())) {
                throw malformed("it has a field that this version does not know");
            }
        }
        if (number(json, "format") != FORMAT) {
            throw malformed("it is of format " + json.path("format").asLong() + ", this version knows " + FORMAT);
        }
        List<TrustedRoot> roots = new ArrayList<>();
        for (JsonNode root : array(json, "roots", TrustDocument.MOST_ROOTS)) {
            roots.add(new TrustedRoot(certificate(root, "certificate"), base64(root, "endorsement")));
        }
        Set<Fingerprint> distrusted = new LinkedHashSet<>();
        for (JsonNode authority : array(json, "distrusted", TrustDocument.MOST_DISTRUSTED)) {
            distrusted.add(new Fingerprint(authority.asText()));
        }
        List<RevokedNode> revoked = new ArrayList<>();
        for (JsonNode node : array(json, "revoked", TrustDocument.MOST_REVOKED)) {
            revoked.add(revoked(node));
        }
        List<GossipKey> gossipKeys = new ArrayList<>();
        for (JsonNode key : array(json, "gossipKeys", TrustDocument.MOST_GOSSIP_KEYS)) {
            String secret = base64(key, "secret");
            if (Base64.getDecoder().decode(secret).length != TrustDocument.GOSSIP_KEY_BYTES) {
                throw malformed("a gossip key has not 32 bytes");
            }
            gossipKeys.add(new GossipKey(number(key, "generation"), secret));
        }
        JsonNode issuing = json.path("issuing");
        return new TrustDocument(
                number(json, "version"),
                new SiteName(text(json, "site")),
                roots,
                distrusted,
                fingerprint(json, "retiring"),
                fingerprint(json, "retiringRoot"),
                revoked,
                gossipKeys,
                issuing.isMissingNode()
                        ? null
                        : new SealedAuthority(certificate(issuing, "certificate"), base64(issuing, "sealedKey")),
                json.has("signer") ? certificate(json, "signer") : null,
                base64(json, "signature"));
    }

    private static RevokedNode revoked(JsonNode node) throws TrustException {
        String id = text(node, "id");
        String name = text(node, "name");
        if (!NODE_ID.matcher(id).matches() || !NODE_NAME.matcher(name).matches()) {
            throw malformed("a revoked node has no ID or a strange name");
        }
        String key = text(node, "key");
        return new RevokedNode(id, name, key.isEmpty() ? null : new Fingerprint(key), Instant.parse(text(node, "at")));
    }

    private static @Nullable Fingerprint fingerprint(JsonNode json, String field) throws TrustException {
        return json.has(field) ? new Fingerprint(text(json, field)) : null;
    }

    private static X509Certificate certificate(JsonNode json, String field) throws TrustException {
        try {
            List<X509Certificate> all = Pem.certificates(text(json, field));
            if (all.size() != 1 || !Pem.of(all.getFirst()).equals(text(json, field))) {
                throw malformed(field + " is not one certificate");
            }
            return all.getFirst();
        } catch (GeneralSecurityException e) {
            throw new TrustException("trust document: " + field + " is not a certificate", e);
        }
    }

    /** Written in the only way there is: the decoder lets the unused bits of the last character be anything. */
    private static String base64(JsonNode json, String field) throws TrustException {
        String text = text(json, field);
        if (!Base64.getEncoder()
                .encodeToString(Base64.getDecoder().decode(text))
                .equals(text)) {
            throw malformed(field + " is not Base64 as it is written");
        }
        return text;
    }

    private static String text(JsonNode json, String field) throws TrustException {
        JsonNode value = json.path(field);
        if (!value.isTextual()) {
            throw malformed(field + " is missing or not a text");
        }
        return value.asText();
    }

    private static long number(JsonNode json, String field) throws TrustException {
        JsonNode value = json.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw malformed(field + " is missing or not a number");
        }
        return value.asLong();
    }

    private static JsonNode array(JsonNode json, String field, int most) throws TrustException {
        JsonNode value = json.path(field);
        if (!value.isArray() || value.size() > most) {
            throw malformed(field + " is missing, not a list or longer than " + most);
        }
        return value;
    }

    private static TrustException malformed(String problem) {
        return new TrustException("trust document: " + problem);
    }
}
