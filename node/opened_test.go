package node_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/spec"
)

// The export holds what a person chose about mail and the tokens of their
// account, and of those no secret.
func TestTheExportHoldsMailChoicesAndTokens(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	rower := f.Person("city", "Rower")
	id, _ := f.Account("city", rower)
	err := f.Node("city").Store().Write(f.Context(), func(tx *store.Tx) error {
		return errors.Join(
			inbox.In(tx).Choose(id, notice.ConsentAsked, false), inbox.In(tx).Choose(id, notice.ImportDone, true),
			inbox.In(tx).SetQuiet(id, notice.Quiet{From: "22:00", To: "07:00", Zone: "Asia/Tokyo"}),
			account.In(tx).PutToken(account.Token{Hash: "4e07408562bedb8b", Account: id, Name: "my calendar", Role: "person", Organisation: "home", CreatedAt: 5, Expires: 9}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	a := desk(t, f, "city", http.MethodGet, "/v1/people/"+rower+"/export", "", nil)
	for _, want := range []string{`"off":["consent.asked"]`, `"on":["import.done"]`, `"quiet":"22:00-07:00 Asia/Tokyo"`, `"tokens":[{"created":5,"name":"my calendar"}]`} {
		if !strings.Contains(string(a.body), want) {
			t.Errorf("the export lacks %s:\n%s", want, a.body)
		}
	}
	if strings.Contains(string(a.body), "4e07408562bedb8b") {
		t.Error("the export holds what a token is known by")
	}
}

// What staff read of a person by the contract stands in that person's export,
// each kind of reading with its word; the person's own reading does not, and
// neither does a question about somebody who is not there.
func TestAPersonReadsWhatStaffAskedTheContract(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	rower, stranger := f.Person("city", "Rower"), spec.RandomUUID()
	own, err := f.Node("city").Access("person", rower, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	export := func() []string {
		a := send(t, http.MethodGet, string(f.ID("city"))+"/v1/people/"+rower+"/export", nil, http.Header{"Authorization": {"Bearer " + own}})
		var read struct {
			Opened []struct{ Who, Purpose string }
		}
		if err := json.Unmarshal(a.body, &read); err != nil || a.status != http.StatusOK {
			t.Fatalf("%d %s: %v", a.status, a.body, err)
		}
		var list []string
		for _, o := range read.Opened {
			list = append(list, o.Who+" "+o.Purpose)
		}
		slices.Sort(list)
		return list
	}
	if got := export(); len(got) != 0 {
		t.Errorf("before anybody looked: %q", got)
	}
	for _, path := range []string{"", "/calendars", "/busy?from=1790000000&to=1790003600", "/consents", "/disclosures", "/receipts", "/evaluations", "/export"} {
		for _, person := range []string{rower, stranger} {
			desk(t, f, "city", http.MethodGet, "/v1/people/"+person+path, "", nil)
		}
	}
	want := []string{
		"clerk consents", "clerk entry", "clerk evaluations", "clerk export", "clerk receipts", "clerk seen", "clerk week",
	}
	if got := export(); !slices.Equal(got, want) {
		t.Errorf("the export says %q, want %q", got, want)
	}
	err = f.Node("city").Store().Read(f.Context(), func(tx *store.Tx) error {
		rows, err := tx.OpenedOf([]spec.ID{spec.ID(stranger)})
		if len(rows) != 0 {
			t.Errorf("of nobody stand %v", rows)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
