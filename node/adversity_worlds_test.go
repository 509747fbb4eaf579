package node_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// An answer's times, heads and tokens: no two answers share their second, nor
// the signature over it. What a token says is compared, its moment is not.
var (
	moments = regexp.MustCompile(`"(now|checked_at|confirmed_at|served_at|iat|exp|nbf|at|age)":-?[0-9]+`)
	heads   = regexp.MustCompile(`\\nat [0-9]+|— [^ ]+ [A-Za-z0-9+/=]+|"sha256":"[^"]*"`)
	served  = regexp.MustCompile(`\{"at":0,"consent":[^}]*\},?`)
	// Who opened what grows by each asking of this test itself, by how many seconds it takes.
	readings = regexp.MustCompile(`\{"at":0,"purpose":"[a-z]+","who":"[^"]*"\},?`)
	tokens   = regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+`)
)

// timeless is an answer without its moment.
func timeless(said string) string {
	said = tokens.ReplaceAllStringFunc(said, func(token string) string {
		claims, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
		if err != nil {
			return token
		}
		return string(claims)
	})
	said = heads.ReplaceAllString(moments.ReplaceAllString(said, `"$1":0`), "")
	said = readings.ReplaceAllString(said, "")
	seen := make(map[string]bool) // a reading more is a row more, the same but for its time
	return served.ReplaceAllStringFunc(said, func(row string) string {
		row = strings.TrimSuffix(row, ",")
		if seen[row] {
			return ""
		}
		seen[row] = true
		return row
	})
}

// world is a node with the callers who may not know of everybody.
type world struct {
	programs
	reader      caller
	list        []program
	own, secret string
}

func newWorld(t *testing.T) world {
	f := nodetest.New(t, nodetest.City, rogue("rogue"), rogue("elsewhere"))
	w := world{programs: programs{t: t, f: f}, reader: callerOf(t, f, "rogue"), secret: spec.NewUUID()}
	for _, name := range []string{"rogue", "elsewhere"} {
		if _, err := f.Node("city").Peers().FetchKeys(f.Context(), f.ID(name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range operations(t) {
		w.all = append(w.all, o.id)
	}
	w.write(func(tx *store.Tx) error {
		for _, id := range []string{"club-1", "club-2", "club-3"} {
			if err := organisation.In(tx).Put(organisation.Organisation{ID: id, NameJA: id, NameEN: id, Kind: "club", CreatedAt: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	w.own = f.Person("city", "Own")
	f.Talent("city", w.own)
	f.Consent("city", w.own, "rogue", spec.KindTalent)
	for _, p := range w.make(w.own) {
		if p.dead || p.at != "home" { // a role at home may know of everybody
			w.list = append(w.list, p)
		}
	}
	w.list = append(w.list, program{name: "nobody"})
	return w
}

// said is all that these callers are answered to everything that may be read.
func (w world) said() map[string]string {
	w.t.Helper()
	f, all := w.f, make(map[string]string)
	note := func(what string, a answer) {
		h := ""
		for _, name := range []string{"Content-Type", "Cache-Control", "ETag", "Last-Modified", "Location", "WWW-Authenticate"} {
			h += name + ": " + a.header.Get(name) + "\n"
		}
		all[what] = timeless(fmt.Sprint(a.status, "\n", h, string(a.body)))
	}
	for _, o := range operations(w.t) {
		if o.method != http.MethodGet {
			continue
		}
		for _, person := range []string{w.own, w.secret} {
			for _, log := range []string{spec.PublicLog, spec.LogFor(w.reader.id), spec.LogFor(f.ID("elsewhere"))} {
				for _, p := range w.list {
					h := http.Header{}
					if p.secret != "" {
						h.Set("Authorization", "Bearer "+p.secret)
					}
					path := o.same(person, log)
					note(o.id+" on "+path+" by "+p.name, send(w.t, o.method, string(f.ID("city"))+path, nil, h))
				}
				path := o.same(person, log)
				note(o.id+" on "+path+" by a node", w.reader.sign(w.t, f.ID("city"), o.method, path, nil, f.Clock.Now(), nil).send(w.t))
				if !strings.Contains(o.path, "{log}") {
					break
				}
			}
			if !strings.Contains(o.path, "{person}") {
				break
			}
		}
	}
	return all
}

// same fills a path as at does, with the same values each time.
func (o operation) same(person, log string) string {
	for _, name := range []string{"{record}", "{gig}", "{hold}"} {
		o.path = strings.ReplaceAll(o.path, name, "urn:uuid:00000000-0000-4000-8000-000000000009")
	}
	return o.at(person, log)
}

// TestAnotherOnesDataChangesNoAnswerOfAnOperation: everything that can be read
// by the contract, asked by programs of other organisations, of another person,
// by dead tokens, by nobody and by another node, is the same by octets before
// somebody is registered, shared with somebody else, enrolled and imported, and
// after; what one of them may see does show.
func TestAnotherOnesDataChangesNoAnswerOfAnOperation(t *testing.T) {
	w := newWorld(t)
	f := w.f
	w.said() // what reading itself leaves behind stands before the comparison
	before := w.said()
	for world := range times(3, 200) {
		secret := w.secret
		if world > 0 {
			secret = spec.NewUUID()
		}
		w.write(func(tx *store.Tx) error {
			p := diary.Proposal{
				ID: spec.Digest([]byte(secret)), Person: secret, Owner: f.ID("elsewhere"), Gig: spec.Digest([]byte("Secret gig")), Units: "[]", OfferUntil: 1 << 40,
				State: diary.Open, ReceivedAt: 1,
			}
			return errors.Join(
				tx.PutPerson(store.Person{ID: secret, FamilyName: "Secret", GivenName: "Secret", FamilyKana: "ヒミツ", GivenKana: "ヒミツ", CreatedAt: 1, Demo: true}),
				diary.In(tx).AddProposal(p),
				diary.In(tx).PutHold(diary.Hold{ID: spec.RandomUUID(), Person: secret, Owner: p.Owner, Proposal: p.ID, Title: "Secret", State: work.HoldConfirmed, CreatedAt: 1}),
				board.In(tx).PutGig(board.Gig{ID: spec.RandomUUID(), Organisation: "home", Body: `{"title":"Secret"}`, Places: 1, State: board.Open, CreatedAt: 1}),
			)
		})
		w.account(secret, organisation.Active, "person@club-3")
		f.Talent("city", secret)
		f.Consent("city", secret, "elsewhere", spec.KindTalent, spec.KindAvailability)
		after := w.said()
		for what, was := range before {
			if after[what] != was {
				t.Errorf("world %d: %s is another answer: %s", world, what, apart(was, after[what]))
			}
		}
	}
	if len(before) < 700 {
		t.Errorf("only %d answers", len(before))
	}
	shared := f.Person("city", "Shared")
	f.Talent("city", shared)
	f.Consent("city", shared, "rogue", spec.KindTalent)
	changed := 0
	for what, is := range w.said() {
		if is != before[what] {
			changed++
			if !strings.HasSuffix(what, "by a node") || !strings.Contains(what, spec.LogFor(w.reader.id)) {
				t.Errorf("%s shows what only the reader may see: %s", what, apart(before[what], is))
			}
		}
	}
	if changed == 0 {
		t.Error("nor does the reader see what it was given: nothing was compared")
	}
	t.Logf("%d answers compared, %d show what was shared", len(before), changed)
}

// apart shows two answers from where they part.
func apart(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	i = max(0, i-80)
	return fmt.Sprintf("\n%.300s\n%.300s", a[min(i, len(a)):], b[min(i, len(b)):])
}
