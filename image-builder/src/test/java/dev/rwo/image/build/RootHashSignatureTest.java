package dev.rwo.image.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rwo.keys.Site;
import dev.rwo.keys.SiteName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootHashSignatureTest {

    private static final String HASH = "c966ce7e6249cff80a6f183d8ece4944713fe2369334a71b834a6f44740de8db";

    @TempDir
    Path folder;

    @Test
    void thePartitionSaysTheHashWhoSignedItAndTheSignatureThatHoldsUnderTheSitesRoot() throws Exception {
        Site site = Site.create(folder.resolve("shop"), new SiteName("shop"), Clock.systemUTC());
        RootHashSignature signature = new RootHashSignature(site::signRootHash, site.updateSigningFile());

        JsonNode content = new JsonMapper()
                .readTree(signature.content(HASH, signature.signer().apply(HASH)));

        assertThat(content.path("rootHash").asText()).isEqualTo(HASH);
        byte[] certificate = site.updateSigning().getEncoded();
        assertThat(content.path("certificateFingerprint").asText())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate)));
        site.updateSigning().verify(site.root().getPublicKey());
        CMSSignedData signed = new CMSSignedData(
                new CMSProcessableByteArray(HASH.getBytes(StandardCharsets.US_ASCII)),
                Base64.getDecoder().decode(content.path("signature").asText()));
        assertThat(signed.getSignerInfos()
                        .getSigners()
                        .iterator()
                        .next()
                        .verify(new JcaSimpleSignerInfoVerifierBuilder().build(site.updateSigning())))
                .isTrue();
    }
}
