package dev.waxseal.seal;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Where sealed records rest: an SPI for stores. Implementations are thread safe. Each method throws {@link
 * dev.waxseal.error.StoreException} when the store fails.
 */
public interface RecordStore {

    /**
     * A record as it rests, with the number that counts its writes.
     *
     * @param sealed the record
     * @param revision counts the writes of the record, from 1
     */
    record Stored(SealedRecord sealed, long revision) {}

    /** What a write expects to find. */
    enum Expect {
        /** Nothing in particular: the record is added or replaced. */
        ANYTHING,
        /** A record with the revision given. */
        REVISION
    }

    /**
     * Writes a record with all its compartments and index entries, replacing what was there, but for compartments that a
     * legal hold keeps ({@link SealedCompartment#heldDay()}): those stay as they are. In the same transaction it
     * makes sure that the subject key version and the key of every expiry day are still live, and holds them so until
     * the transaction ends, so that no record can be written under a key that is being destroyed.
     *
     * @param record the record
     * @param expect what must be found
     * @param revision the revision that must be found, where expected; otherwise ignored
     * @return the record's new revision
     * @throws dev.waxseal.error.SubjectErasedException when the subject key is destroyed
     * @throws dev.waxseal.error.DataExpiredException when the key of an expiry day is destroyed
     * @throws dev.waxseal.error.StoreException when a key is missing; retryable, when another revision was found than
     *     expected
     */
    long put(SealedRecord record, Expect expect, long revision);

    /**
     * A record by its key.
     *
     * @param key which record
     * @return the record, or empty where there is none
     */
    Optional<Stored> find(RecordKey key);

    /**
     * The records of one subject, in the order of their references.
     *
     * @param tenant the tenant
     * @param recordType the record type, or empty for all of them
     * @param subject the subject's reference
     * @param after the key of the last record seen, or empty to begin; the order is by record type, then reference
     * @param limit the most records to return, 1 to 1,000
     * @return the next records; fewer than the limit when there are no more
     */
    List<Stored> bySubject(
            String tenant, Optional<String> recordType, String subject, Optional<RecordKey> after, int limit);

    /**
     * The records that have one of some blind-index entries, in the order of subject and record reference, each once.
     *
     * @param tenant the tenant
     * @param recordType the record type
     * @param anyOf the entries, 1 to 8
     * @param after the key of the last record seen, or empty to begin
     * @param limit the most records to return, 1 to 1,000
     * @return the next records; fewer than the limit when there are no more
     */
    List<Stored> byIndex(
            String tenant, String recordType, List<IndexEntry> anyOf, Optional<RecordKey> after, int limit);

    /**
     * Deletes a record with its compartments and index entries.
     *
     * @param key which record
     * @return whether there was one
     */
    boolean delete(RecordKey key);

    /**
     * Deletes up to a number of records of a subject, of every record type.
     *
     * @param tenant the tenant
     * @param subject the subject's reference
     * @param limit the most records to delete, 1 to 1,000
     * @return how many were deleted; fewer than the limit when none is left
     */
    int deleteOfSubject(String tenant, String subject, int limit);

    /**
     * The records that have a compartment of an expiry day, in the order of subject, record type and record reference.
     *
     * @param tenant the tenant
     * @param day the expiry day
     * @param after the key of the last record seen, or empty to begin
     * @param limit the most records to return, 1 to 1,000
     * @return the next records; fewer than the limit when there are no more
     */
    List<Stored> dueOn(String tenant, LocalDate day, Optional<RecordKey> after, int limit);

    /**
     * A record, held by the calling thread's transaction until it ends: nobody else writes or deletes it meanwhile.
     *
     * @param key which record
     * @return the record, or empty where there is none
     */
    Optional<Stored> hold(RecordKey key);

    /**
     * What was last noted with {@link #noteGeneration}: how many destructions of keys these records have seen.
     *
     * @param tenant the tenant
     * @return the count, 0 where nothing was noted
     */
    long generation(String tenant);

    /**
     * Notes how many destructions the key store has counted, so that an older key store beside these records is seen.
     *
     * @param tenant the tenant
     * @param generation the key store's count
     */
    void noteGeneration(String tenant, long generation);

    /**
     * The records of one type, in the order of subject and record reference.
     *
     * @param tenant the tenant
     * @param recordType the record type
     * @param subjects the first hexadecimal digits of the subjects' references; empty for all of them
     * @param after the key of the last record seen, or empty to begin
     * @param limit the most records to return, 1 to 1,000
     * @return the next records; fewer than the limit when there are no more
     */
    List<Stored> ofType(String tenant, String recordType, String subjects, Optional<RecordKey> after, int limit);

    /**
     * How many records of a type there are.
     *
     * @param tenant the tenant
     * @param recordType the record type
     * @return their number
     */
    long countOfType(String tenant, String recordType);

    /**
     * Records of one type that are sealed under a policy below a version, in the order of subject and record reference.
     * Where the store can, they are held until the transaction ends, and those that another transaction holds are passed
     * over; where it can't, a {@link #put} with {@link Expect#REVISION} finds out.
     *
     * @param tenant the tenant
     * @param recordType the record type
     * @param policyVersion the version below which
     * @param after the key of the last record seen, or empty to begin
     * @param limit the most records to return, 1 to 1,000
     * @return the next records; none when there are no more that nobody holds
     */
    List<Stored> holdOlderThan(
            String tenant, String recordType, int policyVersion, Optional<RecordKey> after, int limit);

    /**
     * How many records of a type are sealed under a policy below a version.
     *
     * @param tenant the tenant
     * @param recordType the record type
     * @param policyVersion the version below which
     * @return their number, as committed
     */
    long countOlderThan(String tenant, String recordType, int policyVersion);

    /**
     * Notes that a record needs no sealing anew for a policy, since nothing in it can be read any more: its policy version
     * is raised, its revision and all else stay.
     *
     * @param key which record
     * @param policyVersion the version to note
     * @param revision the revision that the record must have
     * @return whether it was noted; false where the record is gone, has another revision, or a version as high
     */
    boolean notePolicy(RecordKey key, int policyVersion, long revision);

    /**
     * Records that have an entry in a blind index under an older version of its key, in the order of subject and record
     * reference. Where the store can, they are held until the transaction ends, and those that another transaction holds
     * are passed over.
     *
     * @param tenant the tenant
     * @param recordType the record type
     * @param index the index, as {@link IndexEntry#field} names it
     * @param keyVersion the version below which
     * @param after the key of the last record seen, or empty to begin
     * @param limit the most records to return, 1 to 1,000
     * @return the next records; none when there are no more that nobody holds
     */
    List<Stored> holdIndexedBefore(
            String tenant, String recordType, String index, int keyVersion, Optional<RecordKey> after, int limit);

    /**
     * How many entries a blind index has under older versions of its key.
     *
     * @param tenant the tenant
     * @param recordType the record type
     * @param index the index, as {@link IndexEntry#field} names it
     * @param keyVersion the version below which
     * @return their number, as committed
     */
    long countIndexedBefore(String tenant, String recordType, String index, int keyVersion);

    /**
     * Replaces a record's entries in the blind indexes, and nothing else of it, where it still has its revision.
     *
     * @param key which record
     * @param entries the new entries
     * @param revision the revision that the record must have
     * @return whether they were replaced; false where the record is gone or has another revision
     */
    boolean replaceIndex(RecordKey key, List<IndexEntry> entries, long revision);
}
