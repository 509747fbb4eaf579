package check_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/check"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// lived is a federation that has said, withdrawn, erased and evaluated, and
// was then stopped.
type lived struct {
	*nodetest.Federation
	live   store.Entry // the rower's talent record, said by the club to the city
	erased spec.ID     // of a person who was erased
}

func live(t *testing.T) *lived {
	t.Helper()
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	people := map[string]string{}
	for _, name := range []string{"Rower", "Sailor", "Skier"} {
		people[name] = f.Person("club", name)
		f.Talent("club", people[name])
		given := f.Consent("club", people[name], "city", spec.KindTalent)
		f.Eventually("the city holds the record of "+name, func() bool { return len(f.Current("city", spec.KindTalent)) == len(people) })
		if name == "Skier" {
			if _, err := f.Node("club").Gate().Withdraw(f.Context(), people[name], given.RecordID); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := f.Node("club").Gate().Erase(f.Context(), people["Sailor"]); err != nil {
		t.Fatal(err)
	}
	f.Talent("club", people["Rower"]) // a second version
	f.Eventually("the receipts are back", func() bool {
		return f.Settled("club", people["Sailor"], spec.ActionErased) == 1 && f.Settled("club", people["Skier"], spec.ActionWithdrawn) == 1
	})
	f.Eventually("only the rower is left, in a second version", func() bool {
		list := f.Current("city", spec.KindTalent)
		return len(list) == 1
	})
	l := &lived{Federation: f}
	err := f.Node("club").Store().Read(f.Context(), func(tx *store.Tx) error {
		pairs, err := tx.PairwiseOf(people["Rower"])
		if err != nil {
			return err
		}
		if l.live, err = tx.Entry(pairs[0].LastID); err != nil {
			return err
		}
		ids, err := tx.ErasedAfter("", 1)
		if err == nil {
			l.erased = ids[0]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f.Eventually("the city holds the second version", func() bool {
		list := f.Current("city", spec.KindTalent)
		return len(list) == 1 && list[0].Current.ID == l.live.ID
	})
	f.Stop("city")
	f.Stop("club")
	return l
}

// copyOf copies a node's directory, as an operator would before looking at it.
func (l *lived) copyOf(t *testing.T, name string) node.Config {
	t.Helper()
	cfg := l.Config(name)
	dir := filepath.Join(t.TempDir(), name)
	if err := os.CopyFS(dir, os.DirFS(cfg.Data)); err != nil {
		t.Fatal(err)
	}
	if octets, err := os.ReadFile(cfg.Data + ".erased"); err == nil {
		if err := os.WriteFile(dir+".erased", octets, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg.Data, cfg.Store, cfg.ErasedList = dir, "", ""
	return cfg.Complete()
}

// look checks a directory and returns the lines an operator reads.
func (l *lived) look(t *testing.T, cfg node.Config) (check.Counts, []string) {
	t.Helper()
	read := func(path string) string {
		octets, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(octets)
	}
	place := check.Place{
		Store: cfg.Store, Self: spec.NodeID(cfg.ID), Genesis: read(node.GenesisPath(cfg.Data)),
		History: strings.TrimSpace(read(keys.HistoryPath(cfg.Data))), ErasedList: cfg.ErasedList, Now: l.Clock.Now(),
	}
	var lines []string
	counts, err := check.Run(l.Context(), place, func(f check.Fault) { lines = append(lines, f.String()) })
	if err != nil {
		t.Fatalf("nothing could be judged: %v", err)
	}
	if counts.Faults != len(lines) {
		t.Errorf("%d faults were counted and %d reported", counts.Faults, len(lines))
	}
	return counts, lines
}

// A check finds nothing wrong with nodes that lived and stopped in order, and
// names each fault that was planted since.
func TestACheckNamesWhatIsWrong(t *testing.T) {
	l := live(t)
	for _, name := range []string{"city", "club"} {
		t.Run("nothing is wrong at the "+name, func(t *testing.T) {
			cfg := l.copyOf(t, name)
			counts, lines := l.look(t, cfg)
			if len(lines) > 0 {
				t.Errorf("faults in a healthy node:\n%s", strings.Join(lines, "\n"))
			}
			if counts.Records < 5 || counts.LogEntries < 2 || counts.PolicyEntries < 5 || counts.Histories < 2 || counts.Places < 1 {
				t.Errorf("too little was looked through: %+v", counts)
			}
		})
	}
	for _, p := range plants() {
		t.Run(p.name, func(t *testing.T) {
			cfg := l.copyOf(t, p.at())
			st, err := store.Open(l.Context(), cfg.Store, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			err = st.Write(l.Context(), func(tx *store.Tx) error { return p.plant(scene{t, l, cfg, tx}) })
			if err != nil {
				t.Fatalf("plant: %v", err)
			}
			if err := st.Close(); err != nil {
				t.Fatal(err)
			}
			_, lines := l.look(t, cfg)
			if !strings.Contains(strings.Join(lines, "\n"), p.want) {
				t.Errorf("no fault says %q; there are:\n%s", p.want, strings.Join(lines, "\n"))
			}
		})
	}
}

// Checking changes nothing, not even a file's time.
func TestACheckChangesNothing(t *testing.T) {
	l := live(t)
	cfg := l.copyOf(t, "club")
	before := octetsIn(t, cfg.Data)
	l.look(t, cfg)
	after := octetsIn(t, cfg.Data)
	if len(after) != len(before) {
		t.Errorf("%d files are in the directory, before it %d", len(after), len(before))
	}
	for path, octets := range before {
		if after[path] != octets {
			t.Errorf("%s was changed", path)
		}
	}
}

func octetsIn(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		octets, err := os.ReadFile(path)
		found[path] = info.ModTime().String() + string(octets)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
