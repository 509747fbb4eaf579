package spec_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/vectors"
)

// Seeds come from the vectors, so that a fuzzer begins where the rules end.
func seed(f *testing.F, about string, of func(v *vectors.Vector) string) {
	f.Helper()
	for _, v := range everyVector(f) {
		if v.About == about && v.Input.Pad == 0 {
			f.Add(of(&v))
		}
	}
}

// city is the issuer of nearly all vectors, with the clock they are judged by.
func city(tb testing.TB) (*spec.KeyHistory, vectors.Vector) {
	tb.Helper()
	for _, v := range everyVector(tb) {
		if v.Name == "signature-good" {
			return history(tb, v.Keys), v
		}
	}
	tb.Fatal("no vector named signature-good")
	return nil, vectors.Vector{}
}

func onlyRefusals(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if r := spec.AsRefusal(err); r == nil || r.Requirement == "" || r.Detail == "" {
		t.Fatalf("an error that is no refusal: %v", err)
	}
}

// FuzzOpen holds that a token has one spelling: what is admitted is three
// parts of canonical base64url, and is admitted again.
func FuzzOpen(f *testing.F) {
	keys, v := city(f)
	want := expect(&v)
	want.Kind, want.ID = "", ""
	seed(f, "record", func(v *vectors.Vector) string { return v.Input.Token })
	f.Fuzz(func(t *testing.T, text string) {
		r, err := spec.Open(text, keys, want)
		if err == spec.ErrUnknownKind {
			return
		}
		onlyRefusals(t, err)
		if err != nil {
			return
		}
		for _, part := range strings.Split(text, ".") {
			octets, err := base64.RawURLEncoding.DecodeString(part)
			if err != nil || base64.RawURLEncoding.EncodeToString(octets) != part {
				t.Fatalf("admitted a second spelling of a token: %q", part)
			}
		}
		again := want
		again.ID, again.Kind = r.ID(), r.Kind()
		if _, err := spec.Open(r.Token(), keys, again); err != nil {
			t.Fatalf("admitted once and not twice: %v", err)
		}
	})
}

// FuzzScanObject reaches the strict JSON reader through Peek, which reads a
// header and payload before any key is looked at: what it takes is one object
// that encoding/json can read.
func FuzzScanObject(f *testing.F) {
	for _, v := range everyVector(f) {
		if parts := strings.Split(v.Input.Token, "."); len(parts) == 3 {
			if octets, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
				f.Add(string(octets))
			}
		}
	}
	header := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA","kid":"k","typ":"weather+jwt"}`))
	f.Fuzz(func(t *testing.T, payload string) {
		kind, _ := spec.Peek(header + "." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".AA")
		if kind == "" {
			return
		}
		var object map[string]json.RawMessage
		if err := json.Unmarshal([]byte(payload), &object); err != nil || object == nil {
			t.Fatalf("taken as one JSON object: %q (%v)", payload, err)
		}
		if len(payload) > spec.MaxToken {
			t.Fatalf("a payload of %d octets was taken", len(payload))
		}
	})
}

// FuzzHead holds that a head that is admitted says what its text says.
func FuzzHead(f *testing.F) {
	keys, v := city(f)
	seed(f, "head", func(v *vectors.Vector) string { return v.Input.Note })
	log := spec.LogFor(v.Audience)
	f.Fuzz(func(t *testing.T, note string) {
		h, err := spec.OpenHead(note, v.Issuer, log, keys, v.Clock())
		onlyRefusals(t, err)
		if err != nil {
			return
		}
		if h.Origin != spec.LogOrigin(v.Issuer, log) || h.At > v.Now+60 || h.Note() != note {
			t.Fatalf("admitted a head that is not of this log and time: %+v", h)
		}
	})
}

// FuzzPage holds that an admitted page is dense, bounded and below its head.
func FuzzPage(f *testing.F) {
	keys, v := city(f)
	seed(f, "page", func(v *vectors.Vector) string { return string(pageOctets(v)) })
	log := spec.LogFor(v.Audience)
	f.Fuzz(func(t *testing.T, text string) {
		page, head, err := spec.ReadPage([]byte(text), spec.PageAsk{
			Node: v.Issuer, Log: log, Limit: spec.DefaultLimit, Keys: keys, Now: v.Clock(),
		})
		onlyRefusals(t, err)
		if err != nil {
			return
		}
		if len(page.Items) > spec.DefaultLimit || uint64(len(page.Items)) > head.Size {
			t.Fatalf("%d items under a head of %d", len(page.Items), head.Size)
		}
		for i, it := range page.Items {
			if it.N != uint64(i) || !it.State.Valid() || it.State != spec.Live && it.Record != "" {
				t.Fatalf("item %d is %+v", i, it)
			}
		}
		_, err = page.Extend(&spec.Tree{}, head)
		onlyRefusals(t, err)
	})
}

// FuzzEntry holds that an admitted entry has exactly one spelling.
func FuzzEntry(f *testing.F) {
	seed(f, "entry", func(v *vectors.Vector) string { return v.Input.Entry })
	f.Fuzz(func(t *testing.T, octets string) {
		e, err := spec.ReadEntry(octets)
		onlyRefusals(t, err)
		if err != nil || e.Document == nil {
			return
		}
		var ballots []string
		for _, b := range e.Ballots {
			ballots = append(ballots, b.Token())
		}
		if spec.MakeEntry(e.Document.Token(), ballots) != octets {
			t.Fatalf("admitted another spelling of an entry: %q", octets)
		}
	})
}

// FuzzUTCDateTime holds that times are read as encoding/json's peers read them.
func FuzzUTCDateTime(f *testing.F) {
	for _, s := range []string{"2026-04-01T09:00:00Z", "2024-02-29T23:59:59Z", "2026-02-29T00:00:00Z", "2026-04-01T24:00:00Z", "0000-01-01T00:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := code.ParseUTC(s)
		want, wantErr := time.Parse("2006-01-02T15:04:05Z", s)
		canonical := wantErr == nil && want.Format("2006-01-02T15:04:05Z") == s
		if ok != canonical || ok && !got.Equal(want) {
			t.Fatalf("%q: got %v (%v), want %v (%v)", s, got, ok, want, wantErr)
		}
	})
}
