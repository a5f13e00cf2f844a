package dev.waxseal.testkit.cloudapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoopbackTlsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final LoopbackTls tls = LoopbackTls.create(Clock.fixed(NOW, ZoneOffset.UTC), new SecureRandom());

    @Test
    void theCertificateIsByTheAuthorityAndOfP256() throws Exception {
        tls.certificate().verify(tls.authority().getPublicKey());
        tls.authority().verify(tls.authority().getPublicKey());
        assertThat(((ECPublicKey) tls.certificate().getPublicKey())
                        .getParams()
                        .getCurve()
                        .getField()
                        .getFieldSize())
                .isEqualTo(256);
        assertThat(tls.authority().getBasicConstraints()).isZero();
        assertThat(tls.certificate().getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void theCertificateIsForTheLoopbackInterface() throws Exception {
        assertThat(tls.certificate().getSubjectAlternativeNames())
                .extracting(name -> (Object) name.get(1))
                .containsExactlyInAnyOrderElementsOf(List.of("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1"));
    }

    @Test
    void theCertificateIsValidForADay() {
        assertThat(tls.certificate().getNotBefore().toInstant()).isBefore(NOW).isAfter(NOW.minus(Duration.ofHours(1)));
        assertThat(tls.certificate().getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(1)));
    }

    @Test
    void eachAuthorityIsItsOwn() {
        LoopbackTls other = LoopbackTls.create();
        assertThatThrownBy(() -> tls.certificate().verify(other.authority().getPublicKey()))
                .isInstanceOf(SignatureException.class);
    }
}
