-- Waxseal's tables, version 1, for H2.
--
-- Applied by the library itself, or by the host's own migration tool (the name follows Flyway's convention; the file
-- holds plain SQL only, with every statement ended by a semicolon at the end of a line). References and ciphertexts
-- are all that stands in these tables; no column holds an id or a value of a person in clear, but for the components
-- that the host declares operational.
--
-- H2 commits with every CREATE, so each statement can be repeated: an application that was cut off half-way, or that
-- two processes began at once, is completed by applying the file again. The version is noted last.

CREATE TABLE IF NOT EXISTS waxseal_epoch (
    id BIGINT PRIMARY KEY,
    root_key_version CHARACTER VARYING NOT NULL,
    wrapped BINARY VARYING,
    created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP(6) WITH TIME ZONE,
    rewrapped_at TIMESTAMP(6) WITH TIME ZONE,
    destroyed_at TIMESTAMP(6) WITH TIME ZONE
);

CREATE TABLE IF NOT EXISTS waxseal_key (
    tenant CHARACTER VARYING NOT NULL,
    kind CHARACTER VARYING NOT NULL,
    name CHARACTER VARYING NOT NULL,
    version INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    wrapped BINARY VARYING,
    created_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    destroyed_at TIMESTAMP(6) WITH TIME ZONE,
    PRIMARY KEY (tenant, kind, name, version),
    CONSTRAINT waxseal_key_wrapped_until_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

CREATE INDEX IF NOT EXISTS waxseal_key_by_epoch ON waxseal_key (epoch);

CREATE TABLE IF NOT EXISTS waxseal_key_generation (
    tenant CHARACTER VARYING PRIMARY KEY,
    generation BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS waxseal_record_generation (
    tenant CHARACTER VARYING PRIMARY KEY,
    generation BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS waxseal_record (
    tenant CHARACTER VARYING NOT NULL,
    subject_ref CHARACTER VARYING NOT NULL,
    record_type CHARACTER VARYING NOT NULL,
    record_ref CHARACTER VARYING NOT NULL,
    subject_key_version INTEGER NOT NULL,
    policy_version INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    operational JSON NOT NULL,
    PRIMARY KEY (tenant, subject_ref, record_type, record_ref)
);

CREATE TABLE IF NOT EXISTS waxseal_compartment (
    tenant CHARACTER VARYING NOT NULL,
    subject_ref CHARACTER VARYING NOT NULL,
    record_type CHARACTER VARYING NOT NULL,
    record_ref CHARACTER VARYING NOT NULL,
    name CHARACTER VARYING NOT NULL,
    position INTEGER NOT NULL,
    expiry_day DATE,
    held_day DATE,
    sealed BINARY LARGE OBJECT NOT NULL,
    PRIMARY KEY (tenant, subject_ref, record_type, record_ref, name),
    CONSTRAINT waxseal_compartment_of_record FOREIGN KEY (tenant, subject_ref, record_type, record_ref)
        REFERENCES waxseal_record (tenant, subject_ref, record_type, record_ref) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS waxseal_compartment_by_expiry_day
    ON waxseal_compartment (tenant, expiry_day, subject_ref, record_type, record_ref);

CREATE TABLE IF NOT EXISTS waxseal_index (
    tenant CHARACTER VARYING NOT NULL,
    subject_ref CHARACTER VARYING NOT NULL,
    record_type CHARACTER VARYING NOT NULL,
    record_ref CHARACTER VARYING NOT NULL,
    position INTEGER NOT NULL,
    field CHARACTER VARYING NOT NULL,
    key_version INTEGER NOT NULL,
    entry BINARY VARYING NOT NULL,
    PRIMARY KEY (tenant, subject_ref, record_type, record_ref, position),
    CONSTRAINT waxseal_index_of_record FOREIGN KEY (tenant, subject_ref, record_type, record_ref)
        REFERENCES waxseal_record (tenant, subject_ref, record_type, record_ref) ON DELETE CASCADE
);

CREATE INDEX IF NOT EXISTS waxseal_index_by_entry
    ON waxseal_index (tenant, record_type, field, key_version, entry, subject_ref, record_ref);

CREATE TABLE IF NOT EXISTS waxseal_audit (
    tenant CHARACTER VARYING NOT NULL,
    chain CHARACTER VARYING NOT NULL,
    sequence BIGINT NOT NULL,
    event CHARACTER VARYING NOT NULL,
    link BINARY VARYING NOT NULL,
    PRIMARY KEY (tenant, chain, sequence)
);

CREATE TABLE IF NOT EXISTS waxseal_audit_head (
    tenant CHARACTER VARYING NOT NULL,
    chain CHARACTER VARYING NOT NULL,
    sequence BIGINT NOT NULL,
    link BINARY VARYING,
    PRIMARY KEY (tenant, chain)
);

CREATE TABLE IF NOT EXISTS waxseal_grant (
    tenant CHARACTER VARYING NOT NULL,
    id CHARACTER VARYING NOT NULL,
    principal CHARACTER VARYING NOT NULL,
    record_type CHARACTER VARYING NOT NULL,
    purpose CHARACTER VARYING NOT NULL,
    revealed CHARACTER VARYING ARRAY NOT NULL,
    masked CHARACTER VARYING ARRAY NOT NULL,
    valid_from TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    valid_until TIMESTAMP(6) WITH TIME ZONE,
    granted_by CHARACTER VARYING NOT NULL,
    reason CHARACTER VARYING NOT NULL,
    revoked_at TIMESTAMP(6) WITH TIME ZONE,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX IF NOT EXISTS waxseal_grant_by_principal ON waxseal_grant (tenant, principal, record_type, id);

CREATE TABLE IF NOT EXISTS waxseal_policy (
    tenant CHARACTER VARYING NOT NULL,
    record_type CHARACTER VARYING NOT NULL,
    version INTEGER NOT NULL,
    fingerprint CHARACTER VARYING NOT NULL,
    description CHARACTER VARYING NOT NULL,
    registered_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, record_type, version)
);

CREATE TABLE IF NOT EXISTS waxseal_job (
    tenant CHARACTER VARYING NOT NULL,
    name CHARACTER VARYING NOT NULL,
    kind CHARACTER VARYING NOT NULL,
    begun_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE IF NOT EXISTS waxseal_job_shard (
    tenant CHARACTER VARYING NOT NULL,
    name CHARACTER VARYING NOT NULL,
    shard INTEGER NOT NULL,
    position CHARACTER VARYING NOT NULL,
    done BIGINT NOT NULL,
    finished_at TIMESTAMP(6) WITH TIME ZONE,
    PRIMARY KEY (tenant, name, shard),
    CONSTRAINT waxseal_job_shard_of_job FOREIGN KEY (tenant, name) REFERENCES waxseal_job (tenant, name) ON DELETE CASCADE
);

CREATE TABLE IF NOT EXISTS waxseal_schema (
    version INTEGER PRIMARY KEY,
    applied_at TIMESTAMP(6) WITH TIME ZONE NOT NULL
);

MERGE INTO waxseal_schema (version, applied_at) KEY (version) VALUES (1, CURRENT_TIMESTAMP);
