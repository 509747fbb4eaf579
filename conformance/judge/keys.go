package judge

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/fukusen/fukusen/spec"
)

// Keys is the target's key history, fetched once and held against its pinned
// root key.
func (w *World) Keys(ctx context.Context) (*spec.KeyHistory, error) {
	return Scene(w, "keys", func() (*spec.KeyHistory, error) { return w.FetchKeys(ctx) })
}

// FetchKeys fetches the target's key history anew.
func (w *World) FetchKeys(ctx context.Context) (*spec.KeyHistory, error) {
	root, err := w.Root(ctx)
	if err != nil {
		return nil, err
	}
	x := w.Do(ctx, Ask{Path: "/.well-known/fukusen/keys"})
	if x.Status != 200 {
		return nil, errors.New("the target shows no key history")
	}
	return spec.OpenKeys(strings.TrimSpace(x.See("body")), w.Target, root)
}

// Root is the target's root key: the one that the sandbox pins or, without a
// sandbox, the one that the policy log names which the target itself shows.
func (w *World) Root(ctx context.Context) (ed25519.PublicKey, error) {
	if w.Sandbox != nil {
		return spec.DecodeKey(w.Sandbox.TargetRoot)
	}
	return Scene(w, "root", func() (ed25519.PublicKey, error) {
		x, err := w.registered(ctx)
		if err != nil {
			return nil, err
		}
		return spec.DecodeKey(x)
	})
}

// registered reads the target's mirror of the policy log for its own row.
func (w *World) registered(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, LongestList)
	defer cancel()
	root, next := "", uint64(0)
	for {
		path := "/v1/feed/policy?limit=500"
		if next > 0 {
			path = fmt.Sprintf("/v1/feed/policy?after=%d&limit=500", next-1)
		}
		x := w.Do(ctx, Ask{Path: path})
		var page spec.Page
		if x.Status != 200 || json.Unmarshal(x.Got.Octets(), &page) != nil {
			return "", errors.New("the target shows no policy log")
		}
		for _, it := range page.Items {
			if found := rowOf(it.Record, w.Target); found != "" {
				root = found
			}
		}
		next += uint64(len(page.Items))
		if len(page.Items) == 0 {
			break
		}
	}
	if root == "" {
		return "", errors.New("the policy log that the target shows does not list it")
	}
	return root, nil
}

// rowOf is a node's root key in an entry of the policy log, or empty.
func rowOf(entry string, node spec.NodeID) string {
	read, err := spec.ReadEntry(entry)
	if err != nil {
		return ""
	}
	if read.Admission != nil {
		if read.Admission.Node == node {
			return read.Admission.Root
		}
		return ""
	}
	type rows struct {
		Members []struct {
			Node spec.NodeID `json:"node"`
			Root string      `json:"root"`
		} `json:"members"`
	}
	var body struct {
		rows
		Register rows `json:"register"`
	}
	if json.Unmarshal(read.Document.Body, &body) != nil {
		return ""
	}
	for _, m := range append(body.Members, body.Register.Members...) {
		if m.Node == node {
			return m.Root
		}
	}
	return ""
}
