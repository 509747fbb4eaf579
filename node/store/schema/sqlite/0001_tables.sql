-- +goose Up
-- The same tables as for PostgreSQL. Booleans are 0 and 1; tables that are found by their key alone have no rowid.

-- What this node remembers about itself.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Numbers that are given out in order; the row is the lock.
CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every admitted record, in the order of admission. 0 is no time, '' is no value.
CREATE TABLE ledger (
    pos         INTEGER PRIMARY KEY,
    id          TEXT NOT NULL,
    kind        TEXT NOT NULL,
    issuer      TEXT NOT NULL,
    audience    TEXT NOT NULL,
    subject     TEXT NOT NULL,
    uid         TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    issued_at   INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    until       INTEGER NOT NULL,
    purpose     TEXT NOT NULL,
    consent     TEXT NOT NULL,
    kid         TEXT NOT NULL,
    policy      INTEGER NOT NULL,
    token       TEXT NOT NULL,
    state       TEXT NOT NULL,
    admitted_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX ledger_id ON ledger (id);
-- Writers ask for what they wrote.
CREATE INDEX ledger_issuer ON ledger (issuer, pos);
-- A subject has one issuer, that of its first record.
CREATE INDEX ledger_subject ON ledger (subject, pos) WHERE subject <> '';
-- Superseded records leave this index, so it stays as small as the present.
CREATE INDEX ledger_live ON ledger (kind, pos) WHERE state = 'live';

-- The highest version of each uid; uid leads, because it alone is random.
CREATE TABLE current (
    uid      TEXT NOT NULL,
    issuer   TEXT NOT NULL,
    audience TEXT NOT NULL,
    id       TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    state    TEXT NOT NULL,
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    expires  INTEGER NOT NULL,
    until    INTEGER NOT NULL,
    PRIMARY KEY (uid, issuer, audience)
) STRICT, WITHOUT ROWID;

-- The logs this node keeps, one for each reader; the row is the lock on n.
CREATE TABLE log (
    name     TEXT NOT NULL PRIMARY KEY,
    reader   TEXT NOT NULL,
    epoch    INTEGER NOT NULL,
    size     INTEGER NOT NULL,
    frontier BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- The leaves of the logs, as appended.
CREATE TABLE log_entry (
    log   TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    n     INTEGER NOT NULL,
    id    TEXT NOT NULL,
    kind  TEXT NOT NULL,
    state TEXT NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (log, epoch, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_entry_id ON log_entry (id, log);

-- Heads of other nodes that were accepted.
CREATE TABLE head (
    peer    TEXT NOT NULL,
    log     TEXT NOT NULL,
    epoch   INTEGER NOT NULL,
    size    INTEGER NOT NULL,
    note    TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (peer, log, epoch, size)
) STRICT, WITHOUT ROWID;

-- How far each neighbour's log was read.
CREATE TABLE cursor (
    peer      TEXT NOT NULL,
    log       TEXT NOT NULL,
    epoch     INTEGER NOT NULL,
    next      INTEGER NOT NULL,
    frontier  BLOB NOT NULL,
    note      TEXT NOT NULL,
    pulled_at INTEGER NOT NULL,
    error     TEXT NOT NULL,
    failures  INTEGER NOT NULL,
    halted    INTEGER NOT NULL,
    relist    INTEGER NOT NULL,
    PRIMARY KEY (peer, log)
) STRICT, WITHOUT ROWID;

-- Records that a later fact may still admit.
CREATE TABLE parked (
    peer        TEXT NOT NULL,
    id          TEXT NOT NULL,
    n           INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    requirement TEXT NOT NULL,
    waits       TEXT NOT NULL,
    token       TEXT NOT NULL,
    bytes       INTEGER NOT NULL,
    parked_at   INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    PRIMARY KEY (peer, id)
) STRICT;
CREATE INDEX parked_waits ON parked (waits, parked_at);

-- Why records were refused. Their bytes are not kept.
CREATE TABLE refused (
    peer        TEXT NOT NULL,
    id          TEXT NOT NULL,
    n           INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    requirement TEXT NOT NULL,
    problem     TEXT NOT NULL,
    detail      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (peer, id, n)
) STRICT;
CREATE INDEX refused_at ON refused (peer, at, n, id);

-- Evidence against a signer: two statements that cannot both be true.
CREATE TABLE proof (
    id     TEXT NOT NULL PRIMARY KEY,
    kind   TEXT NOT NULL,
    issuer TEXT NOT NULL,
    a      TEXT NOT NULL,
    b      TEXT NOT NULL,
    at     INTEGER NOT NULL
) STRICT;

-- Which records' bytes stand in a proof, so that an erasure finds them.
CREATE TABLE proof_record (
    record TEXT NOT NULL,
    proof  TEXT NOT NULL,
    side   TEXT NOT NULL,
    PRIMARY KEY (record, proof, side)
) STRICT, WITHOUT ROWID;

-- Signed writes that were taken, each once.
CREATE TABLE replay (
    issuer  TEXT NOT NULL,
    jti     TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (issuer, jti)
) STRICT, WITHOUT ROWID;
CREATE INDEX replay_expires ON replay (expires);

-- Every key history ever accepted of a node.
CREATE TABLE key_history (
    node       TEXT NOT NULL,
    serial     INTEGER NOT NULL,
    token      TEXT NOT NULL,
    learned_at INTEGER NOT NULL,
    PRIMARY KEY (node, serial)
) STRICT;

-- When this node first learned that a key was revoked.
CREATE TABLE revocation (
    node       TEXT NOT NULL,
    kid        TEXT NOT NULL,
    learned_at INTEGER NOT NULL,
    PRIMARY KEY (node, kid)
) STRICT, WITHOUT ROWID;

-- The policy log, entry by entry as agreed.
CREATE TABLE policy_entry (
    n      INTEGER PRIMARY KEY,
    id     TEXT NOT NULL,
    octets TEXT NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX policy_entry_id ON policy_entry (id);

-- Policy heads with their cosignatures.
CREATE TABLE policy_head (
    size INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    at   INTEGER NOT NULL
) STRICT;

-- The largest policy head a node has cosigned.
CREATE TABLE cosigned (
    node TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL,
    root BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Bodies of confidential documents.
CREATE TABLE confidential (
    digest TEXT NOT NULL PRIMARY KEY,
    body   BLOB NOT NULL
) STRICT;

-- Documents that are not yet agreed, and the ballots they have.
CREATE TABLE draft (
    id    TEXT NOT NULL PRIMARY KEY,
    token TEXT NOT NULL,
    at    INTEGER NOT NULL
) STRICT;

CREATE TABLE draft_ballot (
    draft  TEXT NOT NULL,
    issuer TEXT NOT NULL,
    token  TEXT NOT NULL,
    PRIMARY KEY (draft, issuer)
) STRICT;

-- People of this node. Nothing in this table is ever signed or sent.
CREATE TABLE person (
    id         TEXT NOT NULL PRIMARY KEY,
    family_name TEXT NOT NULL,
    given_name  TEXT NOT NULL,
    family_kana TEXT NOT NULL,
    given_kana  TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    demo       INTEGER NOT NULL
) STRICT;

-- Calendars as imported.
CREATE TABLE calendar (
    person      TEXT NOT NULL,
    name        TEXT NOT NULL,
    ics         BLOB NOT NULL,
    digest      TEXT NOT NULL,
    events      INTEGER NOT NULL,
    problems    INTEGER NOT NULL,
    imported_at INTEGER NOT NULL,
    PRIMARY KEY (person, name)
) STRICT;

CREATE TABLE talent_profile (
    person     TEXT NOT NULL PRIMARY KEY,
    region     TEXT NOT NULL,
    remote     INTEGER NOT NULL,
    languages  TEXT NOT NULL,
    skills     TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- Consent records (ISO/IEC TS 27560).
CREATE TABLE consent (
    record_id    TEXT NOT NULL PRIMARY KEY,
    person       TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    kinds        TEXT NOT NULL,
    purposes     TEXT NOT NULL,
    document     TEXT NOT NULL,
    state        TEXT NOT NULL,
    until        INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    withdrawn_at INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_person ON consent (person, created_at);
CREATE INDEX consent_recipient ON consent (recipient);

-- What a person is called toward one audience, and what was last said there.
CREATE TABLE pairwise (
    person        TEXT NOT NULL,
    audience      TEXT NOT NULL,
    kind          TEXT NOT NULL,
    subject       TEXT NOT NULL,
    uid           TEXT NOT NULL,
    consent       TEXT NOT NULL,
    record_id     TEXT NOT NULL,
    last_sequence INTEGER NOT NULL,
    last_id       TEXT NOT NULL,
    PRIMARY KEY (person, audience, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX pairwise_subject ON pairwise (subject);

-- Subjects given to evaluators, one for each engagement.
CREATE TABLE engagement (
    subject    TEXT NOT NULL PRIMARY KEY,
    person     TEXT NOT NULL,
    evaluator  TEXT NOT NULL,
    consent    TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    until      INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX engagement_person ON engagement (person);

-- The giver's disclosure log: which n were served, to whom, when.
CREATE TABLE disclosure (
    id     TEXT NOT NULL PRIMARY KEY,
    log    TEXT NOT NULL,
    reader TEXT NOT NULL,
    epoch  INTEGER NOT NULL,
    from_n INTEGER NOT NULL,
    to_n   INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX disclosure_log ON disclosure (log, epoch, from_n);
CREATE INDEX disclosure_reader ON disclosure (reader, at);

-- The receiver's disclosure log: who opened which record, and why.
CREATE TABLE opened (
    id      TEXT NOT NULL,
    at      INTEGER NOT NULL,
    who     TEXT NOT NULL,
    purpose TEXT NOT NULL,
    PRIMARY KEY (id, at, who, purpose)
) STRICT, WITHOUT ROWID;

-- Receipts that readers owe.
CREATE TABLE receipt_due (
    id         TEXT NOT NULL,
    reader     TEXT NOT NULL,
    action     TEXT NOT NULL,
    order_id   TEXT NOT NULL,
    due        INTEGER NOT NULL,
    receipt_id TEXT NOT NULL,
    settled_at INTEGER NOT NULL,
    person     TEXT NOT NULL,
    PRIMARY KEY (id, reader, action)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_due_open ON receipt_due (due) WHERE receipt_id = '';
CREATE INDEX receipt_due_person ON receipt_due (person);

-- Ids whose bodies are gone for good.
CREATE TABLE erased (
    id TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Bearer tokens, by SHA-256 of the secret.
CREATE TABLE token (
    hash       TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    role       TEXT NOT NULL,
    person     TEXT NOT NULL,
    expires    INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who did what here.
CREATE TABLE audit (
    at     INTEGER NOT NULL,
    actor  TEXT NOT NULL,
    act    TEXT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (at, actor, act, object)
) STRICT, WITHOUT ROWID;

-- Decisions with their findings, for the record and for previews.
CREATE TABLE decision (
    id             TEXT NOT NULL PRIMARY KEY,
    at             INTEGER NOT NULL,
    subject_record TEXT NOT NULL,
    policy_size    INTEGER NOT NULL,
    effect         TEXT NOT NULL,
    findings       TEXT NOT NULL
) STRICT;
CREATE INDEX decision_at ON decision (at, id);

-- Entries of the status lists: an index is random and given once.
CREATE TABLE status_entry (
    list    TEXT NOT NULL,
    n       INTEGER NOT NULL,
    record  TEXT NOT NULL,
    revoked INTEGER NOT NULL,
    PRIMARY KEY (list, n)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX status_entry_record ON status_entry (list, record);

-- Background work that one process does at a time.
CREATE TABLE lease (
    name   TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far readers say they have read; for the console alone.
CREATE TABLE ack (
    reader TEXT NOT NULL,
    log    TEXT NOT NULL,
    n      INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    PRIMARY KEY (reader, log)
) STRICT, WITHOUT ROWID;

INSERT INTO counter (name, n) VALUES ('ledger', 0);
