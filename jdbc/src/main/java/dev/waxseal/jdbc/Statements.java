package dev.waxseal.jdbc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Every statement of the stores, for one dialect and schema. Nothing but parameters ever varies in them, so the drivers'
 * statement caches hold them all.
 */
final class Statements {
    /** The most entries of blind indexes that are asked for at once. */
    static final int MOST_ENTRIES = 8;

    private static final String RECORD_IS = "tenant = ? AND subject_ref = ? AND record_type = ? AND record_ref = ?";

    final String newestEpoch;
    final String epoch;
    final String addEpoch;
    final String epochs;
    final String holdEpoch;
    final String closeEpochsBefore;
    final String holdKeysBefore;
    final String countKeysBefore;
    final String rewrap;
    /** For PostgreSQL alone: the same for every key of a batch, whose columns are arrays. */
    final String rewrapAll;

    final String noteRewrapped;
    final String destroyEpoch;

    final String newestKey;
    final String keyVersion;
    final String addKey;
    final String destroyKey;
    private final String holdKeysBegin;
    private final String holdSubjectKey;
    private final String holdExpiryKeys;
    private final String holdKeysEnd;

    final String insertRecord;
    final String insertOrReplaceRecord;
    final String replaceRecord;
    final String revision;
    final String replaceRecordOfRevision;
    final String deleteCompartments;
    final String deleteIndex;
    final String insertCompartment;
    final String insertIndex;
    final String record;
    final String recordsOfSubject;
    final String recordsOfSubjectAfter;
    final String recordsOfSubjectAndType;
    final String recordsOfSubjectAndTypeAfter;
    /** By how many entries are asked for, from one on. */
    final List<String> recordsByIndex = new ArrayList<>();

    final List<String> recordsByIndexAfter = new ArrayList<>();
    final String holdIndexedBefore;
    final String countIndexedBefore;
    final String holdRecordOfRevision;
    final String recordsDue;
    final String recordsDueAfter;
    final String holdRecord;
    final String keyGeneration;
    final String addKeyGeneration;
    final String holdKeyGeneration;
    final String advanceKeyGeneration;
    final String recordGeneration;
    final String addRecordGeneration;
    final String noteRecordGeneration;
    final String keyVersions;
    final String destroyKeyVersion;
    final String holdKey;
    final String holdAllVersions;
    final String liveDays;
    final String deleteRecord;
    final String deleteRecordsOfSubject;

    final String recordsOfType;
    final String recordsOfTypeAfter;
    final String countOfType;
    final String recordsOlderThan;
    final String recordsOlderThanAfter;
    final String holdRecordsOlderThan;
    final String holdRecordsOlderThanAfter;
    final String recordsOlderThanBetween;
    final String countOlderThan;
    final String notePolicy;

    final String auditHead;
    final String auditHeadUnheld;
    final String addAuditHead;
    final String moveAuditHead;
    final String auditEvent;
    final String addAuditEvent;
    final String auditEvents;

    final String addGrant;
    final String revokeGrant;
    final String grants;

    final String addPolicy;
    final String policy;
    final String newestPolicy;

    final String addJob;
    final String addJobShard;
    final String job;
    final String holdJobShard;
    final String moveJobShard;
    final String restartJob;
    final String restartJobShards;

    final String newestKeys;
    final String addKeys;

    private final String prefix;
    private final Dialect dialect;

