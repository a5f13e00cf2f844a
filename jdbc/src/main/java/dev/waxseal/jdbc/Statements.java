package dev.waxseal.jdbc;

import java.util.Collections;

/**
 * Every statement of the stores, for one dialect and schema. Nothing but parameters ever varies in them, so the drivers'
 * statement caches hold them all.
 */
final class Statements {
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
    final String recordsByIndex;
    final String recordsByIndexAfter;
    final String deleteRecord;
    final String deleteRecordsOfSubject;

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
                + " ORDER BY epoch FETCH FIRST ? ROWS ONLY FOR UPDATE SKIP LOCKED");
        countKeysBefore = in("SELECT COUNT(*) FROM waxseal_key WHERE epoch < ? AND destroyed_at IS NULL");
        rewrap = in("UPDATE waxseal_key SET wrapped = ?, epoch = ?"
                + " WHERE tenant = ? AND kind = ? AND name = ? AND version = ? AND destroyed_at IS NULL");
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
        holdKeysEnd = " ORDER BY kind, name, version " + dialect.holdRows();

        insertRecord = in("INSERT INTO waxseal_record"
                + " (tenant, subject_ref, record_type, record_ref, subject_key_version, operational, revision)"
                + " VALUES (?, ?, ?, ?, ?, " + dialect.json() + ", 1)");
        insertOrReplaceRecord = in("INSERT INTO waxseal_record AS r"
                + " (tenant, subject_ref, record_type, record_ref, subject_key_version, operational, revision)"
                + " VALUES (?, ?, ?, ?, ?, " + dialect.json() + ", 1)"
                + " ON CONFLICT (tenant, subject_ref, record_type, record_ref) DO UPDATE"
                + " SET subject_key_version = excluded.subject_key_version, operational = excluded.operational,"
                + " revision = r.revision + 1 RETURNING revision");
        replaceRecord = in("UPDATE waxseal_record SET subject_key_version = ?, operational = " + dialect.json()
                + ", revision = revision + 1 WHERE " + RECORD_IS);
        revision = in("SELECT revision FROM waxseal_record WHERE " + RECORD_IS);
        replaceRecordOfRevision = replaceRecord + " AND revision = ?";
        deleteCompartments = in("DELETE FROM waxseal_compartment WHERE " + RECORD_IS);
        deleteIndex = in("DELETE FROM waxseal_index WHERE " + RECORD_IS);
        insertCompartment = in("INSERT INTO waxseal_compartment"
                + " (tenant, subject_ref, record_type, record_ref, position, name, expiry_day, sealed)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
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
        recordsByIndex = byIndex("");
        recordsByIndexAfter = byIndex(" AND (subject_ref, record_ref) > (?, ?)");
        deleteRecord = in("DELETE FROM waxseal_record WHERE " + RECORD_IS);
        deleteRecordsOfSubject = in(
                dialect == Dialect.H2
                        ? "DELETE FROM waxseal_record WHERE tenant = ? AND subject_ref = ? FETCH FIRST ? ROWS ONLY"
                        : "DELETE FROM waxseal_record WHERE (tenant, subject_ref, record_type, record_ref) IN"
                                + " (SELECT tenant, subject_ref, record_type, record_ref FROM waxseal_record"
                                + " WHERE tenant = ? AND subject_ref = ?" + inOrder + " FOR UPDATE)");

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

    private String byIndex(String after) {
        return page("(SELECT DISTINCT tenant, subject_ref, record_type, record_ref FROM waxseal_index"
                + " WHERE tenant = ? AND record_type = ? AND field = ? AND key_version = ? AND entry = ?" + after
                + " ORDER BY subject_ref, record_ref FETCH FIRST ? ROWS ONLY) hit JOIN waxseal_record r ON "
                + joined("hit", "r"));
    }

    /**
     * Records with their compartments and index entries, by one statement: it sees one instant, where three would see a
     * write that comes between them by halves.
     */
    private String page(String from) {
        String key = "p.subject_ref, p.record_type, p.record_ref";
        return in("WITH page AS (SELECT r.tenant, r.subject_ref, r.record_type, r.record_ref, r.subject_key_version,"
                + " r.revision, CAST(r.operational AS CHARACTER VARYING) AS operational FROM " + from + ")"
                + " SELECT 0 AS part, " + key
                + ", 0 AS position, p.operational AS text, p.subject_key_version AS version,"
                + " p.revision AS revision, CAST(NULL AS DATE) AS expiry_day,"
                + " CAST(NULL AS " + dialect.bytesType() + ") AS content FROM page p"
                + " UNION ALL SELECT 1, " + key + ", c.position, c.name, 0, 0, c.expiry_day, c.sealed"
                + " FROM page p JOIN waxseal_compartment c ON " + joined("p", "c")
                + " UNION ALL SELECT 2, " + key + ", i.position, i.field, i.key_version, 0, NULL, i.entry"
                + " FROM page p JOIN waxseal_index i ON " + joined("p", "i")
                + " ORDER BY record_type, subject_ref, record_ref, part, position");
    }

    private static String joined(String left, String right) {
        return String.format(
                "%2$s.tenant = %1$s.tenant AND %2$s.subject_ref = %1$s.subject_ref"
                        + " AND %2$s.record_type = %1$s.record_type AND %2$s.record_ref = %1$s.record_ref",
                left, right);
    }
}
