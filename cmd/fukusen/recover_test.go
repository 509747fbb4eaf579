package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/policy"
)

// A council node that missed the last entry recovers alone from the log of a
// club that follows; without --yes nothing happens.
func TestRecoverFromAFollower(t *testing.T) {
	f := nodetest.New(t, nodetest.City, nodetest.University, nodetest.Company, nodetest.Club)
	f.Stop("city")
	f.Amend("university", policy.TypeSafety)
	size := f.Node("university").Trust().Book().Size()
	if err := f.Node("club").WaitPolicy(f.Context(), size); err != nil {
		t.Fatal(err)
	}
	f.Stop("university")
	f.Stop("company")

	cfg := f.Config("city")
	settings := fmt.Sprintf("id: %s\nlisten: %q\ndata: .\nname_ja: 市\nname_en: City\nkind: %s\nraft_listen: %q\n", cfg.ID, cfg.Listen, cfg.Kind, cfg.RaftListen)
	if err := keys.Write(configPath(cfg.Data), []byte(settings)); err != nil {
		t.Fatal(err)
	}
	ask := func(more ...string) (string, string, int) {
		var out, complaint strings.Builder
		code := run(f.Context(), append([]string{"recover", "--dir", cfg.Data, "--remaining", cfg.ID}, more...), terminal{&out, &complaint})
		return out.String(), complaint.String(), code
	}
	out, complaint, code := ask("--from", string(f.ID("club")))
	if code != 1 || !strings.Contains(complaint, errNotConfirmed.Error()) || !strings.Contains(out, fmt.Sprintf("holds %d entries", size-1)) {
		t.Fatalf("exit %d: %s%s", code, out, complaint)
	}
	out, complaint, code = ask("--from", string(f.ID("club")), "--yes")
	if code != 0 || !strings.Contains(out, fmt.Sprintf("goes on from a policy log of %d entries", size)) {
		t.Fatalf("exit %d: %s%s", code, out, complaint)
	}
	if held := f.Start("city").Trust().Book().Size(); held != size {
		t.Errorf("the city starts with %d entries, want %d", held, size)
	}
}
