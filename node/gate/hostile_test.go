package gate_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
)

// times is a count in CI, or the full one under make soak.
func times(few, full int) int {
	if os.Getenv("FUKUSEN_SOAK") != "" {
		return full
	}
	return few
}

// mutation bends one signed record. All but the first octets stay what an
// honest node signed.
type mutation struct {
	name string
	bend func(n *neighbours, token string) string
}

func flip(part, octet int) func(*neighbours, string) string {
	return func(_ *neighbours, token string) string {
		parts := strings.Split(token, ".")
		raw, _ := base64.RawURLEncoding.DecodeString(parts[part])
		at := octet
		if octet < 0 {
			at += len(raw)
		}
		raw[at] ^= 1
		parts[part] = base64.RawURLEncoding.EncodeToString(raw)
		return strings.Join(parts, ".")
	}
}

func header(text string) func(*neighbours, string) string {
	return func(n *neighbours, token string) string {
		parts := strings.Split(token, ".")
		parts[0] = base64.RawURLEncoding.EncodeToString([]byte(strings.ReplaceAll(text, "KID", n.signers[club].KID())))
		return strings.Join(parts, ".")
	}
}

func edit(f func(string) string) func(*neighbours, string) string {
	return func(_ *neighbours, token string) string { return f(token) }
}

func mutations() []mutation {
	return []mutation{
		{"the signature's first bit", flip(2, 0)},
		{"the signature's last bit", flip(2, -1)},
		{"the signature's middle", flip(2, 32)},
		{"the body's first octet", flip(1, 0)},
		{"the body's middle", flip(1, 100)},
		{"the body's last octet", flip(1, -1)},
		{"the header's middle", flip(0, 20)},
		{"another key's name", header(`{"alg":"EdDSA","kid":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","typ":"talent+jwt"}`)},
		{"no key's name", header(`{"alg":"EdDSA","typ":"talent+jwt"}`)},
		{"alg none", header(`{"alg":"none","kid":"KID","typ":"talent+jwt"}`)},
		{"alg HS256", header(`{"alg":"HS256","kid":"KID","typ":"talent+jwt"}`)},
		{"alg ES256", header(`{"alg":"ES256","kid":"KID","typ":"talent+jwt"}`)},
		{"a key of its own", header(`{"alg":"EdDSA","kid":"KID","typ":"talent+jwt","jwk":{"kty":"OKP"}}`)},
		{"a key to fetch", header(`{"alg":"EdDSA","kid":"KID","typ":"talent+jwt","jku":"https://club.example/k"}`)},
		{"crit", header(`{"alg":"EdDSA","kid":"KID","typ":"talent+jwt","crit":["x"]}`)},
		{"another kind", header(`{"alg":"EdDSA","kid":"KID","typ":"availability+jwt"}`)},
		{"another signer", func(n *neighbours, token string) string { return n.resigned(token, city) }},
		{"no signature", edit(func(s string) string { return s[:strings.LastIndex(s, ".")+1] })},
		{"half a signature", edit(func(s string) string { return s[:len(s)-43] })},
		{"truncated in the body", edit(func(s string) string { return s[:len(s)/2] })},
		{"padded", edit(func(s string) string { return s + "=" })},
		{"a line end", edit(func(s string) string { return s + "\n" })},
		{"two signatures", edit(func(s string) string { return s + s[strings.LastIndex(s, "."):] })},
		{"JSON serialisation", edit(func(s string) string {
			p := strings.Split(s, ".")
			return `{"protected":"` + p[0] + `","payload":"` + p[1] + `","signature":"` + p[2] + `"}`
		})},
	}
}

