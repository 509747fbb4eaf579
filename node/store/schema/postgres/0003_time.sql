-- +goose Up
-- Work that organisations of this node offer, and time that its people have given.

-- Gigs of this node; the row is the lock on their places. uid and record are those of what was said last.
CREATE TABLE gig (
    id           TEXT COLLATE "C" PRIMARY KEY,
    organisation TEXT COLLATE "C" NOT NULL,
    audience     TEXT COLLATE "C" NOT NULL,
    record       TEXT COLLATE "C" NOT NULL,
    sequence     BIGINT NOT NULL,
    body         TEXT NOT NULL,
    places       BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    closed_at    BIGINT NOT NULL,
    turn         BIGINT NOT NULL
);
CREATE INDEX gig_organisation ON gig (organisation, created_at, id);

-- Offers of a gig to people elsewhere, by the id of the proposal's record.
CREATE TABLE offer (
    id          TEXT COLLATE "C" PRIMARY KEY,
    gig         TEXT COLLATE "C" NOT NULL,
    home        TEXT COLLATE "C" NOT NULL,
    subject     TEXT COLLATE "C" NOT NULL,
    units       TEXT NOT NULL,
    starts_at   BIGINT NOT NULL,
    ends_at     BIGINT NOT NULL,
    offer_until BIGINT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    hold        TEXT COLLATE "C" NOT NULL,
    party       TEXT NOT NULL,
    made_by     TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    settled_at  BIGINT NOT NULL
);
CREATE INDEX offer_gig ON offer (gig, created_at, id);
CREATE INDEX offer_hold ON offer (hold) WHERE hold <> '';
CREATE INDEX offer_open ON offer (offer_until, id) WHERE state = 'open';

-- The lock on a person's time.
CREATE TABLE diary (
    person TEXT COLLATE "C" PRIMARY KEY,
    turn   BIGINT NOT NULL
);

-- Offers to people of this node, by the id of the proposal's record.
CREATE TABLE proposal (
    id          TEXT COLLATE "C" PRIMARY KEY,
    person      TEXT COLLATE "C" NOT NULL,
    owner       TEXT COLLATE "C" NOT NULL,
    gig         TEXT COLLATE "C" NOT NULL,
    subject     TEXT COLLATE "C" NOT NULL,
    units       TEXT NOT NULL,
    starts_at   BIGINT NOT NULL,
    offer_until BIGINT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    hold        TEXT COLLATE "C" NOT NULL,
    received_at BIGINT NOT NULL,
    settled_at  BIGINT NOT NULL
);
CREATE INDEX proposal_person ON proposal (person, received_at, id);
CREATE INDEX proposal_open ON proposal (offer_until, id) WHERE state = 'open';

-- Time that a person has given, and what was said of it last.
CREATE TABLE hold (
    id         TEXT COLLATE "C" PRIMARY KEY,
    person     TEXT COLLATE "C" NOT NULL,
    owner      TEXT COLLATE "C" NOT NULL,
    proposal   TEXT COLLATE "C" NOT NULL,
    gig        TEXT COLLATE "C" NOT NULL,
    title      TEXT NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    uid        TEXT COLLATE "C" NOT NULL,
    record     TEXT COLLATE "C" NOT NULL,
    sequence   BIGINT NOT NULL,
    consent    TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT NOT NULL,
    release_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX hold_proposal ON hold (proposal);
CREATE INDEX hold_person ON hold (person, created_at, id);
CREATE INDEX hold_release ON hold (release_at, id) WHERE state = 'tentative';

-- The units of holds that keep time, and from when to when the person is on the way for them; a person starts one
-- thing at a time.
CREATE TABLE held (
    person     TEXT COLLATE "C" NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    leaves_at  BIGINT NOT NULL,
    returns_at BIGINT NOT NULL,
    hold       TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, starts_at)
);
CREATE INDEX held_hold ON held (hold);

