package dev.waxseal.audit.chain;

import com.google.crypto.tink.prf.Prf;
import dev.waxseal.audit.AuditEvent;
import dev.waxseal.audit.AuditStore;
import dev.waxseal.audit.AuditTrail;
import dev.waxseal.error.IntegrityException;
import dev.waxseal.key.ring.Cryptography;
import dev.waxseal.key.ring.KeyRing;
import dev.waxseal.wire.Canonical;
import dev.waxseal.wire.MalformedValueException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A trail in which each event carries an HMAC-SHA256 over itself and the link before it, under a key that the database
 * holds only wrapped: who can write to the database but doesn't have the root key can't alter, drop, add or reorder an
 * event without breaking a link. Thread safe.
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
        Prf prf = keys.auditFunction();
        long events = 0;
        for (Chain chain : Chain.values()) {
            byte[] before = new byte[0];
            long expected = 1;
            List<AuditStore.Link> page;
            do {
                page = store.read(keys.tenant(), name(chain), expected - 1, PAGE);
                for (AuditStore.Link link : page) {
                    if (link.sequence() != expected) {
                        return new Verification(
                                events, Optional.of(name(chain) + " " + expected + ": the event is missing"));
                    }
                    byte[] right = link(prf, name(chain), expected, before, link.event());
                    if (!MessageDigest.isEqual(right, link.link())) {
                        return new Verification(
                                events,
                                Optional.of(name(chain) + " " + expected
                                        + ": the event or its link was altered, or stands in another place"));
                    }
                    before = right;
                    expected++;
                    events++;
                }
            } while (page.size() == PAGE);
        }
        return new Verification(events, Optional.empty());
    }
}