// resigned is the same payload under another node's signature and the same kid.
func (n *neighbours) resigned(token string, by spec.NodeID) string {
	n.t.Helper()
	signing := token[:strings.LastIndex(token, ".")]
	signature := ed25519.Sign(n.signers[by].Private(), []byte(signing))
	return signing + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// TestNoBentRecordComesInByAnyWay: 24 ways to bend a record, by every way in
// that a neighbour has: its feed, a second reading of its log, and a new
// hearing of what was parked.
func TestNoBentRecordComesInByAnyWay(t *testing.T) {
	ways := map[string]func(*neighbours, *gate.Gate, spec.Item) gate.Outcome{
		"the feed": func(n *neighbours, g *gate.Gate, it spec.Item) gate.Outcome {
			return n.deliverItems(g, club, []spec.Item{it})[0]
		},
		"unvouched": func(n *neighbours, g *gate.Gate, it spec.Item) gate.Outcome {
			out, err := g.Admit(t.Context(), gate.Delivery{From: club, Log: spec.LogFor(company), Items: []spec.Item{it}})
			n.must(err)
			return out[0]
		},
		"among others": func(n *neighbours, g *gate.Gate, it spec.Item) gate.Outcome {
			items := make([]spec.Item, 48) // opened over all cores
			for i := range items {
				items[i] = itemOf(i, n.spare(i))
			}
			items[24] = it
			return n.deliverItems(g, club, items)[24]
		},
		"parked and heard again": func(n *neighbours, g *gate.Gate, it spec.Item) gate.Outcome {
			n.away(club)
			first := n.deliverItems(g, club, []spec.Item{it})[0]
			n.back(club)
			if out := n.rejudge(g, club); len(out) == 1 {
				return out[0]
			}
			return first
		},
	}
	if len(mutations()) != 24 {
		t.Fatalf("%d mutations", len(mutations()))
	}
	for way, offer := range ways {
		n := meet(t, time.Unix(founded+86400, 0), company, club, city)
		g := n.gateAt(company)
		for _, m := range mutations() {
			bent := m.bend(n, n.talent(club, company, nil))
			it := itemOf(0, bent)
			for _, kind := range []spec.Kind{it.Kind, spec.KindTalent} { // as it says, and as it was
				it.Kind = kind
				if o := offer(n, g, it); o.Verdict != gate.Refused && !(o.Verdict == gate.Parked && o.Refusal.Requirement == "REQ-KEY-007") {
					t.Errorf("%s, by %s: %s (%v)", m.name, way, o.Verdict, o.Refusal)
				}
			}
		}
		for _, id := range n.current(g, spec.KindTalent) {
			if !n.spared(id) {
				t.Errorf("by %s a bent record is in use", way)
			}
		}
	}
}

// spare is one of the sound records that are made once.
func (n *neighbours) spare(i int) string {
	for len(n.spares) <= i {
		n.spares = append(n.spares, n.talent(club, company, nil))
	}
	return n.spares[i]
}

func (n *neighbours) spared(id spec.ID) bool {
	for _, s := range n.spares {
		if _, own := spec.Peek(s); own == id {
			return true
		}
	}
	return false
}

// TestAPoisonedRecordNeverBlocksTheRest: hostile records, each alone between
// two good ones in one delivery; every good one is in use after it.
func TestAPoisonedRecordNeverBlocksTheRest(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), company, club, city)
	g := n.gateAt(company)
	source := rand.New(rand.NewPCG(1, 2))
	bends := mutations()
	var items []spec.Item
	good := 0
	for i := range times(250, 10000) {
		items = append(items, itemOf(len(items), n.talent(club, company, nil)))
		good++
		token := n.talent(club, company, nil)
		if i < len(bends) {
			token = bends[i].bend(n, token)
		} else {
			token = noise(source, token)
		}
		items = append(items, itemOf(len(items), token))
	}
	items = append(items, itemOf(len(items), n.talent(club, company, nil)))
	good++
	for from := 0; from < len(items); from += spec.MaxLimit {
		n.deliverItems(g, club, items[from:min(from+spec.MaxLimit, len(items))])
	}
	if ids := n.current(g, spec.KindTalent); len(ids) != good {
		t.Errorf("%d good records are in use, want %d", len(ids), good)
	}
}

