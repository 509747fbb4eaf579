package node_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// TestAnOperatorReadsEachListToItsEnd in pages: what was refused, what waits,
// and what is proven; a cursor that no answer gave is refused.
func TestAnOperatorReadsEachListToItsEnd(t *testing.T) {
	const rows, stranger = 5, spec.NodeID("https://stranger.example")
	f := nodetest.New(t, nodetest.City)
	n := f.Node("city")
	f.Eventually("the policy is settled", func() bool { return lightOf(t, f, "policy") == "green" })
	err := n.Store().Write(f.Context(), func(tx *store.Tx) error {
		for n := range rows {
			id, at := spec.Digest(fmt.Append(nil, n)), int64(7+n/3)
			if err := tx.Refuse([]store.Refused{{Peer: stranger, ID: id, N: uint64(n), At: at}}); err != nil {
				return err
			}
			if err := tx.Park([]store.Parked{{Peer: stranger, ID: id, N: uint64(n), Requirement: "REQ-KEY-007", Token: "t", ParkedAt: at, Expires: f.Clock.Now().Unix() + 3600}}); err != nil {
				return err
			}
			if err := tx.PutProof(store.Proof{ID: string(id), Kind: "log-forked", Issuer: stranger, A: fmt.Sprint("note ", n), At: at}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	token, err := n.Access("operator", "", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range []string{"refused", "parked", "proofs"} {
		seen, after := map[string]int{}, ""
		for pages := 1; ; pages++ {
			var page struct {
				Items []json.RawMessage `json:"items"`
				Next  string            `json:"next"`
			}
			status := listed(t, string(f.ID("city"))+"/v1/"+list+"?limit=2"+after, token, &page)
			if status != http.StatusOK {
				t.Fatalf("%s: %d", list, status)
			}
			for _, item := range page.Items {
				seen[string(item)]++
			}
			if page.Next == "" {
				if pages != 3 || len(seen) != rows {
					t.Errorf("%s: %d different rows in %d pages, want %d in 3", list, len(seen), pages, rows)
				}
				break
			}
			if pages > rows {
				t.Fatalf("%s has no end", list)
			}
			after = "&after=" + page.Next
		}
		for _, foreign := range []string{"7", "x.1", "7.0", "-7.1", "7.x"} {
			if status := listed(t, string(f.ID("city"))+"/v1/"+list+"?after="+foreign, token, nil); status != http.StatusBadRequest {
				t.Errorf("%s after %s: %d, want 400", list, foreign, status)
			}
		}
	}
}

func listed(t *testing.T, url, token string, into any) int {
	t.Helper()
	a := send(t, http.MethodGet, url, nil, http.Header{"Authorization": {"Bearer " + token}})
	if into != nil {
		if err := json.Unmarshal(a.body, into); err != nil {
			t.Fatal(err)
		}
	}
	return a.status
}
