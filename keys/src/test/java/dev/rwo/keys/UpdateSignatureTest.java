package dev.rwo.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpdateSignatureTest {

    private static final byte[] MANIFEST = "[update]\ncompatible=rwo-x86-64\nversion=2.0.0\n".getBytes(UTF_8);

    @TempDir
    Path home;

    private Site site(String name) {
        return Site.create(home.resolve(name), new SiteName(name), Clock.systemUTC());
    }

    private static boolean isSignedBy(CMSSignedData signed, X509Certificate certificate) throws Exception {
        return signed.getSignerInfos()
                .getSigners()
                .iterator()
                .next()
                .verify(new JcaSimpleSignerInfoVerifierBuilder().build(certificate.getPublicKey()));
    }

    @Test
    void aManifestThatTheSiteSignedIsReadBackAndHoldsUnderItsUpdateSigningCertificateOnly() throws Exception {
        Site site = site("shop");
        byte[] signature = site.signUpdate(MANIFEST);
        assertThat(UpdateSignature.contentOf(signature)).isEqualTo(MANIFEST);
        CMSSignedData signed = new CMSSignedData(signature);
        assertThat(isSignedBy(signed, site.updateSigning())).isTrue();
        assertThat(isSignedBy(signed, site("other").updateSigning())).isFalse();
    }

    @Test
    void aRootHashIsSignedWithoutHashCertificateAndAttributes() throws Exception {
        Site site = site("shop");
        String hash = "0f".repeat(32);
        byte[] signature = site.signRootHash(hash);
        CMSSignedData alone = new CMSSignedData(signature);
        assertThat(alone.getSignedContent()).isNull();
        assertThat(alone.getCertificates().getMatches(null)).isEmpty();
        assertThat(alone.getSignerInfos().getSigners().iterator().next().getSignedAttributes())
                .isNull();
        CMSSignedData signed = new CMSSignedData(new CMSProcessableByteArray(hash.getBytes(UTF_8)), signature);
        assertThat(isSignedBy(signed, site.updateSigning())).isTrue();
        CMSSignedData other =
                new CMSSignedData(new CMSProcessableByteArray("1f".repeat(32).getBytes(UTF_8)), signature);
        assertThat(isSignedBy(other, site.updateSigning())).isFalse();
    }

    @Test
    void whatIsNoSignatureHasNoContent() {
        assertThatThrownBy(() -> UpdateSignature.contentOf(MANIFEST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no CMS signature");
    }
}
