package nodetest

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/engage"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/badge"
)

func (f *Federation) read(at string, ask func(*store.Tx) error) {
	f.t.Helper()
	if err := f.Node(at).Store().Read(f.Context(), ask); err != nil {
		f.t.Fatalf("read at %s: %v", at, err)
	}
}

// Person registers a fictional person at a home node and returns the id.
func (f *Federation) Person(home, given string) string {
	f.t.Helper()
	p := store.Person{
		ID: uuid.NewString(), FamilyName: "Fiction", GivenName: given, FamilyKana: "フィクション", GivenKana: "ヒト",
		CreatedAt: f.Clock.Now().Unix(), Demo: true,
	}
	if err := f.Node(home).Store().Write(f.Context(), func(tx *store.Tx) error { return tx.PutPerson(p) }); err != nil {
		f.t.Fatalf("person: %v", err)
	}
	return p.ID
}

// Talent gives a person a skill and returns to how many readers it was said.
func (f *Federation) Talent(home, person string) int {
	f.t.Helper()
	said, err := f.Node(home).Gate().PutTalent(f.Context(), store.TalentProfile{
		Person: person, Region: "141003", Languages: []string{"ja"},
		Skills: []spec.Skill{{URI: "https://skills.example/rowing", Level: 4, Basis: "self"}},
	})
	if err != nil {
		f.t.Fatalf("talent: %v", err)
	}
	return said
}

// Proofs are the evidence that a node keeps against others.
func (f *Federation) Proofs(at string) []store.Proof {
	f.t.Helper()
	var out []store.Proof
	f.read(at, func(tx *store.Tx) error {
		var err error
		out, err = tx.Proofs(500)
		return err
	})
	return out
}

// Consent lets a person share kinds with another node for a month.
func (f *Federation) Consent(home, person, to string, kinds ...spec.Kind) consent.Record {
	f.t.Helper()
	purpose := "matching"
	if kinds[0] == spec.KindEvaluation {
		purpose = "evaluation"
	}
	r, err := f.Node(home).Gate().Grant(f.Context(), consent.Ask{
		Person: person, Recipient: f.ID(to), Kinds: kinds, Purposes: []string{purpose},
		Until: f.Clock.Now().Add(30 * 24 * time.Hour), Language: "en",
	})
	if err != nil {
		f.t.Fatalf("consent: %v", err)
	}
	return r
}

// Current lists what a node holds of one kind from others, as it may be used now.
func (f *Federation) Current(at string, kind spec.Kind) []store.Listed {
	f.t.Helper()
	var out []store.Listed
	f.read(at, func(tx *store.Tx) error {
		list, err := tx.ListCurrent(kind, "", f.Clock.Now().Unix(), 0, 500)
		for _, l := range list {
			if l.Current.Issuer != f.ID(at) {
				out = append(out, l)
			}
		}
		return err
	})
	return out
}

// Entry is a ledger row.
func (f *Federation) Entry(at string, id spec.ID) store.Entry {
	f.t.Helper()
	var e store.Entry
	f.read(at, func(tx *store.Tx) error {
		var err error
		e, err = tx.Entry(id)
		return err
	})
	return e
}

// Settled counts the receipts that came back for a person's records.
func (f *Federation) Settled(at, person, action string) int {
	f.t.Helper()
	n := 0
	f.read(at, func(tx *store.Tx) error {
		list, err := tx.ReceiptsOf(person)
		for _, r := range list {
			if r.Receipt != "" && r.Action == action {
				n++
			}
		}
		return err
	})
	return n
}

// Parked counts what waits of one neighbour.
func (f *Federation) Parked(at string, from spec.NodeID) int64 {
	f.t.Helper()
	var n int64
	f.read(at, func(tx *store.Tx) error {
		var err error
		n, _, err = tx.ParkedStats(from)
		return err
	})
	return n
}

// Evaluation is a credential under an engagement, with one key result.
func Evaluation(e engage.Engagement) *spec.Evaluation {
	value := "12"
	return &spec.Evaluation{
		Envelope: spec.Envelope{Subject: e.Subject, Consent: e.Consent, Until: e.Until.Unix()},
		Credential: spec.CredentialSubject{
			Achievement: badge.Achievement{
				ID: "https://fictional.example/achievements/1", Type: []string{"Achievement"}, Name: "Timetable",
				Description: "A winter timetable", Criteria: badge.Criteria{Narrative: "Fewer missed connections"},
				AchievementType: "Fieldwork",
				ResultDescription: []badge.ResultDescription{{
					ID: "https://fictional.example/results/1", Type: []string{"ResultDescription"},
					Name: "Missed connections", ResultType: "RawScore", ValueMin: "40", RequiredValue: "15",
				}},
			},
			Result: []badge.Result{{ResultDescription: "https://fictional.example/results/1", Value: &value}},
		},
		Own: &spec.EvaluationContext{Rubric: &badge.RubricUsed{Document: "urn:uuid:00000000-0000-4000-8000-000000000001", Version: 1}},
	}
}

// Account gives a person of a home an account, and answers a code by which its
// owner makes a first passkey.
func (f *Federation) Account(home, person string) (id, code string) {
	f.t.Helper()
	n := f.Node(home)
	err := n.Store().Write(f.Context(), func(tx *store.Tx) error {
		made, err := n.Door().Enrol(tx, account.Account{Person: person})
		if err != nil {
			return err
		}
		id = made.ID
		code, _, err = n.Door().IssueCode(tx, id, "desk", signin.Invite)
		return err
	})
	if err != nil {
		f.t.Fatalf("account: %v", err)
	}
	return id, code
}

// Staff gives somebody who is nobody of the register an account with a role.
func (f *Federation) Staff(home, name, role, at string) (id string) {
	f.t.Helper()
	n := f.Node(home)
	err := n.Store().Write(f.Context(), func(tx *store.Tx) error {
		made, err := n.Door().Enrol(tx, account.Account{Name: name, Demo: true})
		if err != nil {
			return err
		}
		id = made.ID
		now := f.Clock.Now().Unix()
		return organisation.In(tx).PutMembership(organisation.Membership{
			Organisation: at, Account: id, Role: role, State: organisation.Active, CreatedAt: now, JoinedAt: now,
		})
	})
	if err != nil {
		f.t.Fatalf("staff: %v", err)
	}
	return id
}

// SignedIn opens a session of an account, proven a moment ago, and answers the
// cookie of a browser that holds it.
func (f *Federation) SignedIn(home, id string) (name, secret string) {
	f.t.Helper()
	n := f.Node(home)
	secret = spec.RandomUUID()
	sum := sha256.Sum256([]byte(secret))
	now := f.Clock.Now().Unix()
	err := n.Store().Write(f.Context(), func(tx *store.Tx) error {
		return account.In(tx).PutSession(account.Session{
			Hash: hex.EncodeToString(sum[:]), Account: id, Method: access.ByPasskey, Agent: "Chrome Linux",
			CreatedAt: now, SeenAt: now, ProvenAt: now, Expires: now + 3600,
		})
	})
	if err != nil {
		f.t.Fatalf("sign in: %v", err)
	}
	return n.Door().CookieName(), secret
}
