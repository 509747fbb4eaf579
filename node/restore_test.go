package node_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/node/keys"
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

// backUp copies a stopped node's directory and starts the node again. What it
// answers stops the node, puts the copy in its place, does what is to be done
// before its start, and starts it.
func backUp(t *testing.T, f *nodetest.Federation, name string, before ...func()) (putBack func()) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	data, backup := f.Config(name).Data, filepath.Join(t.TempDir(), "backup")
	f.Stop(name)
	must(os.CopyFS(backup, os.DirFS(data)))
	f.Start(name)
	return func() {
		t.Helper()
		f.Stop(name)
		must(os.RemoveAll(data))
		must(os.CopyFS(data, os.DirFS(backup)))
		for _, key := range []string{"record.key", "tls.key"} {
			must(os.Chmod(filepath.Join(data, "keys", key), 0o600))
		}
		must(node.Restore(f.Context(), f.Config(name), f.Clock.Now()))
		for _, act := range before {
			act()
		}
		f.Start(name)
	}
}

// A node put back from an old copy heals by what others hold of it: it uses no
// sequence twice, takes nothing back that was ended since, and lists again
// what still stands.
func TestARestoredNodeHealsByHeld(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	stays, leaves, ended := twoShared(f)

	putBack := backUp(t, f, "club")
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
	putBack()
	f.Eventually("the club has drained the city", func() bool { return !restoring(t, f, "club") })
	f.Talent("club", stays)
	f.Eventually("a later version reaches the city", func() bool {
		list := f.Current("city", spec.KindTalent)
		return len(list) == 1 && list[0].Current.UID == last.UID && list[0].Current.Sequence > last.Sequence
	})
	if n := len(f.Proofs("city")); n != 0 {
		t.Errorf("the city keeps %d proofs against an honest restore", n)
	}
	if list := refusedBy(t, f, "city", f.ID("club")); len(list) != 0 {
		t.Errorf("the city refused %+v of an honest restore", list)
	}
	if said := f.Talent("club", leaves); said != 0 {
		t.Error("the restored club speaks again of somebody who ended the consent")
	}
}

// People who were erased since the copy was made do not come back with it:
// neither what was shared of them, nor their names, nor their consents, also
// where nothing of them was shared and so no neighbour could remind the node.
func TestARestoreBringsNoErasedPersonBack(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	stays, leaves, _ := twoShared(f)
	quiet := f.Person("club", "Quiet")
	putBack := backUp(t, f, "club")
	for _, person := range []string{leaves, quiet} {
		if _, err := f.Node("club").Gate().Erase(f.Context(), person); err != nil {
			t.Fatal(err)
		}
	}
	f.Eventually("the city has erased one", func() bool { return len(f.Current("city", spec.KindTalent)) == 1 })
	putBack()
	f.Eventually("the club has drained the city", func() bool { return !restoring(t, f, "club") })
	read(t, f, "club", func(tx *store.Tx) error {
		people, err := tx.People("", 10)
		if err != nil || len(people) != 1 || people[0].ID != stays {
			t.Errorf("the restored club knows %d people, %v; want the one who stays", len(people), err)
		}
		consents, err := tx.ConsentsOf(leaves)
		if len(consents) != 0 {
			t.Errorf("%d consents of an erased person stand again", len(consents))
		}
		return err
	})
	if n := len(f.Current("city", spec.KindTalent)); n != 1 {
		t.Errorf("the city uses %d records, want the one of who stays", n)
	}
	f.Stop("club")
	f.Check("club")
}

// A copy from before a rotation has a key that nobody believes any more. One
// more rotation before the start goes past what the neighbours know; they ask for
// it within half an hour, since nothing that a restoring node serves tells them.
func TestACopyFromBeforeARotationIsRotatedOnce(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.Club)
	stays, _, _ := twoShared(f)
	data, root := f.Config("club").Data, f.Founded.Roots[f.ID("club")]
	rotate := func() {
		t.Helper()
		if _, err := keys.Rotate(data, root, f.Clock.Now()); err != nil {
			t.Fatal(err)
		}
	}
	putBack := backUp(t, f, "club", rotate)
	for range 2 {
		rotate()
	}
	if err := f.Node("club").ReloadKeys(f.Context()); err != nil {
		t.Fatal(err)
	}
	said := f.Talent("club", stays)
	known := f.Node("club").Trust().History(f.ID("club")).Serial
	f.Eventually("the city knows of the rotation", func() bool { return f.Node("city").Trust().History(f.ID("club")).Serial == known })
	f.Clock.Move(2 * time.Minute)
	putBack()
	f.Clock.Move(31 * time.Minute) // when the city asks for keys that it holds already
	f.Eventually("the club has drained the city", func() bool { return !restoring(t, f, "club") })
	if again := f.Talent("club", stays); said != 1 || again != 1 {
		t.Errorf("said to %d readers, then to %d", said, again)
	}
	present := f.Node("club").Trust().History(f.ID("club"))
	f.Eventually("the city holds it under the key of after the restore", func() bool {
		list := f.Current("city", spec.KindTalent)
		for _, l := range list {
			if k := present.Find(spec.UseRecord, f.Entry("city", l.Current.ID).KID); k != nil && k.Until == 0 {
				return true
			}
		}
		return false
	})
	if n := len(f.Proofs("city")); n != 0 {
		t.Errorf("the city keeps %d proofs against an honest restore", n)
	}
}
