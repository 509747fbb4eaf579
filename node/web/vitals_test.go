package web_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/focus"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/rhythm"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/storetest"
	"github.com/fukusen/fukusen/node/store/team"
	"github.com/fukusen/fukusen/spec"
)

// ownTables are where somebody's sleep and heart may stand, and nowhere else.
func ownTables() []string {
	return []string{"vital_choice", "vital_sleep", "vital_heart", "focus_slot"}
}

// written collects what a node writes to its log.
func written(t *testing.T) func() string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	before := os.Stderr
	os.Stderr = file
	t.Setenv("FUKUSEN_TEST_LOG", "1")
	t.Cleanup(func() {
		os.Stderr = before
		file.Close()
	})
	return func() string {
		octets, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(octets)
	}
}

// living does all that somebody can do with their sleep and heart without
// showing it: choose, upload, answer slots, and be considered in a team.
func (c *cast) living(person, team string, now time.Time, heart int) {
	c.t.Helper()
	r, ctx := c.Node("city").Rhythm(), c.Context()
	must := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatal(err)
		}
	}
	must(r.Choose(ctx, person, rhythm.Choice{Guard: focus.School, Counted: true}))
	_, err := r.Import(ctx, person, "secret-watch.csv", []byte(watch(now, 40, 5, heart)))
	must(err)
	d, err := r.Today(ctx, person)
	must(err)
	if len(d.Slots) < 2 || !d.Light {
		c.t.Fatalf("%d slots, light %v: nothing is shown by this", len(d.Slots), d.Light)
	}
	must(r.Answer(ctx, rhythm.Answer{Person: person, Start: d.Slots[0].Start, Yes: true}))
	must(r.Answer(ctx, rhythm.Answer{Person: person, Start: d.Slots[1].Start}))
	_, _, err = r.Week(ctx, person)
	must(err)
	_, err = r.Consider(ctx)
	must(err)
	must(c.Node("city").Store().Write(ctx, func(tx *store.Tx) error { return rhythm.Count(tx, now) }))
}

