package dev.rwo.keys;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSTypedData;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Signs an update bundle: CMS signed data (RFC 5652) that holds what it signs, as RAUC's bundles of format verity do. */
public final class UpdateSignature {

    private UpdateSignature() {}

    /**
     * DER, with the signer's certificate and the time of signing.
     *
     * @param content the manifest of the bundle, with the root hash of its payload
     * @param signer whose authority the device knows
     */
    static byte[] of(byte[] content, X509Certificate signer, PrivateKey key) {
        return sign(content, signer, key, false);
    }

    /**
     * DER, of a content that the device has already: without it, without the signer's certificate, which the device has
     * too, and without attributes, so that it is the content itself that is signed. This is what the kernel's dm-verity and
     * systemd expect of the signature of a root hash (PKCS#7, RFC 2315).
     *
     * @param content the root hash in hexadecimal digits
     * @param signer whose certificate the device has
     */
    static byte[] detached(byte[] content, X509Certificate signer, PrivateKey key) {
        return sign(content, signer, key, true);
    }

    private static byte[] sign(byte[] content, X509Certificate signer, PrivateKey key, boolean detached) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            generator.addSignerInfoGenerator(
                    new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                            .setDirectSignature(detached)
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key), signer));
            if (!detached) {
                generator.addCertificate(new JcaX509CertificateHolder(signer));
            }
            return generator
                    .generate(new CMSProcessableByteArray(content), !detached)
                    .getEncoded("DER");
        } catch (CMSException | OperatorCreationException | CertificateEncodingException | IOException e) {
            throw new IllegalStateException("the update cannot be signed: " + e.getMessage(), e);
        }
    }

    /**
     * What was signed, unchecked.
     *
     * @param signature CMS signed data, by whomever
     * @throws IllegalArgumentException when it is none, or does not hold what it signs
     */
    public static byte[] contentOf(byte[] signature) {
        try {
            CMSTypedData content = new CMSSignedData(signature).getSignedContent();
            if (content == null) {
                throw new IllegalArgumentException("the signature does not hold what it signs");
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            content.write(bytes);
            return bytes.toByteArray();
        } catch (CMSException | IOException e) {
            throw new IllegalArgumentException("this is no CMS signature: " + e.getMessage(), e);
        }
    }
}
