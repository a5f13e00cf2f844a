package dev.waxseal.access;

import dev.waxseal.error.InvalidInputException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * That one principal may see components of one record type for one purpose, until a day. Immutable.
 *
 * @param id the grant's id
 * @param principal who may see
 * @param recordType the record type's stable name
 * @param purpose what for
 * @param revealed the components shown; {@value #EVERYTHING} for every component that isn't masked
 * @param masked the components shown under their masks
 * @param from since when
 * @param until until when; empty for no end
 * @param grantedBy who granted it
 * @param reason why
 */
public record Grant(
        String id,
        String principal,
        String recordType,
        String purpose,
        Set<String> revealed,
        Set<String> masked,
        Instant from,
        Optional<Instant> until,
        String grantedBy,
        String reason) {

    /** Stands for every component. */
    public static final String EVERYTHING = "*";

    private static final int MAX_REASON_LENGTH = 1_000;

    /** Checks the names and takes defensive copies. */
    public Grant {
        Access.require(principal, "principal");
        Access.require(purpose, "purpose");
        Access.require(recordType, "record type");
        Access.require(grantedBy, "name of who grants");
        InvalidInputException.requireText(reason, "reason of the grant", MAX_REASON_LENGTH);
        revealed = Set.copyOf(revealed);
        masked = Set.copyOf(masked);
        if (revealed.isEmpty() && masked.isEmpty()) {
            throw new InvalidInputException("a grant that reveals and masks nothing shows nothing: name components with"
                    + " reveal(…) or mask(…), or say revealAll()");
        }
        Set<String> both = new HashSet<>(revealed);
        both.retainAll(masked);
        if (!both.isEmpty()) {
            throw new InvalidInputException("a grant can't both reveal and mask " + new TreeSet<>(both) + ": keep one");
        }
        if (until.isPresent() && !until.get().isAfter(from)) {
            throw new InvalidInputException("a grant that ends at " + until.get() + " before it begins at " + from
                    + " grants nothing: give a later end");
        }
    }

    /**
     * Whether it holds at an instant.
     *
     * @param now the instant
     * @return true from its beginning until before its end
     */
    public boolean holdsAt(Instant now) {
        return !now.isBefore(from) && until.map(now::isBefore).orElse(true);
    }

    /**
     * What it says of one component.
     *
     * @param field the component
     * @return the verdict
     */
    public Verdict verdict(String field) {
        if (masked.contains(field)) {
            return Verdict.MASKED;
        }
        return revealed.contains(EVERYTHING) || revealed.contains(field) ? Verdict.REVEALED : Verdict.WITHHELD;
    }

    /**
     * Begins a grant.
     *
     * @param principal who may see
     * @return a builder
     */
    public static Builder to(String principal) {
        return new Builder(principal);
    }

    /** Gathers a grant; not thread safe. */
    public static final class Builder {
        private final String principal;
        private String recordType = "";
        private String purpose = "";
        private final Set<String> revealed = new TreeSet<>();
        private final Set<String> masked = new TreeSet<>();
        private Optional<Instant> until = Optional.empty();
        private String grantedBy = "";
        private String reason = "";

        private Builder(String principal) {
            this.principal = principal;
        }

        /**
         * On which record type.
         *
         * @param recordType its stable name
         * @return this
         */
        public Builder on(String recordType) {
            this.recordType = recordType;
            return this;
        }

        /**
         * For which purpose.
         *
         * @param purpose the purpose
         * @return this
         */
        public Builder purpose(String purpose) {
            this.purpose = purpose;
            return this;
        }

        /**
         * Every component that is collected for the purpose is shown, but for those named with {@link #mask}.
         *
         * @return this
         */
        public Builder revealAll() {
            revealed.add(EVERYTHING);
            return this;
        }

        /**
         * Which components are shown. May be called more than once.
         *
         * @param fields the components
         * @return this
         */
        public Builder reveal(String... fields) {
            revealed.addAll(List.of(fields));
            return this;
        }

        /**
         * Which components are shown under their masks. May be called more than once.
         *
         * @param fields the components
         * @return this
         */
        public Builder mask(String... fields) {
            masked.addAll(List.of(fields));
            return this;
        }

        /**
         * When it ends.
         *
         * @param until the first instant at which it doesn't hold any more
         * @return this
         */
        public Builder until(Instant until) {
            this.until = Optional.of(until);
            return this;
        }

        /**
         * Who grants it, and why.
         *
         * @param grantedBy who
         * @param reason why
         * @return this
         */
        public Builder by(String grantedBy, String reason) {
            this.grantedBy = grantedBy;
            this.reason = reason;
            return this;
        }

        /**
         * Makes the grant.
         *
         * @param from since when it holds
         * @return the grant
         * @throws InvalidInputException when principal, record type, purpose, grantor or reason is missing
         */
        public Grant from(Instant from) {
            return new Grant(
                    UUID.randomUUID().toString(),
                    principal,
                    recordType,
                    purpose,
                    revealed,
                    masked,
                    from,
                    until,
                    grantedBy,
                    reason);
        }
    }
}
