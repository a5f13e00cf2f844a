package dev.waxseal.key.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import dev.waxseal.key.KeyKind;
import dev.waxseal.key.KeyName;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LiveKeysTest {
    private final AtomicLong nanos = new AtomicLong();
    private final LiveKeys keys = new LiveKeys(2, Duration.ofMinutes(1), nanos::get);

    private static KeyName name(int number) {
        return new KeyName("default", KeyKind.SUBJECT, Integer.toString(number));
    }

    private static KeyCopy key(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return new KeyCopy(1, bytes);
    }

    /** The very array that is held, which nothing but this test gets hold of. */
    private byte[] held(KeyName name) throws ReflectiveOperationException {
        Field cache = LiveKeys.class.getDeclaredField("keys");
        cache.setAccessible(true);
        ConcurrentMap<?, ?> map = ((Cache<?, ?>) cache.get(keys)).asMap();
        Object held = map.get(name);
        Field bytes = held.getClass().getDeclaredField("bytes");
        bytes.setAccessible(true);
        return (byte[]) bytes.get(held);
    }

    @Test
    void aDroppedKeyIsOverwritten() throws Exception {
        keys.put(name(1), key(7));
        byte[] bytes = held(name(1));
        assertThat(bytes).containsOnly(7);
        keys.drop(name(1));
        assertThat(bytes).containsOnly(0);
        assertThat(keys.find(name(1))).isEmpty();
    }

    @Test
    void aKeyThatIsPushedOutIsOverwritten() throws Exception {
        List<byte[]> all = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            keys.put(name(i), key(i));
            // The newest may be the very one that is not admitted.
            if (keys.find(name(i)).isPresent()) {
                all.add(held(name(i)));
            }
            keys.cleanUp();
        }
        assertThat(all.stream().filter(bytes -> bytes[0] != 0).count()).isLessThanOrEqualTo(2);
    }

    @Test
    void aKeyThatIsTooOldIsOverwrittenThoughNobodyAsksForIt() throws Exception {
        keys.put(name(1), key(7));
        byte[] bytes = held(name(1));
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        keys.cleanUp();
        assertThat(bytes).containsOnly(0);
    }

    @Test
    void aReplacedKeyIsOverwritten() throws Exception {
        keys.put(name(1), key(7));
        byte[] bytes = held(name(1));
        keys.put(name(1), key(8));
        assertThat(bytes).containsOnly(0);
        assertThat(held(name(1))).containsOnly(8);
    }

    @Test
    void aCopyOutlivesTheKeyAndIsItsUsersToOverwrite() {
        KeyCopy given = key(7);
        keys.put(name(1), given);
        given.close();
        KeyCopy copy = keys.find(name(1)).orElseThrow();
        keys.dropAll();
        assertThat(copy.bytes()).containsOnly(7);
        copy.close();
        assertThat(copy.bytes()).containsOnly(0);
    }

    @Test
    void nobodyEverGetsAKeyThatIsHalfOverwritten() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> runs = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                runs.add(threads.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        keys.put(name(i % 3), key(9));
                        KeyCopy copy = keys.find(name((i + 1) % 3)).orElse(key(9));
                        for (byte each : copy.bytes()) {
                            if (each != 9) {
                                return false;
                            }
                        }
                    }
                    return true;
                }));
            }
            for (Future<Boolean> run : runs) {
                assertThat(run.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
