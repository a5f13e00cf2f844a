package dev.waxseal.benchmarks;

import com.amazonaws.encryptionsdk.AwsCrypto;
import com.amazonaws.encryptionsdk.CryptoAlgorithm;
import com.amazonaws.encryptionsdk.CryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.CachingCryptoMaterialsManager;
import com.amazonaws.encryptionsdk.caching.LocalCryptoMaterialsCache;
import com.amazonaws.encryptionsdk.jce.JceMasterKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.spec.SecretKeySpec;
import org.jasypt.util.text.AES256TextEncryptor;
import org.springframework.security.crypto.encrypt.BytesEncryptor;
import org.springframework.security.crypto.encrypt.Encryptors;
import org.springframework.security.crypto.keygen.KeyGenerators;

/**
 * What a user would pick to encrypt the fields of a record one by one: each as its documentation shows it, with AES-256 and
 * with keys at hand, so that no call leaves the process. Fields are bound to their name where the library can do that.
 */
interface Peer {

    /** A field's ciphertext. */
    Object seal(String field, String value) throws GeneralSecurityException;

    /** The value back. */
    String open(String field, Object sealed) throws GeneralSecurityException;

    /** The peers, by the names that the benchmark's parameter has. */
    static Peer named(String name) throws GeneralSecurityException {
        return switch (name) {
            case "tink" -> tink(tinkAead());
            // A data key for each field, wrapped by a key in this process, where users have a call of their key
            // service.
            case "tink-envelope" -> tink(KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, tinkAead()));
            case "aws" -> new AwsEncryptionSdk();
            case "spring" -> new SpringSecurity();
            case "jasypt" -> new Jasypt();
            default -> throw new IllegalArgumentException("there is no peer '" + name + "'");
        };
    }

    private static Aead tinkAead() throws GeneralSecurityException {
        AeadConfig.register();
        return KeysetHandle.newBuilder()
                .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                        .withRandomId()
                        .makePrimary())
                .build()
                .getPrimitive(RegistryConfiguration.get(), Aead.class);
    }

    private static Peer tink(Aead aead) {
        return new Peer() {
            @Override
            public Object seal(String field, String value) throws GeneralSecurityException {
                return aead.encrypt(value.getBytes(StandardCharsets.UTF_8), field.getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public String open(String field, Object sealed) throws GeneralSecurityException {
                return new String(
                        aead.decrypt((byte[]) sealed, field.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
            }
        };
    }

    /** With its cache of data keys, a raw AES master key, and the newest suite that doesn't sign. */
    final class AwsEncryptionSdk implements Peer {
        private final AwsCrypto crypto = AwsCrypto.builder()
                .withEncryptionAlgorithm(CryptoAlgorithm.ALG_AES_256_GCM_HKDF_SHA512_COMMIT_KEY)
                .build();
        private final CryptoMaterialsManager materials;

        AwsEncryptionSdk() {
            byte[] key = new byte[32];
            new SecureRandom().nextBytes(key);
            this.materials = CachingCryptoMaterialsManager.newBuilder()
                    .withMasterKeyProvider(JceMasterKey.getInstance(
                            new SecretKeySpec(key, "AES"), "benchmark", "1", "AES/GCM/NoPadding"))
                    .withCache(new LocalCryptoMaterialsCache(1_000))
                    .withMaxAge(10, TimeUnit.MINUTES)
                    .build();
        }

        @Override
        public Object seal(String field, String value) {
            return crypto.encryptData(materials, value.getBytes(StandardCharsets.UTF_8), Map.of("field", field))
                    .getResult();
        }

        @Override
        public String open(String field, Object sealed) {
            return new String(crypto.decryptData(materials, (byte[]) sealed).getResult(), StandardCharsets.UTF_8);
        }
    }

    /** AES-256-GCM under a key derived from a password once. */
    final class SpringSecurity implements Peer {
        @SuppressWarnings("deprecation") // Still what its users have, and what its documentation tells them to take.
        private final BytesEncryptor encryptor =
                Encryptors.stronger("a passphrase", KeyGenerators.string().generateKey());

        @Override
        public Object seal(String field, String value) {
            return encryptor.encrypt(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String open(String field, Object sealed) {
            return new String(encryptor.decrypt((byte[]) sealed), StandardCharsets.UTF_8);
        }
    }

    /** PBEWithHMACSHA512AndAES_256, whose key is derived from the password for each text. */
    final class Jasypt implements Peer {
        private final AES256TextEncryptor encryptor = new AES256TextEncryptor();

        Jasypt() {
            encryptor.setPassword("a passphrase");
        }

        @Override
        public Object seal(String field, String value) {
            return encryptor.encrypt(value);
        }

        @Override
        public String open(String field, Object sealed) {
            return encryptor.decrypt((String) sealed);
        }
    }
}
