-- +goose Up
-- Work that organisations of this node offer, and time that its people have given. Booleans are 0 and 1.

-- Gigs of this node; the row is the lock on their places. uid and record are those of what was said last.
CREATE TABLE gig (
    id           TEXT NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    audience     TEXT NOT NULL,
    record       TEXT NOT NULL,
    sequence     INTEGER NOT NULL,
    body         TEXT NOT NULL,
    places       INTEGER NOT NULL,
    state        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    closed_at    INTEGER NOT NULL,
    turn         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX gig_organisation ON gig (organisation, created_at, id);

-- Offers of a gig to people elsewhere, by the id of the proposal's record.
CREATE TABLE offer (
    id          TEXT NOT NULL PRIMARY KEY,
    gig         TEXT NOT NULL,
    home        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    units       TEXT NOT NULL,
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL,
    offer_until INTEGER NOT NULL,
    state       TEXT NOT NULL,
    hold        TEXT NOT NULL,
    party       TEXT NOT NULL,
    made_by     TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    settled_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX offer_gig ON offer (gig, created_at, id);
CREATE INDEX offer_hold ON offer (hold) WHERE hold <> '';
CREATE INDEX offer_open ON offer (offer_until, id) WHERE state = 'open';

-- The lock on a person's time.
CREATE TABLE diary (
    person TEXT NOT NULL PRIMARY KEY,
    turn   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Offers to people of this node, by the id of the proposal's record.
CREATE TABLE proposal (
    id          TEXT NOT NULL PRIMARY KEY,
    person      TEXT NOT NULL,
    owner       TEXT NOT NULL,
    gig         TEXT NOT NULL,
    subject     TEXT NOT NULL,
    units       TEXT NOT NULL,
    starts_at   INTEGER NOT NULL,
    offer_until INTEGER NOT NULL,
    state       TEXT NOT NULL,
    hold        TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    settled_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX proposal_person ON proposal (person, received_at, id);
CREATE INDEX proposal_open ON proposal (offer_until, id) WHERE state = 'open';

-- Time that a person has given, and what was said of it last.
CREATE TABLE hold (
    id         TEXT NOT NULL PRIMARY KEY,
    person     TEXT NOT NULL,
    owner      TEXT NOT NULL,
    proposal   TEXT NOT NULL,
    gig        TEXT NOT NULL,
    title      TEXT NOT NULL,
    state      TEXT NOT NULL,
    uid        TEXT NOT NULL,
    record     TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    consent    TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    settled_at INTEGER NOT NULL,
    release_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX hold_proposal ON hold (proposal);
CREATE INDEX hold_person ON hold (person, created_at, id);
CREATE INDEX hold_release ON hold (release_at, id) WHERE state = 'tentative';

-- The units of holds that keep time, and from when to when the person is on the way for them; a person starts one
-- thing at a time.
CREATE TABLE held (
    person     TEXT NOT NULL,
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    leaves_at  INTEGER NOT NULL,
    returns_at INTEGER NOT NULL,
    hold       TEXT NOT NULL,
    state      TEXT NOT NULL,
    PRIMARY KEY (person, starts_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_hold ON held (hold);

-- What a person and an owner agreed on, at the person's home, by the hold.
CREATE TABLE term (
    work       TEXT NOT NULL PRIMARY KEY,
    person     TEXT NOT NULL,
    owner      TEXT NOT NULL,
    gig        TEXT NOT NULL,
    units      TEXT NOT NULL,
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX term_person ON term (person, starts_at, work);
CREATE INDEX term_due ON term (due, work);

-- Reds that either side raised. work is the hold at a home and the offer at an owner; person stands at their home alone.
CREATE TABLE red (
    uid         TEXT NOT NULL PRIMARY KEY,
    work        TEXT NOT NULL,
    person      TEXT NOT NULL,
    side        TEXT NOT NULL,
    record      TEXT NOT NULL,
    sequence    INTEGER NOT NULL,
    severity    TEXT NOT NULL,
    what        TEXT NOT NULL,
    ask         TEXT NOT NULL,
    help_by     INTEGER NOT NULL,
    raised_by   TEXT NOT NULL,
    raised_at   INTEGER NOT NULL,
    answered_at INTEGER NOT NULL,
    closed_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX red_work ON red (work, raised_at, uid);
CREATE INDEX red_person ON red (person, raised_at, uid);
CREATE INDEX red_record ON red (record);

-- What was delivered, turn by turn, and the answer to each.
CREATE TABLE delivery (
    work            TEXT NOT NULL,
    turn            INTEGER NOT NULL,
    person          TEXT NOT NULL,
    record          TEXT NOT NULL,
    uid             TEXT NOT NULL,
    sequence        INTEGER NOT NULL,
    units           TEXT NOT NULL,
    hours           TEXT NOT NULL,
    value           TEXT NOT NULL,
    evidence        TEXT NOT NULL,
    at              INTEGER NOT NULL,
    state           TEXT NOT NULL,
    answer          TEXT NOT NULL,
    answer_uid      TEXT NOT NULL,
    answer_sequence INTEGER NOT NULL,
    reason          TEXT NOT NULL,
    answered_by     TEXT NOT NULL,
    answered_at     INTEGER NOT NULL,
    PRIMARY KEY (work, turn)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_person ON delivery (person, at, work);
CREATE INDEX delivery_record ON delivery (record);
CREATE INDEX delivery_answer ON delivery (answer) WHERE answer <> '';
CREATE INDEX decision_subject ON decision (subject_record);
CREATE INDEX offer_subject ON offer (subject, home) WHERE subject <> '';

-- Secret addresses at which a person's time is read. Of each secret stands its SHA-256 alone.
CREATE TABLE feed (
    hash        TEXT NOT NULL PRIMARY KEY,
    person      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    label       TEXT NOT NULL,
    granularity INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    used_at     INTEGER NOT NULL,
    revoked_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_person ON feed (person, created_at, hash);

-- Calendars of a person that their programs follow and write. The row is the lock on one; turn counts its changes, and
-- what changed before floor is forgotten.
CREATE TABLE caldav_shelf (
    person     TEXT NOT NULL,
    name       TEXT NOT NULL,
    turn       INTEGER NOT NULL,
    floor      INTEGER NOT NULL,
    properties TEXT NOT NULL,
    PRIMARY KEY (person, name)
) STRICT, WITHOUT ROWID;

-- What stands in them. What is gone keeps its name without a text, so that programs learn of it.
CREATE TABLE caldav_item (
    person     TEXT NOT NULL,
    shelf      TEXT NOT NULL,
    name       TEXT NOT NULL,
    uid        TEXT NOT NULL,
    etag       TEXT NOT NULL,
    body       TEXT NOT NULL,
    gone       INTEGER NOT NULL,
    turn       INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (person, shelf, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX caldav_item_turn ON caldav_item (person, shelf, turn);

-- When a person offers their time, as a document of the room of patterns.
CREATE TABLE pattern (
    person     TEXT NOT NULL,
    uid        TEXT NOT NULL,
    sequence   INTEGER NOT NULL,
    document   TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (person, uid)
) STRICT, WITHOUT ROWID;

-- How long a person is on the way to work at a place, and back.
CREATE TABLE travel (
    person         TEXT NOT NULL PRIMARY KEY,
    minutes_before INTEGER NOT NULL,
    minutes_after  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Calendars that organisations of this node publish; uid and record are those of what was said last.
CREATE TABLE timetable (
    id           TEXT NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    record       TEXT NOT NULL,
    sequence     INTEGER NOT NULL,
    body         TEXT NOT NULL,
    expires      INTEGER NOT NULL,
    state        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    closed_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX timetable_organisation ON timetable (organisation, created_at, id);

-- Into whose week published calendars flow, and which version of each did last.
CREATE TABLE follower (
    person      TEXT NOT NULL,
    issuer      TEXT NOT NULL,
    uid         TEXT NOT NULL,
    record      TEXT NOT NULL,
    followed_at INTEGER NOT NULL,
    PRIMARY KEY (person, issuer, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX follower_of ON follower (issuer, uid, person);

-- Whoever chose that this node keeps their sleep and heart; without a row nothing of it is kept. It never leaves.
CREATE TABLE vital_choice (
    person    TEXT NOT NULL PRIMARY KEY,
    guard     TEXT NOT NULL,
    counted   INTEGER NOT NULL,
    chosen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Nights; asleep is in seconds, 0 where nobody measured it.
CREATE TABLE vital_sleep (
    person    TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at   INTEGER NOT NULL,
    asleep    INTEGER NOT NULL,
    PRIMARY KEY (person, starts_at)
) STRICT, WITHOUT ROWID;

-- Heart rate variability, in microseconds.
CREATE TABLE vital_heart (
    person   TEXT NOT NULL,
    method   TEXT NOT NULL,
    taken_at INTEGER NOT NULL,
    micros   INTEGER NOT NULL,
    PRIMARY KEY (person, method, taken_at)
) STRICT, WITHOUT ROWID;

-- Slots of focus that somebody answered; one that is shown stands in held too, under its id.
CREATE TABLE focus_slot (
    id          TEXT NOT NULL PRIMARY KEY,
    person      TEXT NOT NULL,
    starts_at   INTEGER NOT NULL,
    ends_at     INTEGER NOT NULL,
    state       TEXT NOT NULL,
    shown       INTEGER NOT NULL,
    answered_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX focus_slot_person ON focus_slot (person, starts_at);

-- What a month's count said, small cells left out before anything is written.
CREATE TABLE vital_band (
    month TEXT NOT NULL,
    kind  TEXT NOT NULL,
    band  TEXT NOT NULL,
    n     INTEGER NOT NULL,
    PRIMARY KEY (month, kind, band)
) STRICT, WITHOUT ROWID;

-- Teams of an organisation of this node, who belongs to them, and when they practise.
CREATE TABLE team (
    id           TEXT NOT NULL PRIMARY KEY,
    organisation TEXT NOT NULL,
    name         TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    closed_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX team_organisation ON team (organisation, created_at, id);
CREATE TABLE team_member (
    team       TEXT NOT NULL,
    person     TEXT NOT NULL,
    state      TEXT NOT NULL,
    considered INTEGER NOT NULL,
    asked_at   INTEGER NOT NULL,
    joined_at  INTEGER NOT NULL,
    PRIMARY KEY (team, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX team_member_person ON team_member (person, team);
CREATE TABLE practice (
    id         TEXT NOT NULL PRIMARY KEY,
    team       TEXT NOT NULL,
    title      TEXT NOT NULL,
    starts_at  INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX practice_team ON practice (team, starts_at, id);
CREATE INDEX practice_time ON practice (starts_at, id);

-- A better common time for a practice; people is "at least so many". One a practice, ever.
CREATE TABLE practice_move (
    practice    TEXT NOT NULL PRIMARY KEY,
    starts_at   INTEGER NOT NULL,
    people      INTEGER NOT NULL,
    state       TEXT NOT NULL,
    proposed_at INTEGER NOT NULL,
    settled_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Calendars of the outside that people connected, and how reading them fares. The address is a secret.
CREATE TABLE subscription (
    person     TEXT NOT NULL,
    name       TEXT NOT NULL,
    title      TEXT NOT NULL,
    kind       TEXT NOT NULL,
    url        TEXT NOT NULL,
    username   TEXT NOT NULL,
    password   TEXT NOT NULL,
    etag       TEXT NOT NULL,
    modified   TEXT NOT NULL,
    token      TEXT NOT NULL,
    digest     TEXT NOT NULL,
    state      TEXT NOT NULL,
    reason     TEXT NOT NULL,
    problems   TEXT NOT NULL,
    failures   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    tried_at   INTEGER NOT NULL,
    read_at    INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    whole_at   INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,
    told_at    INTEGER NOT NULL,
    claim      TEXT NOT NULL,
    PRIMARY KEY (person, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX subscription_due ON subscription (next_at, person, name);
CREATE INDEX subscription_claim ON subscription (claim) WHERE claim <> '';

-- The resources of a collection as they were read last.
CREATE TABLE subscription_item (
    person TEXT NOT NULL,
    name   TEXT NOT NULL,
    href   TEXT NOT NULL,
    etag   TEXT NOT NULL,
    ics    BLOB NOT NULL,
    PRIMARY KEY (person, name, href)
) STRICT, WITHOUT ROWID;
