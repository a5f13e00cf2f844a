package dev.waxseal;

/**
 * A record that a long job could not work on. Immutable; names the record by references, which tell nothing of the person.
 *
 * @param subject the data subject's reference in the stores and the audit trail
 * @param record the record's reference
 * @param reason why; no personal value
 */
public record FailedRecord(String subject, String record, String reason) {}