    /**
     * Makes the statements.
     *
     * @param schema the schema that holds the tables, or empty for the connection's own
     */
    Statements(Dialect dialect, String schema) {
        this.dialect = dialect;
        this.prefix = (schema.isEmpty() ? "" : schema + ".") + "waxseal_";

        String epochColumns = "SELECT id, root_key_version, wrapped, created_at, closed_at, rewrapped_at, destroyed_at"
                + " FROM waxseal_epoch";
        newestEpoch = in(epochColumns + " ORDER BY id DESC FETCH FIRST 1 ROW ONLY");
        epoch = in(epochColumns + " WHERE id = ?");
        epochs = in(epochColumns + " ORDER BY id");
        holdEpoch = in("SELECT closed_at FROM waxseal_epoch WHERE id = ? " + dialect.holdRows());
        closeEpochsBefore = in("UPDATE waxseal_epoch SET closed_at = ? WHERE id < ? AND closed_at IS NULL");
        holdKeysBefore = in("SELECT tenant, kind, name, version, epoch, wrapped, created_at, destroyed_at"
                + " FROM waxseal_key WHERE epoch < ? AND destroyed_at IS NULL"
                + " ORDER BY epoch FETCH FIRST ? ROWS ONLY " + dialect.holdKeysToRewrap() + " SKIP LOCKED");
        countKeysBefore = in("SELECT COUNT(*) FROM waxseal_key WHERE epoch < ? AND destroyed_at IS NULL");
        rewrap = in("UPDATE waxseal_key SET wrapped = ?, epoch = ?"
                + " WHERE tenant = ? AND kind = ? AND name = ? AND version = ? AND destroyed_at IS NULL");
        rewrapAll = in("UPDATE waxseal_key k SET wrapped = v.wrapped, epoch = v.epoch"
                + " FROM unnest(CAST(? AS BYTEA[]), CAST(? AS BIGINT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[]),"
                + " CAST(? AS TEXT[]), CAST(? AS INTEGER[])) AS v (wrapped, epoch, tenant, kind, name, version)"
                + " WHERE k.tenant = v.tenant AND k.kind = v.kind AND k.name = v.name AND k.version = v.version"
                + " AND k.destroyed_at IS NULL");
        noteRewrapped = in("UPDATE waxseal_epoch SET rewrapped_at = ?"
                + " WHERE id < ? AND closed_at IS NOT NULL AND rewrapped_at IS NULL");
        destroyEpoch = in("UPDATE waxseal_epoch SET wrapped = NULL, destroyed_at = ?"
                + " WHERE id = ? AND closed_at IS NOT NULL AND destroyed_at IS NULL AND NOT EXISTS"
                + " (SELECT 1 FROM waxseal_key k WHERE k.epoch = ? AND k.destroyed_at IS NULL)");
        addEpoch = in("INSERT INTO waxseal_epoch (id, root_key_version, wrapped, created_at) VALUES (?, ?, ?, ?)");

        String key = "SELECT version, epoch, wrapped, created_at, destroyed_at FROM waxseal_key"
                + " WHERE tenant = ? AND kind = ? AND name = ?";
        newestKey = in(key + " ORDER BY version DESC FETCH FIRST 1 ROW ONLY");
        keyVersion = in(key + " AND version = ?");
        addKey = in("INSERT INTO waxseal_key (tenant, kind, name, version, epoch, wrapped, created_at, destroyed_at)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
        destroyKey = in("UPDATE waxseal_key SET wrapped = NULL, destroyed_at = ?"
                + " WHERE tenant = ? AND kind = ? AND name = ? AND destroyed_at IS NULL");
        holdKeysBegin = in("SELECT kind, name, destroyed_at FROM waxseal_key WHERE ");
        holdSubjectKey = "(tenant = ? AND kind = 'SUBJECT' AND name = ? AND version = ?)";
        holdExpiryKeys = "(tenant = ? AND kind = 'EXPIRY' AND name IN (?";
        holdKeysEnd = " ORDER BY kind, name, version " + dialect.holdKeysInUse();

        insertRecord = in("INSERT INTO waxseal_record"
                + " (tenant, subject_ref, record_type, record_ref, subject_key_version, policy_version, operational, revision)"
                + " VALUES (?, ?, ?, ?, ?, ?, " + dialect.json() + ", 1)");
        insertOrReplaceRecord = in("INSERT INTO waxseal_record AS r"
                + " (tenant, subject_ref, record_type, record_ref, subject_key_version, policy_version, operational, revision)"
                + " VALUES (?, ?, ?, ?, ?, ?, " + dialect.json() + ", 1)"
                + " ON CONFLICT (tenant, subject_ref, record_type, record_ref) DO UPDATE"
                + " SET subject_key_version = excluded.subject_key_version, policy_version = excluded.policy_version,"
                + " operational = excluded.operational, revision = r.revision + 1 RETURNING revision");
        replaceRecord = in("UPDATE waxseal_record SET subject_key_version = ?, policy_version = ?, operational = "
                + dialect.json() + ", revision = revision + 1 WHERE " + RECORD_IS);
        revision = in("SELECT revision FROM waxseal_record WHERE " + RECORD_IS);
        replaceRecordOfRevision = replaceRecord + " AND revision = ?";
        deleteCompartments = in("DELETE FROM waxseal_compartment WHERE " + RECORD_IS + " AND held_day IS NULL");
        deleteIndex = in("DELETE FROM waxseal_index WHERE " + RECORD_IS);
        insertCompartment = in("INSERT INTO waxseal_compartment"
                + " (tenant, subject_ref, record_type, record_ref, position, name, expiry_day, held_day, sealed)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        insertIndex = in("INSERT INTO waxseal_index"
                + " (tenant, subject_ref, record_type, record_ref, position, field, key_version, entry)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

        record = page("waxseal_record r WHERE " + RECORD_IS);
        String ofSubject = "waxseal_record r WHERE tenant = ? AND subject_ref = ?";
        String inOrder = " ORDER BY record_type, record_ref FETCH FIRST ? ROWS ONLY";
        String after = " AND (record_type, record_ref) > (?, ?)";
        recordsOfSubject = page(ofSubject + inOrder);
        recordsOfSubjectAfter = page(ofSubject + after + inOrder);
        recordsOfSubjectAndType = page(ofSubject + " AND record_type = ?" + inOrder);
        recordsOfSubjectAndTypeAfter = page(ofSubject + " AND record_type = ?" + after + inOrder);
        for (int entries = 1; entries <= MOST_ENTRIES; entries++) {
            recordsByIndex.add(byIndex(entries, ""));
            recordsByIndexAfter.add(byIndex(entries, " AND (subject_ref, record_ref) > (?, ?)"));
        }
        String olderEntry = " FROM waxseal_index i WHERE i.tenant = r.tenant AND i.subject_ref = r.subject_ref"
                + " AND i.record_type = r.record_type AND i.record_ref = r.record_ref"
                + " AND i.field = ? AND i.key_version < ?";
        holdIndexedBefore = in("SELECT r.subject_ref, r.record_ref FROM waxseal_record r WHERE r.tenant = ?"
                + " AND r.record_type = ? AND (r.subject_ref, r.record_ref) > (?, ?) AND EXISTS (SELECT 1" + olderEntry
                + ") ORDER BY r.subject_ref, r.record_ref FETCH FIRST ? ROWS ONLY FOR UPDATE SKIP LOCKED");
        countIndexedBefore = in("SELECT COUNT(*) FROM waxseal_index"
                + " WHERE tenant = ? AND record_type = ? AND field = ? AND key_version < ?");
        holdRecordOfRevision = in("SELECT 1 FROM waxseal_record WHERE " + RECORD_IS + " AND revision = ? FOR UPDATE");
        String due = " c WHERE c.tenant = ? AND c.expiry_day = ?";
        String nextDue = " AND (c.subject_ref, c.record_type, c.record_ref) > (?, ?, ?)";
        recordsDue = due(due);
        recordsDueAfter = due(due + nextDue);
        holdRecord = in("SELECT 1 FROM waxseal_record WHERE " + RECORD_IS + " FOR UPDATE");
        keyGeneration = in("SELECT generation FROM waxseal_key_generation WHERE tenant = ?");
        addKeyGeneration = in("INSERT INTO waxseal_key_generation (tenant, generation) VALUES (?, 0)");
        holdKeyGeneration = keyGeneration + " " + dialect.holdRows();
        advanceKeyGeneration = in("UPDATE waxseal_key_generation SET generation = generation + 1 WHERE tenant = ?");
        recordGeneration = in("SELECT generation FROM waxseal_record_generation WHERE tenant = ?");
        addRecordGeneration = in("INSERT INTO waxseal_record_generation (tenant, generation) VALUES (?, ?)");
        noteRecordGeneration = in("UPDATE waxseal_record_generation SET generation = ? WHERE tenant = ?");
        keyVersions = in(key + " ORDER BY version");
        destroyKeyVersion = in("UPDATE waxseal_key SET wrapped = NULL, destroyed_at = ?"
                + " WHERE tenant = ? AND kind = ? AND name = ? AND version = ? AND destroyed_at IS NULL");
        holdKey = newestKey + " FOR UPDATE";
        holdAllVersions = in("SELECT 1 FROM waxseal_key WHERE tenant = ? AND kind = ? AND name = ?"
                + " ORDER BY version FOR UPDATE");
        liveDays = in("SELECT DISTINCT name FROM waxseal_key WHERE tenant = ? AND kind = 'EXPIRY' AND name <= ?"
                + " AND destroyed_at IS NULL ORDER BY name FETCH FIRST ? ROWS ONLY");
        deleteRecord = in("DELETE FROM waxseal_record WHERE " + RECORD_IS);
        deleteRecordsOfSubject = in(
                dialect == Dialect.H2
                        ? "DELETE FROM waxseal_record WHERE tenant = ? AND subject_ref = ? FETCH FIRST ? ROWS ONLY"
                        : "DELETE FROM waxseal_record WHERE (tenant, subject_ref, record_type, record_ref) IN"
                                + " (SELECT tenant, subject_ref, record_type, record_ref FROM waxseal_record"
                                + " WHERE tenant = ? AND subject_ref = ?" + inOrder + " FOR UPDATE)");

        String typeIs = "waxseal_record r WHERE tenant = ? AND record_type = ?";
        // The first comparison is for H2, which finds no rows by the second.
        String afterInType = " AND subject_ref >= ? AND (subject_ref, record_type, record_ref) > (?, ?, ?)";
        String inOrderOfSubjects = " ORDER BY subject_ref, record_ref FETCH FIRST ? ROWS ONLY";
        String subjectsAre = " AND subject_ref >= ? AND subject_ref < ?";
        recordsOfType = page(typeIs + subjectsAre + inOrderOfSubjects);
        recordsOfTypeAfter = page(typeIs + subjectsAre + afterInType + inOrderOfSubjects);
        countOfType = in("SELECT COUNT(*) FROM " + typeIs);
        String older = typeIs + " AND policy_version < ?";
        recordsOlderThan = page(older + inOrderOfSubjects);
        recordsOlderThanAfter = page(older + afterInType + inOrderOfSubjects);
        String keys = "SELECT subject_ref, record_ref FROM ";
        String held = inOrderOfSubjects + " FOR UPDATE SKIP LOCKED";
        holdRecordsOlderThan = in(keys + older + held);
        holdRecordsOlderThanAfter = in(keys + older + afterInType + held);
        recordsOlderThanBetween = page(older + " AND (subject_ref, record_type, record_ref) >= (?, ?, ?)"
                + " AND (subject_ref, record_type, record_ref) <= (?, ?, ?)");
        countOlderThan = in("SELECT COUNT(*) FROM " + older);
        notePolicy = in("UPDATE waxseal_record SET policy_version = ? WHERE " + RECORD_IS
                + " AND revision = ? AND policy_version < ?");

        auditHeadUnheld = in("SELECT sequence, link FROM waxseal_audit_head WHERE tenant = ? AND chain = ?");
        auditHead = auditHeadUnheld + " FOR UPDATE";
        addAuditHead = in("INSERT INTO waxseal_audit_head (tenant, chain, sequence, link) VALUES (?, ?, 0, NULL)");
        moveAuditHead = in("UPDATE waxseal_audit_head SET sequence = ?, link = ? WHERE tenant = ? AND chain = ?");
        auditEvent = in("SELECT event FROM waxseal_audit WHERE tenant = ? AND chain = ? AND sequence = ?");
        addAuditEvent = in("INSERT INTO waxseal_audit (tenant, chain, sequence, event, link) VALUES (?, ?, ?, ?, ?)");
        auditEvents = in("SELECT sequence, event, link FROM waxseal_audit"
                + " WHERE tenant = ? AND chain = ? AND sequence > ? ORDER BY sequence FETCH FIRST ? ROWS ONLY");

        addGrant = in("INSERT INTO waxseal_grant (tenant, id, principal, record_type, purpose, revealed, masked,"
                + " valid_from, valid_until, granted_by, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        revokeGrant = in("UPDATE waxseal_grant SET revoked_at = ? WHERE tenant = ? AND id = ? AND revoked_at IS NULL"
                + " AND (valid_until IS NULL OR valid_until > ?)");
        grants = in("SELECT id, principal, record_type, purpose, revealed, masked, valid_from, valid_until, granted_by,"
                + " reason FROM waxseal_grant WHERE tenant = ? AND principal = ? AND record_type = ?"
                + " AND revoked_at IS NULL ORDER BY id FETCH FIRST 1000 ROWS ONLY");

        addPolicy = in("INSERT INTO waxseal_policy"
                + " (tenant, record_type, version, fingerprint, description, registered_at) VALUES (?, ?, ?, ?, ?, ?)");
        String policies = "SELECT record_type, version, fingerprint, description, registered_at FROM waxseal_policy"
                + " WHERE tenant = ? AND record_type = ?";
        policy = in(policies + " AND version = ?");
        newestPolicy = in(policies + " ORDER BY version DESC FETCH FIRST 1 ROW ONLY");

        addJob = in("INSERT INTO waxseal_job (tenant, name, kind, begun_at) VALUES (?, ?, ?, ?)");
        addJobShard = in("INSERT INTO waxseal_job_shard (tenant, name, shard, position, done) VALUES (?, ?, ?, '', 0)");
        job = in("SELECT j.kind, j.begun_at, COUNT(*) AS shards, COUNT(s.finished_at) AS finished,"
                + " SUM(s.done) AS done, MAX(s.finished_at) AS finished_at FROM waxseal_job j"
                + " JOIN waxseal_job_shard s ON s.tenant = j.tenant AND s.name = j.name"
                + " WHERE j.tenant = ? AND j.name = ? GROUP BY j.kind, j.begun_at");
        holdJobShard = in("SELECT shard, position FROM waxseal_job_shard WHERE tenant = ? AND name = ?"
                + " AND finished_at IS NULL ORDER BY shard FETCH FIRST 1 ROW ONLY FOR UPDATE SKIP LOCKED");
        moveJobShard = in("UPDATE waxseal_job_shard SET position = ?, done = done + ?, finished_at = ?"
                + " WHERE tenant = ? AND name = ? AND shard = ?");
        restartJob = in("UPDATE waxseal_job SET begun_at = ? WHERE tenant = ? AND name = ?");
        restartJobShards = in("UPDATE waxseal_job_shard SET position = '', done = 0, finished_at = NULL"
                + " WHERE tenant = ? AND name = ?");

        // Each name is looked up by itself, whatever the planner knew of the table when the statement was prepared.
        newestKeys = in("SELECT n.tenant, n.kind, n.name, k.version, k.epoch, k.wrapped, k.created_at, k.destroyed_at"
                + " FROM unnest(CAST(? AS TEXT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[])) AS n (tenant, kind, name)"
                + " CROSS JOIN LATERAL (SELECT version, epoch, wrapped, created_at, destroyed_at FROM waxseal_key"
                + " WHERE tenant = n.tenant AND kind = n.kind AND name = n.name"
                + " ORDER BY version DESC FETCH FIRST 1 ROW ONLY) k");
        addKeys = in("INSERT INTO waxseal_key (tenant, kind, name, version, epoch, wrapped, created_at, destroyed_at)"
                + " SELECT * FROM unnest(CAST(? AS TEXT[]), CAST(? AS TEXT[]), CAST(? AS TEXT[]), CAST(? AS INTEGER[]),"
                + " CAST(? AS BIGINT[]), CAST(? AS BYTEA[]), CAST(? AS TIMESTAMP WITH TIME ZONE[]),"
                + " CAST(? AS TIMESTAMP WITH TIME ZONE[])) ON CONFLICT DO NOTHING");
    }

    /** Reads keys of a write and holds them: tenant, subject, version, tenant, then each of the expiry keys' names. */
    String holdKeys(int expiryKeys) {
        return holdKeysBegin + holdSubjectKey + " OR " + expiryKeys(expiryKeys) + holdKeysEnd;
    }

    /** Reads the subject key of a write and holds it: tenant, subject, version. */
    String holdSubjectKey() {
        return holdKeysBegin + holdSubjectKey + holdKeysEnd;
    }

    /** Reads the expiry keys of a write and holds them: tenant, then each name. */
    String holdExpiryKeys(int count) {
        return holdKeysBegin + expiryKeys(count) + holdKeysEnd;
    }

    private String expiryKeys(int count) {
        return holdExpiryKeys + String.join("", Collections.nCopies(count - 1, ", ?")) + "))";
    }

    private String in(String sql) {
        return sql.replace("waxseal_", prefix);
    }

    /** Each entry by itself, since H2 finds rows by an index only where nothing is joined by OR. */
    private String byIndex(int entries, String after) {
        String one = "(SELECT DISTINCT tenant, subject_ref, record_type, record_ref FROM waxseal_index"
                + " WHERE tenant = ? AND record_type = ? AND field = ? AND key_version = ? AND entry = ?" + after
                + " ORDER BY subject_ref, record_ref FETCH FIRST ? ROWS ONLY)";
        String any = entries == 1
                ? one
                : "(SELECT DISTINCT * FROM ("
                        + String.join(" UNION ALL ", Collections.nCopies(entries, "SELECT * FROM " + one + " hits"))
                        + ") every_hit ORDER BY subject_ref, record_ref FETCH FIRST ? ROWS ONLY)";
        return page(any + " hit JOIN waxseal_record r ON " + joined("hit", "r"));
    }

    private String due(String which) {
        return page(
                "(SELECT DISTINCT c.tenant, c.subject_ref, c.record_type, c.record_ref FROM waxseal_compartment"
                        + which + " ORDER BY c.subject_ref, c.record_type, c.record_ref FETCH FIRST ? ROWS ONLY) hit"
                        + " JOIN waxseal_record r ON " + joined("hit", "r"),
                "subject_ref, record_type, record_ref");
    }

    private String page(String from) {
        return page(from, "record_type, subject_ref, record_ref");
    }

    /**
     * Records with their compartments and index entries, by one statement: it sees one instant, where three would see a
     * write that comes between them by halves.
     */
    private String page(String from, String order) {
        String key = "p.subject_ref, p.record_type, p.record_ref";
        return in("WITH page AS (SELECT r.tenant, r.subject_ref, r.record_type, r.record_ref, r.subject_key_version,"
                + " r.policy_version, r.revision, CAST(r.operational AS CHARACTER VARYING) AS operational FROM " + from
                + ")"
                + " SELECT 0 AS part, " + key
                + ", 0 AS position, p.operational AS text, p.subject_key_version AS version,"
                + " p.revision AS revision, CAST(NULL AS DATE) AS expiry_day,"
                + " CAST(NULL AS " + dialect.bytesType() + ") AS content, p.policy_version AS policy FROM page p"
                + " UNION ALL SELECT 1, " + key + ", c.position, c.name, 0, 0, c.expiry_day, c.sealed, 0"
                + " FROM page p JOIN waxseal_compartment c ON " + joined("p", "c")
                + " UNION ALL SELECT 2, " + key + ", i.position, i.field, i.key_version, 0, NULL, i.entry, 0"
                + " FROM page p JOIN waxseal_index i ON " + joined("p", "i")
                + " ORDER BY " + order + ", part, position, text");
    }

    private static String joined(String left, String right) {
        return String.format(
                "%2$s.tenant = %1$s.tenant AND %2$s.subject_ref = %1$s.subject_ref"
                        + " AND %2$s.record_type = %1$s.record_type AND %2$s.record_ref = %1$s.record_ref",
                left, right);
    }
}