// noise changes a few octets anywhere, to anything.
func noise(source *rand.Rand, token string) string {
	octets := []byte(token)
	for range 1 + source.IntN(4) {
		at := source.IntN(len(octets))
		octets[at] = byte(source.IntN(256))
	}
	if bytes.Equal(octets, []byte(token)) {
		octets[0] ^= 1
	}
	return string(octets)
}

// TestAReplayedRecordHasNoEffect: captured records, offered again in order,
// shuffled, to another node, and to the same node after a restart.
func TestAReplayedRecordHasNoEffect(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), company, club, city)
	path := filepath.Join(t.TempDir(), "store.db")
	s, err := store.Open(t.Context(), path, store.Options{})
	n.must(err)
	g := n.reopened(company, s)
	captured := make([]string, times(2000, 100000))
	uid := spec.RandomUUID()
	for i := range captured {
		captured[i] = n.talent(club, company, func(b *spec.Talent) {
			if i%4 == 0 { // a line of versions, whose order a replay would turn
				b.UID, b.Subject, b.Sequence = uid, spec.Subject(uid), uint64(i+1)
			}
		})
	}
	n.offerAll(g, club, captured, gate.Admitted)
	before := n.current(g, spec.KindTalent)
	n.offerAll(g, club, captured, gate.Duplicate)
	shuffled := append([]string(nil), captured...)
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	n.offerAll(g, club, shuffled, gate.Duplicate)
	n.offerAll(n.gateAt(city), club, shuffled, gate.Refused)
	g.Close()
	n.must(s.Close())
	s, err = store.Open(t.Context(), path, store.Options{})
	n.must(err)
	t.Cleanup(func() { n.must(s.Close()) })
	again := n.gateOver(company, s)
	n.offerAll(again, club, shuffled, gate.Duplicate)
	after := n.current(again, spec.KindTalent)
	if len(before) != len(after) || len(before) == 0 {
		t.Fatalf("%d records are in use, before the replays %d", len(after), len(before))
	}
	for i := range before {
		if before[i] != after[i] {
			t.Fatal("another version is in use after the replays")
		}
	}
}

func (n *neighbours) offerAll(g *gate.Gate, from spec.NodeID, tokens []string, want gate.Verdict) {
	n.t.Helper()
	for at := 0; at < len(tokens); at += spec.MaxLimit {
		part := tokens[at:min(at+spec.MaxLimit, len(tokens))]
		if out := n.deliver(g, from, part...); count(out, want) != len(part) {
			n.t.Fatalf("%d of %d are %s; the first is %s (%v)", count(out, want), len(part), want, out[0].Verdict, out[0].Refusal)
		}
	}
}

// TestNoBentRecordIsRecovered: what a neighbour gives back as ours after a
// restore is taken only if our own keys prove it.
func TestNoBentRecordIsRecovered(t *testing.T) {
	n := meet(t, time.Unix(founded+86400, 0), club, company, city)
	g := n.gateAt(club) // the records that the mutations are made of are the club's
	for _, m := range mutations() {
		it := itemOf(0, m.bend(n, n.talent(club, company, nil)))
		fresh, err := g.Recover(t.Context(), company, []spec.Item{it})
		if err != nil || fresh != 0 {
			t.Errorf("%s: %d were taken back: %v", m.name, fresh, err)
		}
	}
	for name, token := range map[string]string{
		"another node's": n.talent(city, company, nil), "for another reader": n.talent(club, city, nil),
	} {
		if fresh, err := g.Recover(t.Context(), company, []spec.Item{itemOf(0, token)}); err != nil || fresh != 0 {
			t.Errorf("%s: %d were taken back: %v", name, fresh, err)
		}
	}
	if fresh, err := g.Recover(t.Context(), company, []spec.Item{itemOf(0, n.talent(club, company, nil))}); err != nil || fresh != 1 {
		t.Errorf("a sound one of ours: %d, %v", fresh, err)
	}
}
