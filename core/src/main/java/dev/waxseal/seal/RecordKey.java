package dev.waxseal.seal;

/**
 * Which record, as the stores see it: by keyed references, so that no id of a person stands in the database.
 *
 * @param tenant the tenant
 * @param recordType the stable name of the record type
 * @param subject the data subject's reference: 32 hexadecimal digits
 * @param record the record's reference: 32 hexadecimal digits
 */
public record RecordKey(String tenant, String recordType, String subject, String record) {}
