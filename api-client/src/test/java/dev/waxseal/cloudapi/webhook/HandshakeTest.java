package dev.waxseal.cloudapi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final String QUERY = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=verify+me";

    private final Webhooks webhooks = Samples.WEBHOOKS;

    @Test
    void whoKnowsTheTokenGetsTheChallengeBack() {
        assertThat(webhooks.answerHandshake(QUERY)).isEqualTo("1158201444");
        assertThat(webhooks.answerHandshake(QUERY.replace("+", "%20") + "&other=1&other=2"))
                .isEqualTo("1158201444");
        assertThat(webhooks.answerHandshake("subscribe", "verify me", "a-b_c.d~e"))
                .isEqualTo("a-b_c.d~e");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hub.mode=subscribe",
                "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=verify+me",
                "hub.challenge=1&hub.verify_token=verify+me",
                "hub.mode=subscribe&hub.verify_token=verify+me",
                "hub.mode=subscribe&hub.challenge=&hub.verify_token=verify+me",
                "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
                "hub.mode=subscribe&hub.challenge=1&hub.verify_token=canary",
                "hub.mode=subscribe&hub.challenge=1&hub.verify_token=verify+me1",
                "hub.mode=subscribe&hub.challenge=%3Cscript%3E&hub.verify_token=verify+me",
                "hub.mode=subscribe&hub.challenge=1%0A&hub.verify_token=verify+me",
                "hub.mode=subscribe&hub.challenge=%zz&hub.verify_token=verify+me",
                "hub.mode=subscribe&hub.challenge=1&hub.challenge=2&hub.verify_token=verify+me"
            })
    void anythingElseIsRefused(String query) {
        assertThatThrownBy(() -> webhooks.answerHandshake(query))
                .isInstanceOfSatisfying(
                        HandshakeRefusedException.class,
                        e -> assertThat(e.httpStatus()).isEqualTo(403))
                .hasMessageNotContaining("canary")
                .hasMessageNotContaining("verify me");
    }

    @Test
    void aLongChallengeOrQueryIsRefused() {
        assertThat(webhooks.answerHandshake("subscribe", "verify me", "1".repeat(256)))
                .hasSize(256);
        assertThatThrownBy(() -> webhooks.answerHandshake("subscribe", "verify me", "1".repeat(257)))
                .isInstanceOf(HandshakeRefusedException.class);
        assertThatThrownBy(() -> webhooks.answerHandshake(QUERY + "&a=" + "1".repeat(9_000)))
                .isInstanceOf(HandshakeRefusedException.class);
        assertThatThrownBy(() -> webhooks.answerHandshake((String) null)).isInstanceOf(HandshakeRefusedException.class);
    }

    @Test
    void withoutATokenSetEveryHandshakeIsRefused() {
        Webhooks none = Webhooks.builder().appSecret(Samples.APP_SECRET).build();
        assertThatThrownBy(() -> none.answerHandshake(QUERY))
                .isInstanceOf(HandshakeRefusedException.class)
                .hasMessageContaining("Webhooks.Builder.verifyToken");
    }

    @Property(tries = 500)
    void anyQueryIsAnsweredOrRefused(@ForAll String query) {
        assertThatThrownBy(() -> webhooks.answerHandshake(query)).isInstanceOf(HandshakeRefusedException.class);
    }
}
