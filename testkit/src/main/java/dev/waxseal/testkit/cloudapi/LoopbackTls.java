package dev.waxseal.testkit.cloudapi;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * TLS for servers on the loopback interface: an authority of its own, made anew each time, and a certificate by it for
 * {@code localhost}, {@code 127.0.0.1} and {@code ::1}. Keys are of the curve P-256, live in memory only, and the
 * certificates are valid for a day. Immutable and safe for use by several threads.
 */
public final class LoopbackTls {
    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final String SIGNATURE_ALGORITHM = "SHA256withECDSA";

    private final X509Certificate authority;
    private final X509Certificate certificate;
    private final SSLContext serverContext;
    private final SSLContext clientContext;

    private LoopbackTls(
            X509Certificate authority,
            X509Certificate certificate,
            SSLContext serverContext,
            SSLContext clientContext) {
        this.authority = authority;
        this.certificate = certificate;
        this.serverContext = serverContext;
        this.clientContext = clientContext;
    }

    /**
     * Makes an authority and a certificate, valid from now on.
     *
     * @return TLS for both sides
     */
    public static LoopbackTls create() {
        return create(Clock.systemUTC(), new SecureRandom());
    }

    /**
     * Makes an authority and a certificate.
     *
     * @param clock what tells when they begin to be valid; TLS itself checks them by the system's clock
     * @param random where keys and serial numbers come from
     * @return TLS for both sides
     */
    public static LoopbackTls create(Clock clock, SecureRandom random) {
        try {
            Maker maker = new Maker(clock.instant(), random);
            KeyPair authorityKeys = maker.keys();
            X509Certificate authority = maker.authority(authorityKeys);
            KeyPair keys = maker.keys();
            X509Certificate certificate = maker.certificate(keys, authority, authorityKeys.getPrivate());
            return new LoopbackTls(
                    authority, certificate, server(keys.getPrivate(), certificate, authority), client(authority));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("this Java runtime can't make certificates of the curve P-256", e);
        }
    }

    private static SSLContext server(PrivateKey key, X509Certificate certificate, X509Certificate authority)
            throws GeneralSecurityException, IOException {
        char[] noPassword = new char[0];
        KeyStore store = emptyStore();
        store.setKeyEntry("loopback", key, noPassword, new X509Certificate[] {certificate, authority});
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, noPassword);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext client(X509Certificate authority) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /**
     * Returns what a server on the loopback interface presents.
     *
     * @return a context with the certificate and its key
     */
    public SSLContext serverContext() {
        return serverContext;
    }

    /**
     * Returns what a client of such a server trusts: this authority and no other.
     *
     * @return a context that trusts the authority
     */
    public SSLContext clientContext() {
        return clientContext;
    }

    /**
     * Returns the authority's certificate, for clients that are configured otherwise.
     *
     * @return the self-signed certificate
     */
    public X509Certificate authority() {
        return authority;
    }

    /**
     * Returns the server's certificate, for instance to pin it.
     *
     * @return the certificate for {@code localhost}
     */
    public X509Certificate certificate() {
        return certificate;
    }

    private record Maker(Instant now, SecureRandom random) {
        KeyPair keys() throws GeneralSecurityException {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        }

        X509Certificate authority(KeyPair keys)
                throws GeneralSecurityException, OperatorCreationException, CertIOException {
            X500Name name = new X500Name("CN=Waxseal Testkit Authority");
            X509v3CertificateBuilder builder = builder(name, name, keys)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            return signed(builder, keys.getPrivate());
        }

        X509Certificate certificate(KeyPair keys, X509Certificate authority, PrivateKey authorityKey)
                throws GeneralSecurityException, OperatorCreationException, CertIOException {
            X500Name issuer = new X500Name(authority.getSubjectX500Principal().getName());
            GeneralNames names = new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"),
                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                new GeneralName(GeneralName.iPAddress, "::1")
            });
            X509v3CertificateBuilder builder = builder(issuer, new X500Name("CN=localhost"), keys)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                    .addExtension(Extension.subjectAlternativeName, false, names);
            return signed(builder, authorityKey);
        }

        private X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair keys) {
            return new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(127, random).add(BigInteger.ONE),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.plus(VALIDITY)),
                    subject,
                    keys.getPublic());
        }

        private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
                throws GeneralSecurityException, OperatorCreationException {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE_ALGORITHM).build(key)));
        }
    }
}
