-- +goose Up
-- The same tables as for SQLite. Keys compare by their octets (COLLATE "C"), as there.

-- What this node remembers about itself.
CREATE TABLE meta (
    name  TEXT COLLATE "C" PRIMARY KEY,
    value TEXT NOT NULL
);

-- Numbers that are given out in order; the row is the lock.
CREATE TABLE counter (
    name TEXT COLLATE "C" PRIMARY KEY,
    n    BIGINT NOT NULL
);

-- Every admitted record, in the order of admission. 0 is no time, '' is no value.
CREATE TABLE ledger (
    pos         BIGINT PRIMARY KEY,
    id          TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    issuer      TEXT COLLATE "C" NOT NULL,
    audience    TEXT COLLATE "C" NOT NULL,
    subject     TEXT COLLATE "C" NOT NULL,
    uid         TEXT COLLATE "C" NOT NULL,
    sequence    BIGINT NOT NULL,
    issued_at   BIGINT NOT NULL,
    expires     BIGINT NOT NULL,
    until       BIGINT NOT NULL,
    purpose     TEXT NOT NULL,
    consent     TEXT NOT NULL,
    kid         TEXT NOT NULL,
    policy      BIGINT NOT NULL,
    token       TEXT NOT NULL,
    state       TEXT NOT NULL,
    admitted_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ledger_id ON ledger (id);
-- Writers ask for what they wrote.
CREATE INDEX ledger_issuer ON ledger (issuer, pos);
-- A subject has one issuer, that of its first record.
CREATE INDEX ledger_subject ON ledger (subject, pos) WHERE subject <> '';
-- Superseded records leave this index, so it stays as small as the present.
CREATE INDEX ledger_live ON ledger (kind, pos) WHERE state = 'live';

-- The highest version of each uid; uid leads, because it alone is random.
CREATE TABLE current (
    uid      TEXT COLLATE "C" NOT NULL,
    issuer   TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    sequence BIGINT NOT NULL,
    state    TEXT NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    expires  BIGINT NOT NULL,
    until    BIGINT NOT NULL,
    PRIMARY KEY (uid, issuer, audience)
);

-- The logs this node keeps, one for each reader; the row is the lock on n.
CREATE TABLE log (
    name     TEXT COLLATE "C" PRIMARY KEY,
    reader   TEXT COLLATE "C" NOT NULL,
    epoch    BIGINT NOT NULL,
    size     BIGINT NOT NULL,
    frontier BYTEA NOT NULL
);

-- The leaves of the logs, as appended.
CREATE TABLE log_entry (
    log   TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    id    TEXT COLLATE "C" NOT NULL,
    kind  TEXT NOT NULL,
    state TEXT NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (log, epoch, n)
);
CREATE INDEX log_entry_id ON log_entry (id, log);

-- Heads of other nodes that were accepted.
CREATE TABLE head (
    peer    TEXT COLLATE "C" NOT NULL,
    log     TEXT COLLATE "C" NOT NULL,
    epoch   BIGINT NOT NULL,
    size    BIGINT NOT NULL,
    note    TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (peer, log, epoch, size)
);

-- How far each neighbour's log was read.
CREATE TABLE cursor (
    peer      TEXT COLLATE "C" NOT NULL,
    log       TEXT COLLATE "C" NOT NULL,
    epoch     BIGINT NOT NULL,
    next      BIGINT NOT NULL,
    frontier  BYTEA NOT NULL,
    note      TEXT NOT NULL,
    pulled_at BIGINT NOT NULL,
    error     TEXT NOT NULL,
    failures  BIGINT NOT NULL,
    halted    BOOLEAN NOT NULL,
    relist    BOOLEAN NOT NULL,
    PRIMARY KEY (peer, log)
);

-- Records that a later fact may still admit.
CREATE TABLE parked (
    peer        TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    n           BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    requirement TEXT NOT NULL,
    waits       TEXT COLLATE "C" NOT NULL,
    token       TEXT NOT NULL,
    bytes       BIGINT NOT NULL,
    parked_at   BIGINT NOT NULL,
    expires     BIGINT NOT NULL,
    PRIMARY KEY (peer, id)
);
CREATE INDEX parked_waits ON parked (waits, parked_at);

-- Why records were refused. Their bytes are not kept.
CREATE TABLE refused (
    peer        TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    n           BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    requirement TEXT NOT NULL,
    problem     TEXT NOT NULL,
    detail      TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (peer, id, n)
);
CREATE INDEX refused_at ON refused (peer, at, n, id);

-- Evidence against a signer: two statements that cannot both be true.
CREATE TABLE proof (
    id     TEXT COLLATE "C" PRIMARY KEY,
    kind   TEXT NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    a      TEXT NOT NULL,
    b      TEXT NOT NULL,
    at     BIGINT NOT NULL
);

-- Which records' bytes stand in a proof, so that an erasure finds them.
CREATE TABLE proof_record (
    record TEXT COLLATE "C" NOT NULL,
    proof  TEXT COLLATE "C" NOT NULL,
    side   TEXT NOT NULL,
    PRIMARY KEY (record, proof, side)
);

-- Signed writes that were taken, each once.
CREATE TABLE replay (
    issuer  TEXT COLLATE "C" NOT NULL,
    jti     TEXT COLLATE "C" NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (issuer, jti)
);
CREATE INDEX replay_expires ON replay (expires);

-- Every key history ever accepted of a node.
CREATE TABLE key_history (
    node       TEXT COLLATE "C" NOT NULL,
    serial     BIGINT NOT NULL,
    token      TEXT NOT NULL,
    learned_at BIGINT NOT NULL,
    PRIMARY KEY (node, serial)
);

-- When this node first learned that a key was revoked.
CREATE TABLE revocation (
    node       TEXT COLLATE "C" NOT NULL,
    kid        TEXT COLLATE "C" NOT NULL,
    learned_at BIGINT NOT NULL,
    PRIMARY KEY (node, kid)
);

-- The policy log, entry by entry as agreed.
CREATE TABLE policy_entry (
    n      BIGINT PRIMARY KEY,
    id     TEXT COLLATE "C" NOT NULL,
    octets TEXT NOT NULL,
    at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX policy_entry_id ON policy_entry (id);

-- Policy heads with their cosignatures.
CREATE TABLE policy_head (
    size BIGINT PRIMARY KEY,
    note TEXT NOT NULL,
    at   BIGINT NOT NULL
);

-- The largest policy head a node has cosigned.
CREATE TABLE cosigned (
    node TEXT COLLATE "C" PRIMARY KEY,
    size BIGINT NOT NULL,
    root BYTEA NOT NULL
);

-- Bodies of confidential documents.
CREATE TABLE confidential (
    digest TEXT COLLATE "C" PRIMARY KEY,
    body   BYTEA NOT NULL
);

-- Documents that are not yet agreed, and the ballots they have.
CREATE TABLE draft (
    id    TEXT COLLATE "C" PRIMARY KEY,
    token TEXT NOT NULL,
    at    BIGINT NOT NULL
);

CREATE TABLE draft_ballot (
    draft  TEXT COLLATE "C" NOT NULL,
    issuer TEXT COLLATE "C" NOT NULL,
    token  TEXT NOT NULL,
    PRIMARY KEY (draft, issuer)
);

-- People of this node. Nothing in this table is ever signed or sent.
CREATE TABLE person (
    id         TEXT COLLATE "C" PRIMARY KEY,
    family_name TEXT NOT NULL,
    given_name  TEXT NOT NULL,
    family_kana TEXT NOT NULL,
    given_kana  TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    demo       BOOLEAN NOT NULL
);

-- Calendars as imported.
CREATE TABLE calendar (
    person      TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    ics         BYTEA NOT NULL,
    digest      TEXT NOT NULL,
    events      BIGINT NOT NULL,
    problems    BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (person, name)
);

CREATE TABLE talent_profile (
    person     TEXT COLLATE "C" PRIMARY KEY,
    region     TEXT NOT NULL,
    remote     BOOLEAN NOT NULL,
    languages  TEXT NOT NULL,
    skills     TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Consent records (ISO/IEC TS 27560).
CREATE TABLE consent (
    record_id    TEXT COLLATE "C" PRIMARY KEY,
    person       TEXT COLLATE "C" NOT NULL,
    recipient    TEXT COLLATE "C" NOT NULL,
    kinds        TEXT NOT NULL,
    purposes     TEXT NOT NULL,
    document     TEXT NOT NULL,
    state        TEXT NOT NULL,
    until        BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    withdrawn_at BIGINT NOT NULL
);
CREATE INDEX consent_person ON consent (person, created_at);
CREATE INDEX consent_recipient ON consent (recipient);

-- What a person is called toward one audience, and what was last said there.
CREATE TABLE pairwise (
    person        TEXT COLLATE "C" NOT NULL,
    audience      TEXT COLLATE "C" NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    subject       TEXT COLLATE "C" NOT NULL,
    uid           TEXT COLLATE "C" NOT NULL,
    consent       TEXT NOT NULL,
    record_id     TEXT COLLATE "C" NOT NULL,
    last_sequence BIGINT NOT NULL,
    last_id       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, audience, kind)
);
CREATE INDEX pairwise_subject ON pairwise (subject);

-- Subjects given to evaluators, one for each engagement.
CREATE TABLE engagement (
    subject    TEXT COLLATE "C" PRIMARY KEY,
    person     TEXT COLLATE "C" NOT NULL,
    evaluator  TEXT COLLATE "C" NOT NULL,
    consent    TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    until      BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX engagement_person ON engagement (person);

-- The giver's disclosure log: which n were served, to whom, when.
CREATE TABLE disclosure (
    id     TEXT COLLATE "C" PRIMARY KEY,
    log    TEXT COLLATE "C" NOT NULL,
    reader TEXT COLLATE "C" NOT NULL,
    epoch  BIGINT NOT NULL,
    from_n BIGINT NOT NULL,
    to_n   BIGINT NOT NULL,
    at     BIGINT NOT NULL
);
CREATE INDEX disclosure_log ON disclosure (log, epoch, from_n);
CREATE INDEX disclosure_reader ON disclosure (reader, at);

-- The receiver's disclosure log: who opened which record, and why.
CREATE TABLE opened (
    id      TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    who     TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id, at, who, purpose)
);

-- Receipts that readers owe.
CREATE TABLE receipt_due (
    id         TEXT COLLATE "C" NOT NULL,
    reader     TEXT COLLATE "C" NOT NULL,
    action     TEXT COLLATE "C" NOT NULL,
    order_id   TEXT NOT NULL,
    due        BIGINT NOT NULL,
    receipt_id TEXT NOT NULL,
    settled_at BIGINT NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (id, reader, action)
);
CREATE INDEX receipt_due_open ON receipt_due (due) WHERE receipt_id = '';
CREATE INDEX receipt_due_person ON receipt_due (person);

-- Ids whose bodies are gone for good.
CREATE TABLE erased (
    id TEXT COLLATE "C" PRIMARY KEY,
    at BIGINT NOT NULL
);

-- Bearer tokens, by SHA-256 of the secret.
CREATE TABLE token (
    hash       TEXT COLLATE "C" PRIMARY KEY,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    expires    BIGINT NOT NULL,
    revoked_at BIGINT NOT NULL
);

-- Who did what here.
CREATE TABLE audit (
    at     BIGINT NOT NULL,
    actor  TEXT COLLATE "C" NOT NULL,
    act    TEXT COLLATE "C" NOT NULL,
    object TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (at, actor, act, object)
);

-- Decisions with their findings, for the record and for previews.
CREATE TABLE decision (
    id             TEXT COLLATE "C" PRIMARY KEY,
    at             BIGINT NOT NULL,
    subject_record TEXT NOT NULL,
    policy_size    BIGINT NOT NULL,
    effect         TEXT NOT NULL,
    findings       TEXT NOT NULL
);
CREATE INDEX decision_at ON decision (at, id);

-- Entries of the status lists: an index is random and given once.
CREATE TABLE status_entry (
    list    TEXT COLLATE "C" NOT NULL,
    n       BIGINT NOT NULL,
    record  TEXT COLLATE "C" NOT NULL,
    revoked BOOLEAN NOT NULL,
    PRIMARY KEY (list, n)
);
CREATE UNIQUE INDEX status_entry_record ON status_entry (list, record);

-- Background work that one process does at a time.
CREATE TABLE lease (
    name   TEXT COLLATE "C" PRIMARY KEY,
    holder TEXT NOT NULL,
    until  BIGINT NOT NULL
);

-- How far readers say they have read; for the console alone.
CREATE TABLE ack (
    reader TEXT COLLATE "C" NOT NULL,
    log    TEXT COLLATE "C" NOT NULL,
    n      BIGINT NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (reader, log)
);

INSERT INTO counter (name, n) VALUES ('ledger', 0);
