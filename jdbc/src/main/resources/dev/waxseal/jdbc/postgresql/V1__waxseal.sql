-- Waxseal's tables, version 1, for PostgreSQL.
--
-- Applied by the library itself, or by the host's own migration tool (the name follows Flyway's convention; the file
-- holds plain SQL only, with every statement ended by a semicolon at the end of a line). References and ciphertexts
-- are all that stands in these tables; no column holds an id or a value of a person in clear, but for the components
-- that the host declares operational.
--
-- Key columns compare byte by byte (COLLATE "C"), so that pages come in the same order on every database.

CREATE TABLE waxseal_epoch (
    id BIGINT PRIMARY KEY,
    root_key_version TEXT NOT NULL,
    wrapped BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE,
    rewrapped_at TIMESTAMP WITH TIME ZONE,
    destroyed_at TIMESTAMP WITH TIME ZONE
);

CREATE TABLE waxseal_key (
    tenant TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    epoch BIGINT NOT NULL,
    wrapped BYTEA,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    destroyed_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (tenant, kind, name, version),
    CONSTRAINT waxseal_key_wrapped_until_destroyed CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);

CREATE INDEX waxseal_key_by_epoch ON waxseal_key (epoch);

CREATE TABLE waxseal_key_generation (
    tenant TEXT COLLATE "C" PRIMARY KEY,
    generation BIGINT NOT NULL
);

CREATE TABLE waxseal_record_generation (
    tenant TEXT COLLATE "C" PRIMARY KEY,
    generation BIGINT NOT NULL
);

CREATE TABLE waxseal_record (
    tenant TEXT COLLATE "C" NOT NULL,
    subject_ref TEXT COLLATE "C" NOT NULL,
    record_type TEXT COLLATE "C" NOT NULL,
    record_ref TEXT COLLATE "C" NOT NULL,
    subject_key_version INTEGER NOT NULL,
    policy_version INTEGER NOT NULL,
    revision BIGINT NOT NULL,
    operational JSONB NOT NULL,
    PRIMARY KEY (tenant, subject_ref, record_type, record_ref)
);

CREATE TABLE waxseal_compartment (
    tenant TEXT COLLATE "C" NOT NULL,
    subject_ref TEXT COLLATE "C" NOT NULL,
    record_type TEXT COLLATE "C" NOT NULL,
    record_ref TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    position INTEGER NOT NULL,
    expiry_day DATE,
    held_day DATE,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (tenant, subject_ref, record_type, record_ref, name),
    CONSTRAINT waxseal_compartment_of_record FOREIGN KEY (tenant, subject_ref, record_type, record_ref)
        REFERENCES waxseal_record (tenant, subject_ref, record_type, record_ref) ON DELETE CASCADE
);

CREATE INDEX waxseal_compartment_by_expiry_day
    ON waxseal_compartment (tenant, expiry_day, subject_ref, record_type, record_ref);

CREATE TABLE waxseal_index (
    tenant TEXT COLLATE "C" NOT NULL,
    subject_ref TEXT COLLATE "C" NOT NULL,
    record_type TEXT COLLATE "C" NOT NULL,
    record_ref TEXT COLLATE "C" NOT NULL,
    position INTEGER NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    key_version INTEGER NOT NULL,
    entry BYTEA NOT NULL,
    PRIMARY KEY (tenant, subject_ref, record_type, record_ref, position),
    CONSTRAINT waxseal_index_of_record FOREIGN KEY (tenant, subject_ref, record_type, record_ref)
        REFERENCES waxseal_record (tenant, subject_ref, record_type, record_ref) ON DELETE CASCADE
);

CREATE INDEX waxseal_index_by_entry
    ON waxseal_index (tenant, record_type, field, key_version, entry, subject_ref, record_ref);

CREATE TABLE waxseal_audit (
    tenant TEXT COLLATE "C" NOT NULL,
    chain TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    event TEXT NOT NULL,
    link BYTEA NOT NULL,
    PRIMARY KEY (tenant, chain, sequence)
);

CREATE TABLE waxseal_audit_head (
    tenant TEXT COLLATE "C" NOT NULL,
    chain TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    link BYTEA,
    PRIMARY KEY (tenant, chain)
);

CREATE TABLE waxseal_grant (
    tenant TEXT COLLATE "C" NOT NULL,
    id TEXT COLLATE "C" NOT NULL,
    principal TEXT COLLATE "C" NOT NULL,
    record_type TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    revealed TEXT[] NOT NULL,
    masked TEXT[] NOT NULL,
    valid_from TIMESTAMP WITH TIME ZONE NOT NULL,
    valid_until TIMESTAMP WITH TIME ZONE,
    granted_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    revoked_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX waxseal_grant_by_principal ON waxseal_grant (tenant, principal, record_type, id);

CREATE TABLE waxseal_policy (
    tenant TEXT COLLATE "C" NOT NULL,
    record_type TEXT COLLATE "C" NOT NULL,
    version INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    description TEXT NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, record_type, version)
);

CREATE TABLE waxseal_job (
    tenant TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    kind TEXT NOT NULL,
    begun_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE waxseal_job_shard (
    tenant TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    shard INTEGER NOT NULL,
    position TEXT NOT NULL,
    done BIGINT NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (tenant, name, shard),
    CONSTRAINT waxseal_job_shard_of_job FOREIGN KEY (tenant, name) REFERENCES waxseal_job (tenant, name) ON DELETE CASCADE
);

CREATE TABLE waxseal_schema (
    version INTEGER PRIMARY KEY,
    applied_at TIMESTAMP WITH TIME ZONE NOT NULL
);

INSERT INTO waxseal_schema (version, applied_at) VALUES (1, CURRENT_TIMESTAMP);
