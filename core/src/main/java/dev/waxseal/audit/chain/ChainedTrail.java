package dev.waxseal.audit.chain;

import com.google.crypto.tink.prf.Prf;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditStore;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.error.InvalidInputException;
import dev.waxseal.key.ring.Cryptography;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.wire.Canonical;
import dev.waxseal.wire.MalformedValueException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A trail in which each event carries an HMAC-SHA256 over itself and the link before it, under a key that the database
 * holds only wrapped: who can write to the database but doesn't have the root key can't alter, add or reorder an event,
 * nor drop one from between, without breaking a link. Dropping the end of a chain with its head is seen from a checkpoint
 * noted elsewhere. Thread safe.
 */
public final class ChainedTrail implements AuditTrail {
    private static final int LINK_BYTES = 32;
    private static final int PAGE = 1_000;

    private final AuditStore store;
    private final KeyRing keys;
    private final KeyRing.Separately together;
    private final KeyRing.Separately separately;

    public ChainedTrail(AuditStore store, KeyRing keys, KeyRing.Separately together, KeyRing.Separately separately) {
        this.store = store;
        this.keys = keys;
        this.together = together;
        this.separately = separately;
    }

    @Override
    public void changed(List<AuditEvent> events) {
        Prf prf = keys.auditFunction();
        together.run(() -> append(Chain.CHANGES, events, prf));
    }

    @Override
    public void accessed(List<AuditEvent> events) {
        Prf prf = keys.auditFunction();
        separately.run(() -> append(Chain.ACCESSES, events, prf));
    }

    private int append(Chain chain, List<AuditEvent> events, Prf prf) {
        for (AuditEvent event : events) {
            String json = EventJson.write(event);
            store.append(keys.tenant(), name(chain), last -> next(prf, name(chain), last, json));
        }
        return events.size();
    }

    private static String name(Chain chain) {
        return chain.name().toLowerCase(Locale.ROOT);
    }

    private AuditStore.Link next(Prf prf, String chain, Optional<AuditStore.Link> last, String event) {
        long sequence = last.map(AuditStore.Link::sequence).orElse(0L) + 1;
        byte[] before = last.map(AuditStore.Link::link).orElse(new byte[0]);
        return new AuditStore.Link(chain, sequence, event, link(prf, chain, sequence, before, event));
    }

    private byte[] link(Prf prf, String chain, long sequence, byte[] before, String event) {
        byte[] input = Canonical.of("waxseal/1/audit", keys.tenant(), chain, Long.toString(sequence), before, event);
        return Cryptography.compute(prf, input, LINK_BYTES);
    }

    @Override
    public List<Entry> read(Chain chain, long after, int limit) {
        List<Entry> entries = new ArrayList<>();
        for (AuditStore.Link link : store.read(keys.tenant(), name(chain), after, limit)) {
            try {
                entries.add(new Entry(link.sequence(), EventJson.read(link.event())));
            } catch (MalformedValueException e) {
                throw new IntegrityException(
                        "event " + link.sequence() + " of the chain '" + name(chain) + "' is no event any more: it was"
                                + " altered; verify the trail to see where it was tampered with first",
                        e);
            }
        }
        return entries;
    }

    @Override
    public Verification verify() {
        return verify(Map.of());
    }

    @Override
    public Verification verifySince(String checkpoint) {
        Map<String, String> noted = new HashMap<>();
        for (String end : checkpoint.split(";", -1)) {
            int at = end.indexOf(':');
            if (at < 0) {
                throw new InvalidInputException("this is no checkpoint: give what verify() told then");
            }
            noted.put(end.substring(0, at), end.substring(at + 1));
        }
        return verify(noted);
    }

    private Verification verify(Map<String, String> noted) {
        Prf prf = keys.auditFunction();
        long events = 0;
        List<String> ends = new ArrayList<>();
        Optional<String> broken = Optional.empty();
        for (Chain chain : Chain.values()) {
            Walk walk = new Walk(prf, name(chain), noted.get(name(chain)));
            broken = broken.or(walk::check);
            events += walk.sequence;
            ends.add(name(chain) + ":" + walk.end());
        }
        return new Verification(events, String.join(";", ends), broken);
    }

    /** One chain, from its first link on. */
    private final class Walk {
        private final Prf prf;
        private final String chain;
        private final @Nullable String noted;
        private byte[] link = new byte[0];
        private long sequence;
        private boolean notedMet;

        Walk(Prf prf, String chain, @Nullable String noted) {
            this.prf = prf;
            this.chain = chain;
            this.noted = noted;
            this.notedMet = noted == null || noted.equals(end());
        }

        String end() {
            return sequence + ":" + HexFormat.of().formatHex(link);
        }

        /** What is broken first, if anything. */
        Optional<String> check() {
            Optional<AuditStore.Head> head = store.head(keys.tenant(), chain);
            List<AuditStore.Link> page;
            do {
                page = store.read(keys.tenant(), chain, sequence, PAGE);
                for (AuditStore.Link next : page) {
                    if (next.sequence() != sequence + 1) {
                        return broken("the event is missing");
                    }
                    byte[] right = link(prf, chain, next.sequence(), link, next.event());
                    if (!MessageDigest.isEqual(right, next.link())) {
                        return broken("the event or its link was altered, or stands in another place");
                    }
                    link = right;
                    sequence++;
                    notedMet |= end().equals(noted);
                }
            } while (page.size() == PAGE);
            // The head was read first, so the links may have grown beyond it, but never stop short of it.
            if (sequence < head.map(AuditStore.Head::sequence).orElse(0L)) {
                return broken("the events from here on to the head are missing");
            }
            return notedMet ? Optional.empty() : broken("the event of the checkpoint is missing or another one");
        }

        private Optional<String> broken(String what) {
            return Optional.of(chain + " " + (sequence + 1) + ": " + what);
        }
    }
}
