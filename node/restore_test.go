package node_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// twoShared are two of the club's people whom the city knows of, and the
// consent that the second of them can end.
func twoShared(f *nodetest.Federation) (stays, leaves string, ended consent.Record) {
	stays, leaves = f.Person("club", "Stays"), f.Person("club", "Leaves")
	f.Talent("club", stays)
	f.Talent("club", leaves)
	f.Consent("club", stays, "city", spec.KindTalent)
	ended = f.Consent("club", leaves, "city", spec.KindTalent)
	f.Eventually("the city holds both", func() bool { return len(f.Current("city", spec.KindTalent)) == 2 })
	return stays, leaves, ended
}

// A node put back from an old copy heals by what others hold of it: it uses no
// sequence twice, takes nothing back that was ended since, and lists again
// what still stands.
func TestARestoredNodeHealsByHeld(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	stays, leaves, ended := twoShared(f)

	f.Stop("club")
	backup := filepath.Join(t.TempDir(), "backup")
	if err := os.CopyFS(backup, os.DirFS(f.Config("club").Data)); err != nil {
		t.Fatal(err)
	}
	f.Start("club")
	f.Talent("club", stays) // a version that the copy does not know
	if _, err := f.Node("club").Gate().Withdraw(f.Context(), leaves, ended.RecordID); err != nil {
		t.Fatal(err)
	}
	var last store.Current
	f.Eventually("the city knows of both changes", func() bool {
		list := f.Current("city", spec.KindTalent)
		if len(list) == 1 {
			last = list[0].Current
		}
		return len(list) == 1 && f.Settled("club", leaves, spec.ActionWithdrawn) == 1
	})
	f.Eventually("the newer version is at the city", func() bool {
		list := f.Current("city", spec.KindTalent)
		if len(list) == 1 {
			last = list[0].Current
		}
		return f.Entry("city", last.ID).Pos > 2
	})
	f.Stop("club")

	data := f.Config("club").Data
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(data, os.DirFS(backup)); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"record.key", "tls.key"} {
		if err := os.Chmod(filepath.Join(data, "keys", key), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := node.Restore(f.Context(), f.Config("club"), f.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	f.Start("club")
	f.Eventually("the club has drained the city", func() bool { return !restoring(t, f, "club") })
	f.Talent("club", stays)
	f.Eventually("a later version reaches the city", func() bool {
		list := f.Current("city", spec.KindTalent)
		return len(list) == 1 && list[0].Current.UID == last.UID && list[0].Current.Sequence > last.Sequence
	})
	if n := len(f.Proofs("city")); n != 0 {
		t.Errorf("the city keeps %d proofs against an honest restore", n)
	}
	if said := f.Talent("club", leaves); said != 0 {
		t.Error("the restored club speaks again of somebody who ended the consent")
	}
}
