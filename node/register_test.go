package node_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/enrol"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

// A talent that a program puts stands in the register, whether the person came
// by it or before it; a clerk's later change of a telephone does not bring back
// what stood before, and other nodes read what the program said.
func TestATalentOfAProgramStandsInTheRegister(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	d := f.Node("club").Desk()
	entered, err := d.Add(f.Context(), enrol.Newcomer{By: "test", Entry: talent.Entry{
		Family: "架空", Phone: "090-0000-0001", Region: "141003", Languages: []string{"ja"},
		Skills: []spec.Skill{{URI: "https://skills.example/coaching", Level: 2, Basis: "self"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	const said = `{"skills":[{"uri":"https://skills.example/rowing","level":4,"basis":"self"}],"region":"131016","remote":true,"languages":["en"]}`
	for _, person := range []string{entered, f.Person("club", "Rower")} {
		f.Consent("club", person, "city", spec.KindTalent)
		if a := desk(t, f, "club", http.MethodPut, "/v1/people/"+person+"/talent", said, nil); a.status != http.StatusOK || string(a.body) != "{\"sealed\":1}\n" {
			t.Fatalf("%d %s", a.status, a.body)
		}
		r := registered(t, f, person)
		if e := r.Entry; e.Region != "131016" || !e.Remote || len(e.Skills) != 1 || e.Skills[0].Level != 4 || e.Languages[0] != "en" || e.Family == "" {
			t.Fatalf("the register says %+v", e)
		}
		r.Entry.Phone = "090-0000-0002"
		if err := d.Change(f.Context(), "test", person, r.Version, r.Entry); err != nil {
			t.Fatal(err)
		}
		err := f.Node("club").Store().Read(f.Context(), func(tx *store.Tx) error {
			p, err := tx.TalentProfile(person)
			if p.Region != "131016" || len(p.Skills) != 1 || !strings.HasSuffix(p.Skills[0].URI, "rowing") {
				t.Errorf("after a change of the telephone others read %+v", p)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if a := desk(t, f, "club", http.MethodPut, "/v1/people/"+spec.RandomUUID()+"/talent", said, nil); a.status != http.StatusNotFound {
		t.Errorf("of nobody: %d %s", a.status, a.body)
	}
	wrong := strings.Replace(said, "131016", "131017", 1)
	if a := desk(t, f, "club", http.MethodPut, "/v1/people/"+entered+"/talent", wrong, nil); a.status != http.StatusUnprocessableEntity || registered(t, f, entered).Entry.Region != "131016" {
		t.Errorf("a region that is none: %d %s", a.status, a.body)
	}
}

func registered(t *testing.T, f *nodetest.Federation, person string) (r enrol.Registered) {
	t.Helper()
	err := f.Node("club").Store().Read(f.Context(), func(tx *store.Tx) error {
		var err error
		r, err = enrol.Of(tx, person)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
