package dev.rwo.keys;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.jspecify.annotations.Nullable;

/** Writes X.509 certificates (RFC 5280) over elliptic-curve keys: the only place that touches Bouncy Castle's builder. */
final class Certificates {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Certificates() {}

    /**
     * What a certificate says of its subject.
     *
     * @param pathLength how many authorities may follow below, or null for a certificate that signs nothing
     * @param purposes the extended key usages; empty for an authority
     * @param alternativeNames host names, addresses and URIs, or null for none
     */
    record Subject(
            X500Name name,
            PublicKey key,
            Instant notBefore,
            Instant notAfter,
            @Nullable Integer pathLength,
            List<KeyPurposeId> purposes,
            @Nullable GeneralNames alternativeNames) {}

    /** Who signs: a name, the public key it is known by, and the key that signs. */
    record Issuer(X500Name name, PublicKey key, PrivateKey secret) {
        static Issuer of(X509Certificate certificate, PrivateKey secret) {
            return new Issuer(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                    certificate.getPublicKey(),
                    secret);
        }
    }

    static KeyPair generate(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no elliptic curve " + curve, e);
        }
    }

    static X500Name name(SiteName site, String unit, String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, site.value())
                .addRDN(BCStyle.OU, unit)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    static X509Certificate sign(Subject subject, Issuer issuer) {
        try {
            X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                    issuer.name(),
                    serial(),
                    Date.from(subject.notBefore()),
                    Date.from(subject.notAfter()),
                    subject.name(),
                    SubjectPublicKeyInfo.getInstance(subject.key().getEncoded()));
            addExtensions(builder, subject, issuer);
            byte[] der = builder.build(new EcSigner(issuer.secret(), issuer.key()))
                    .toASN1Structure()
                    .getEncoded("DER");
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot write the certificate of " + subject.name(), e);
        }
    }

    private static void addExtensions(X509v3CertificateBuilder builder, Subject subject, Issuer issuer)
            throws IOException, GeneralSecurityException {
        Integer pathLength = subject.pathLength();
        boolean authority = pathLength != null;
        builder.addExtension(
                Extension.basicConstraints,
                true,
                pathLength == null ? new BasicConstraints(false) : new BasicConstraints(pathLength));
        builder.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature));
        if (!subject.purposes().isEmpty()) {
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(subject.purposes().toArray(new KeyPurposeId[0])));
        }
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(keyIdentifier(subject.key())));
        builder.addExtension(
                Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyIdentifier(issuer.key())));
        GeneralNames alternativeNames = subject.alternativeNames();
        if (alternativeNames != null) {
            builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames);
        }
    }

    /** RFC 7093, method 1: the leftmost 160 bits of the SHA-256 hash of the public key. */
    private static byte[] keyIdentifier(PublicKey key) throws GeneralSecurityException {
        byte[] point = SubjectPublicKeyInfo.getInstance(key.getEncoded())
                .getPublicKeyData()
                .getBytes();
        return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(point), 20);
    }

    /** 128 random bits, never zero: RFC 5280 wants positive serials, and nobody keeps count of them here. */
    private static BigInteger serial() {
        return new BigInteger(128, RANDOM).setBit(0);
    }

    /** Signs with the JDK's provider, the hash matched to the size of the curve. */
    static final class EcSigner implements ContentSigner {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream(1024);
        private final PrivateKey secret;
        private final boolean large;

        EcSigner(PrivateKey secret, PublicKey key) {
            this.secret = secret;
            // A P-256 key encodes to 91 bytes, a P-384 key to 120.
            this.large = key.getEncoded().length > 100;
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            ASN1ObjectIdentifier algorithm =
                    large ? X9ObjectIdentifiers.ecdsa_with_SHA384 : X9ObjectIdentifiers.ecdsa_with_SHA256;
            return new AlgorithmIdentifier(algorithm);
        }

        @Override
        public OutputStream getOutputStream() {
            return content;
        }

        @Override
        public byte[] getSignature() {
            try {
                Signature signature = Signature.getInstance(large ? "SHA384withECDSA" : "SHA256withECDSA");
                signature.initSign(secret);
                signature.update(content.toByteArray());
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("cannot sign a certificate", e);
            }
        }
    }
}
