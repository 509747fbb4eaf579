package node_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/dossier"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// availabilityAt is what a node was told last of the one person it knows.
func (w *town) availabilityAt(owner string) *spec.Availability {
	w.t.Helper()
	list := w.Current(owner, spec.KindAvailability)
	if len(list) != 1 {
		return &spec.Availability{}
	}
	var a spec.Availability
	if err := json.Unmarshal(spec.Payload(list[0].Token), &a); err != nil {
		w.t.Fatal(err)
	}
	return &a
}

// Slots placed first: who places one evening is offered work in it and at no
// other time, although no calendar is against it; the pattern is numbered, stands
// in the export, and without it all is as before.
func TestWhoPlacesSlotsIsAskedInThemAlone(t *testing.T) {
	w := newTown(t)
	g := w.gig("club", 1)
	const uid = "urn:uuid:0195f2d0-7c1e-7b1a-8d3e-3f6a1c2b4d81"
	path := "/v1/people/" + w.person + "/patterns/" + uid
	evening := w.day.Add(33 * time.Hour) // 18:00 in Japan on the day after
	slots := func(start time.Time) string {
		return `{"timeZone":"Asia/Tokyo","available":[{"start":"` + start.Add(9*time.Hour).Format("2006-01-02T15:04:05") + `","duration":"PT3H"}]}`
	}
	for sequence, body := range []string{slots(evening.Add(-24 * time.Hour)), slots(evening)} {
		var kept struct {
			UID      string
			Sequence int
		}
		a := desk(t, w.Federation, "city", http.MethodPut, path, body, nil)
		if err := json.Unmarshal(a.body, &kept); a.status != http.StatusOK || err != nil || kept.UID != uid || kept.Sequence != sequence+1 {
			t.Fatalf("%d: %s", a.status, a.body)
		}
	}
	w.Eventually("the club sees one evening", func() bool {
		b := w.availabilityAt("club").Busy
		return len(b) == 2 && b[0].Status == spec.BusyUnavailable && b[0].End == spec.FormatUTC(evening) && b[1].Start == spec.FormatUTC(evening.Add(3*time.Hour))
	})
	w.Eventually("the club's index proposes that evening", func() bool {
		page, _, err := w.Node("club").Engagements().Candidates(w.Context(), g.ID, 20, 20)
		return err == nil && len(page.Candidates) == 0 && len(page.Near) == 1 // half an hour each way does not fit into it
	})
	if a := desk(t, w.Federation, "city", http.MethodPut, path, strings.Replace(slots(evening.Add(-time.Hour)), "PT3H", "PT5H", 1), nil); a.status != http.StatusOK {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	w.Eventually("the club's index proposes the wider evening", func() bool {
		page, _, err := w.Node("club").Engagements().Candidates(w.Context(), g.ID, 20, 20)
		return err == nil && len(page.Candidates) == 1 && page.Candidates[0].Units[0].Start.Equal(evening.Add(-30*time.Minute))
	})
	list := desk(t, w.Federation, "city", http.MethodGet, strings.TrimSuffix(path, "/"+uid), "", nil)
	var whole dossier.Document
	if err := w.Node("city").Store().Read(w.Context(), func(tx *store.Tx) (err error) {
		whole, err = dossier.Of(tx, w.person, w.Clock.Now())
		return err
	}); err != nil || len(whole.Patterns) != 1 || whole.Patterns[0].Sequence != 3 || !strings.Contains(string(list.body), `"sequence":3`) {
		t.Errorf("the export has %+v, the list %s, %v", whole.Patterns, list.body, err)
	}
	for range 2 {
		if a := desk(t, w.Federation, "city", http.MethodDelete, path, "", nil); a.status != http.StatusNoContent {
			t.Fatalf("%d: %s", a.status, a.body)
		}
	}
	w.Eventually("without slots the calendar alone decides", func() bool { return len(w.availabilityAt("club").Busy) == 0 })
}

// A pattern that cannot be kept is refused by its field, in both languages.
func TestARefusedPatternNamesItsField(t *testing.T) {
	w := newTown(t)
	path := "/v1/people/" + w.person + "/patterns/urn:uuid:0195f2d0-7c1e-7b1a-8d3e-3f6a1c2b4d81"
	for body, want := range map[string][2]string{
		`{"timeZone":"Asia/Edo","available":[]}`: {"timeZone", "タイムゾーン"},
		`{"timeZone":"UTC","available":[{"start":"2026-04-06T18:00:00","duration":"PT1H","recurrenceRule":{"frequency":"weekly","bySetPosition":[1]}}]}`:                     {"available[0].recurrenceRule.bySetPosition", "契約にない"},
		`{"timeZone":"UTC","available":[{"start":"2026-04-06T18:00:00","duration":"PT1H","recurrenceRule":{"frequency":"weekly","count":2,"until":"2026-05-01T00:00:00"}}]}`: {"available[0].recurrenceRule.until", "どちらか一方"},
	} {
		a := desk(t, w.Federation, "city", http.MethodPut, path, body, http.Header{"Accept-Language": {"ja"}})
		var p struct{ Field, Detail, Type string }
		if err := json.Unmarshal(a.body, &p); err != nil || a.status != http.StatusUnprocessableEntity || p.Field != want[0] || !strings.Contains(p.Detail, want[1]) {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	if a := desk(t, w.Federation, "city", http.MethodPut, "/v1/people/"+w.person+"/travel", `{"before":30,"after":241}`, nil); a.status != http.StatusUnprocessableEntity || !strings.Contains(string(a.body), `"after"`) {
		t.Errorf("%d: %s", a.status, a.body)
	}
}
