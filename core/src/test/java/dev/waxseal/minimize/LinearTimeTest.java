package dev.waxseal.minimize;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that customers could write in order to keep a redactor busy. */
class LinearTimeTest {
    private static final int SMALL = 1 << 15;
    private static final int LARGE = 1 << 17;
    private static final int MOST_TAKEN = 1 << 20;
    /** Four times the text: four times the time if linear, sixteen if quadratic. */
    private static final double MOST_TIMES = 9;

    private static final Duration TOO_SHORT_TO_COMPARE = Duration.ofMillis(60);
    private static final Duration MOST = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4",
                "4111 ",
                "4-",
                "0",
                "+",
                "+4",
                "(",
                "(1",
                "@",
                "a@",
                "a@b.",
                "a.",
                ":",
                "::",
                "a:",
                "1:",
                "1.",
                "1.1.1.",
                "f",
                "DE89",
                "DE89 ",
                "A",
                "eyJ",
                "eyJ.",
                "sk_live_",
                "xoxb-",
                "-",
                "-----BEGIN ",
                "-----BEGIN PRIVATE KEY-----",
                "://",
                "x://a:",
                "?token=",
                "&key=a",
                "password",
                "password ",
                "password:",
                "password: a",
                "code ",
                "code 1",
                "123456 is ",
                "123-",
                "call 1234567 ",
                "card 4111111111111111 ",
                "ana@example.org ",
                "[",
                "[card",
                "[card]",
                "\u200B",
                "\uD83D\uDE00",
                "é",
                "e\u0301",
                "\u0664",
                "密",
                "\n",
                " ",
                "219-09-9999",
                "x1",
                "ext "
            })
    void timeGrowsWithTheLengthOfTheText(String unit) {
        String small = unit.repeat(SMALL / unit.length());
        String large = unit.repeat(LARGE / unit.length());

        Duration one = least(small, 2);
        Duration four = least(large, 1);
        if (isTooLong(one, four)) {
            // Perhaps the code wasn't compiled yet.
            one = least(small, 5);
            four = least(large, 3);
        }

        assertThat(isTooLong(one, four))
                .as("%s for a text, %s for four times as much", one, four)
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4",
                "4111 ",
                "(1",
                "@",
                "a@b.",
                ":",
                "a:",
                "?token=",
                "password:",
                "card 4111111111111111 ",
                "\u0664"
            })
    void aTextOfAMillionCharactersTakesSeconds(String unit) {
        assertThat(least(unit.repeat(MOST_TAKEN / unit.length()), 1)).isLessThan(MOST);
    }

    private static boolean isTooLong(Duration one, Duration four) {
        return four.compareTo(TOO_SHORT_TO_COMPARE) > 0 && four.toNanos() > MOST_TIMES * one.toNanos();
    }

    /** The least processor time of this thread, which other work on the machine doesn't lengthen. */
    private static Duration least(String text, int times) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < times; i++) {
            long start = threads.getCurrentThreadCpuTime();
            Redactor.standard().redact(text);
            least = Math.min(least, threads.getCurrentThreadCpuTime() - start);
        }
        return Duration.ofNanos(least);
    }
}