// answers are what the clerk and the operator are given of somebody by the
// contract, without the moment.
func (c *cast) answers(person string, now time.Time) string {
	c.t.Helper()
	var all strings.Builder
	for _, role := range []string{"clerk", "operator"} {
		token, err := c.Node("city").Access(role, "", time.Hour)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, path := range []string{"", "/export", "/vitals", "/focus", "/busy?from=" + fmt.Sprint(now.Unix()) + "&to=" + fmt.Sprint(now.Unix()+86400), "/calendars", "/holds"} {
			r, err := http.NewRequestWithContext(c.Context(), http.MethodGet, string(c.ID("city"))+"/v1/people/"+person+path, nil)
			if err != nil {
				c.t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+token)
			a := c.send(r)
			path, _, _ = strings.Cut(path, "?")
			fmt.Fprintln(&all, role, path, a.status, ours.ReplaceAllString(a.body, ""))
		}
	}
	return all.String()
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

// ours is what a reading of this test itself leaves in an answer, and moments.
var ours = regexp.MustCompile(`"(at|age|now|used)": ?[0-9]+|\{"at":[0-9]*,"purpose":"[a-z]+","who":"[^"]*"\},?|<time[^>]*>[^<]*</time>|` +
	// How far the node's own jobs and its readers of neighbours are.
	`(class="badge [a-z]+" )?data-live-key="(job|state|trust|peers|localhost)[^"]*">[^<]*`)

// TestSleepAndHeartChangeNothingForAnybodyElse: in one world somebody lets their
// home keep their sleep and heart, answers slots and is considered in a team, in
// the other they do not. Every row of the store but their own, every record and
// log of the node, every page that anybody else reaches, the operator's and the
// clerk's among them, and every answer of the contract are the same octets in
// both, at the neighbour too; and no line of the log names anything of it. What
// the person themself sees is not.
func TestSleepAndHeartChangeNothingForAnybodyElse(t *testing.T) {
	lines := written(t)
	c := newCast(t, nodetest.Club)
	now := morning(c.Federation)
	if _, err := c.Node("city").Gate().PutCalendar(t.Context(), c.own, "own", lecture(now)); err != nil {
		t.Fatal(err)
	}
	c.Consent("city", c.own, "club", spec.KindAvailability)
	c.Eventually("the club sees when the person is busy", func() bool { return len(c.Current("club", spec.KindAvailability)) == 1 })
	squad, err := c.Node("city").Rhythm().Found(t.Context(), c.club, "Eight")
	if err != nil {
		t.Fatal(err)
	}
	c.write(func(tx *store.Tx) error {
		return team.In(tx).PutMember(team.Member{Team: squad.ID, Person: c.own, State: team.Joined, Considered: true, AskedAt: 1, JoinedAt: 1})
	})
	if err := c.Node("city").Rhythm().Practise(t.Context(), c.club, squad.ID, "Outing", focus.Span{Start: now.Add(38 * time.Hour), End: now.Add(40 * time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Node("city").Rhythm().Consider(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.write(func(tx *store.Tx) error { return rhythm.Count(tx, now) })
	watchers := map[string]string{}
	for _, name := range []string{"another person", "clerk of the node", "operator of the node", "coordinator of the node", "clerk of the club", "coach of the club", "operator of the club"} {
		watchers[name] = c.cookie(c.visitor(name))
	}
	look := func() map[string]string {
		seen := map[string]string{"the contract": c.answers(c.own, now)}
		for name, secret := range watchers {
			for path, body := range c.walkWith(secret, c.visitor(name), c.things("/:person")[0]) {
				seen[name+" "+path] = ours.ReplaceAllString(body, "")
			}
			path := "/organisations/" + c.club + "/teams/" + squad.ID
			seen[name+" the team"] = c.send(c.askWith(secret, c.visitor(name), http.MethodGet, path, nil)).body
		}
		return seen
	}
	itself := append(itself(), append(ownTables(), "session", "audit", "opened", "attempt", "ceremony", "disclosure")...)
	look() // what reading itself leaves behind stands before the comparison
	before, rows := look(), c.contents()
	neighbour := c.Current("club", spec.KindAvailability)[0].Token
	c.living(c.own, squad.ID, now, 31)

	if changed := storetest.Changed(rows, c.contents(), itself...); len(changed) > 0 {
		t.Errorf("rows that are not the person's own changed: %v", changed)
	}
	after := look()
	for what, was := range before {
		if after[what] != was {
			t.Errorf("%s is another answer: %s", what, apart(was, after[what]))
		}
	}
	if len(after) != len(before) || len(before) < 60 {
		t.Errorf("%d answers, before %d", len(after), len(before))
	}
	if got := c.Current("club", spec.KindAvailability)[0].Token; got != neighbour {
		t.Error("the neighbour was told something else")
	}
	if !strings.Contains(lines(), "node ready") {
		t.Error("no log was read: nothing was compared")
	}
	for _, secret := range []string{c.own, "secret-watch", "rmssd", "vital_", "focus_slot"} {
		if strings.Contains(lines(), secret) {
			t.Errorf("the log says %q", secret)
		}
	}
	self := c.visitor("the person")
	page := c.send(c.ask(self, http.MethodGet, "/my/focus", nil)).body
	copied := c.send(c.ask(self, http.MethodGet, "/my/export.json", nil)).body
	if !strings.Contains(page, "f-shown-0") || !strings.Contains(copied, `"milliseconds": 31`) || !strings.Contains(copied, `"considered": true`) {
		t.Error("nor does the person see it: nothing was compared")
	}
	var own []string
	for _, change := range storetest.Changed(rows, c.contents(), "session", "audit") {
		if slices.ContainsFunc(ownTables(), func(table string) bool { return strings.HasPrefix(change, "+ "+table+" ") }) {
			own = append(own, change)
		}
	}
	if len(own) < 80 {
		t.Errorf("only %d rows were written: nothing was compared", len(own))
	}
	t.Logf("%d answers compared, %d own rows", len(before), len(own))
}