-- What a person and an owner agreed on, at the person's home, by the hold.
CREATE TABLE term (
    work       TEXT COLLATE "C" PRIMARY KEY,
    person     TEXT COLLATE "C" NOT NULL,
    owner      TEXT COLLATE "C" NOT NULL,
    gig        TEXT COLLATE "C" NOT NULL,
    units      TEXT COLLATE "C" NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    due        BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX term_person ON term (person, starts_at, work);
CREATE INDEX term_due ON term (due, work);

-- Reds that either side raised. work is the hold at a home and the offer at an owner; person stands at their home alone.
CREATE TABLE red (
    uid         TEXT COLLATE "C" PRIMARY KEY,
    work        TEXT COLLATE "C" NOT NULL,
    person      TEXT COLLATE "C" NOT NULL,
    side        TEXT COLLATE "C" NOT NULL,
    record      TEXT COLLATE "C" NOT NULL,
    sequence    BIGINT NOT NULL,
    severity    TEXT COLLATE "C" NOT NULL,
    what        TEXT COLLATE "C" NOT NULL,
    ask         TEXT COLLATE "C" NOT NULL,
    help_by     BIGINT NOT NULL,
    raised_by   TEXT COLLATE "C" NOT NULL,
    raised_at   BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,
    closed_at   BIGINT NOT NULL
);
CREATE INDEX red_work ON red (work, raised_at, uid);
CREATE INDEX red_person ON red (person, raised_at, uid);
CREATE INDEX red_record ON red (record);

-- What was delivered, turn by turn, and the answer to each.
CREATE TABLE delivery (
    work            TEXT COLLATE "C" NOT NULL,
    turn            BIGINT NOT NULL,
    person          TEXT COLLATE "C" NOT NULL,
    record          TEXT COLLATE "C" NOT NULL,
    uid             TEXT COLLATE "C" NOT NULL,
    sequence        BIGINT NOT NULL,
    units           TEXT COLLATE "C" NOT NULL,
    hours           TEXT COLLATE "C" NOT NULL,
    value           TEXT COLLATE "C" NOT NULL,
    evidence        TEXT COLLATE "C" NOT NULL,
    at              BIGINT NOT NULL,
    state           TEXT COLLATE "C" NOT NULL,
    answer          TEXT COLLATE "C" NOT NULL,
    answer_uid      TEXT COLLATE "C" NOT NULL,
    answer_sequence BIGINT NOT NULL,
    reason          TEXT COLLATE "C" NOT NULL,
    answered_by     TEXT COLLATE "C" NOT NULL,
    answered_at     BIGINT NOT NULL,
    PRIMARY KEY (work, turn)
);
CREATE INDEX delivery_person ON delivery (person, at, work);
CREATE INDEX delivery_record ON delivery (record);
CREATE INDEX delivery_answer ON delivery (answer) WHERE answer <> '';
CREATE INDEX decision_subject ON decision (subject_record);
CREATE INDEX offer_subject ON offer (subject, home) WHERE subject <> '';

-- Secret addresses at which a person's time is read. Of each secret stands its SHA-256 alone.
CREATE TABLE feed (
    hash        TEXT COLLATE "C" PRIMARY KEY,
    person      TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    label       TEXT NOT NULL,
    granularity BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    used_at     BIGINT NOT NULL,
    revoked_at  BIGINT NOT NULL
);
CREATE INDEX feed_person ON feed (person, created_at, hash);

-- Calendars of a person that their programs follow and write. The row is the lock on one; turn counts its changes, and
-- what changed before floor is forgotten.
CREATE TABLE caldav_shelf (
    person     TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    turn       BIGINT NOT NULL,
    floor      BIGINT NOT NULL,
    properties TEXT NOT NULL,
    PRIMARY KEY (person, name)
);

-- What stands in them. What is gone keeps its name without a text, so that programs learn of it.
CREATE TABLE caldav_item (
    person     TEXT COLLATE "C" NOT NULL,
    shelf      TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    uid        TEXT COLLATE "C" NOT NULL,
    etag       TEXT COLLATE "C" NOT NULL,
    body       TEXT NOT NULL,
    gone       BOOLEAN NOT NULL,
    turn       BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (person, shelf, name)
);
CREATE INDEX caldav_item_turn ON caldav_item (person, shelf, turn);

-- When a person offers their time, as a document of the room of patterns.
CREATE TABLE pattern (
    person     TEXT COLLATE "C" NOT NULL,
    uid        TEXT COLLATE "C" NOT NULL,
    sequence   BIGINT NOT NULL,
    document   TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (person, uid)
);

-- How long a person is on the way to work at a place, and back.
CREATE TABLE travel (
    person         TEXT COLLATE "C" PRIMARY KEY,
    minutes_before BIGINT NOT NULL,
    minutes_after  BIGINT NOT NULL
);

-- Calendars that organisations of this node publish; uid and record are those of what was said last.
CREATE TABLE timetable (
    id           TEXT COLLATE "C" PRIMARY KEY,
    organisation TEXT COLLATE "C" NOT NULL,
    record       TEXT COLLATE "C" NOT NULL,
    sequence     BIGINT NOT NULL,
    body         TEXT NOT NULL,
    expires      BIGINT NOT NULL,
    state        TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    closed_at    BIGINT NOT NULL
);
CREATE INDEX timetable_organisation ON timetable (organisation, created_at, id);

-- Into whose week published calendars flow, and which version of each did last.
CREATE TABLE follower (
    person      TEXT COLLATE "C" NOT NULL,
    issuer      TEXT COLLATE "C" NOT NULL,
    uid         TEXT COLLATE "C" NOT NULL,
    record      TEXT COLLATE "C" NOT NULL,
    followed_at BIGINT NOT NULL,
    PRIMARY KEY (person, issuer, uid)
);
CREATE INDEX follower_of ON follower (issuer, uid, person);

-- Whoever chose that this node keeps their sleep and heart; without a row nothing of it is kept. It never leaves.
CREATE TABLE vital_choice (
    person    TEXT COLLATE "C" PRIMARY KEY,
    guard     TEXT COLLATE "C" NOT NULL,
    counted   BIGINT NOT NULL,
    chosen_at BIGINT NOT NULL
);

-- Nights; asleep is in seconds, 0 where nobody measured it.
CREATE TABLE vital_sleep (
    person    TEXT COLLATE "C" NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at   BIGINT NOT NULL,
    asleep    BIGINT NOT NULL,
    PRIMARY KEY (person, starts_at)
);

-- Heart rate variability, in microseconds.
CREATE TABLE vital_heart (
    person   TEXT COLLATE "C" NOT NULL,
    method   TEXT COLLATE "C" NOT NULL,
    taken_at BIGINT NOT NULL,
    micros   BIGINT NOT NULL,
    PRIMARY KEY (person, method, taken_at)
);

-- Slots of focus that somebody answered; one that is shown stands in held too, under its id.
CREATE TABLE focus_slot (
    id          TEXT COLLATE "C" PRIMARY KEY,
    person      TEXT COLLATE "C" NOT NULL,
    starts_at   BIGINT NOT NULL,
    ends_at     BIGINT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    shown       BIGINT NOT NULL,
    answered_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX focus_slot_person ON focus_slot (person, starts_at);

-- What a month's count said, small cells left out before anything is written.
CREATE TABLE vital_band (
    month TEXT COLLATE "C" NOT NULL,
    kind  TEXT COLLATE "C" NOT NULL,
    band  TEXT COLLATE "C" NOT NULL,
    n     BIGINT NOT NULL,
    PRIMARY KEY (month, kind, band)
);

-- Teams of an organisation of this node, who belongs to them, and when they practise.
CREATE TABLE team (
    id           TEXT COLLATE "C" PRIMARY KEY,
    organisation TEXT COLLATE "C" NOT NULL,
    name         TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    closed_at    BIGINT NOT NULL
);
CREATE INDEX team_organisation ON team (organisation, created_at, id);
CREATE TABLE team_member (
    team       TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    considered BIGINT NOT NULL,
    asked_at   BIGINT NOT NULL,
    joined_at  BIGINT NOT NULL,
    PRIMARY KEY (team, person)
);
CREATE INDEX team_member_person ON team_member (person, team);
CREATE TABLE practice (
    id         TEXT COLLATE "C" PRIMARY KEY,
    team       TEXT COLLATE "C" NOT NULL,
    title      TEXT NOT NULL,
    starts_at  BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX practice_team ON practice (team, starts_at, id);
CREATE INDEX practice_time ON practice (starts_at, id);

-- A better common time for a practice; people is "at least so many". One a practice, ever.
CREATE TABLE practice_move (
    practice    TEXT COLLATE "C" PRIMARY KEY,
    starts_at   BIGINT NOT NULL,
    people      BIGINT NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    proposed_at BIGINT NOT NULL,
    settled_at  BIGINT NOT NULL
);

-- Calendars of the outside that people connected, and how reading them fares. The address is a secret.
CREATE TABLE subscription (
    person     TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    title      TEXT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    url        TEXT NOT NULL,
    username   TEXT NOT NULL,
    password   TEXT NOT NULL,
    etag       TEXT NOT NULL,
    modified   TEXT NOT NULL,
    token      TEXT NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL,
    state      TEXT COLLATE "C" NOT NULL,
    reason     TEXT COLLATE "C" NOT NULL,
    problems   TEXT NOT NULL,
    failures   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    tried_at   BIGINT NOT NULL,
    read_at    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    whole_at   BIGINT NOT NULL,
    next_at    BIGINT NOT NULL,
    told_at    BIGINT NOT NULL,
    claim      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (person, name)
);
CREATE INDEX subscription_due ON subscription (next_at, person, name);
CREATE INDEX subscription_claim ON subscription (claim) WHERE claim <> '';

-- The resources of a collection as they were read last.
CREATE TABLE subscription_item (
    person TEXT COLLATE "C" NOT NULL,
    name   TEXT COLLATE "C" NOT NULL,
    href   TEXT COLLATE "C" NOT NULL,
    etag   TEXT NOT NULL,
    ics    BYTEA NOT NULL,
    PRIMARY KEY (person, name, href)
);
