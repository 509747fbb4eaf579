package serving

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// ackOf is the write that every node takes from its readers, with any body.
func ackOf(as *peer.Peer, body []byte) judge.Ask {
	return judge.Ask{Method: http.MethodPut, Path: "/v1/feed/" + spec.LogFor(as.ID) + "/ack", Body: body, Type: "application/json", As: as}
}

const mostAck = 4096 // x-fukusen-max-body of putAck

// replays: REQ-REQ-007.
func replays() judge.Check {
	once := func(ctx context.Context, p *judge.Probe) (judge.Ask, evidence.Exchange) {
		ask := ackOf(players(ctx, p).caller, []byte(`{"next":0}`))
		proof, err := ask.As.Prove(p.Target, ask.Method, string(p.Target)+ask.Path, ask.Body, nil)
		broken(p, "sign", err)
		ask.As, ask.Token, ask.Scheme = nil, proof, spec.RequestScheme
		return ask, p.Do(ctx, ask)
	}
	return judge.Check{
		Requirement: "REQ-REQ-007",
		Needs:       []judge.Need{judge.Sandbox},
		Turn:        judge.Alone,
		Positive: func(ctx context.Context, p *judge.Probe) {
			for range 2 {
				_, x := once(ctx, p)
				taken(p, x, "204", "the same write with a new proof")
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			ask, x := once(ctx, p)
			taken(p, x, "204", "a write")
			turned(p, p.Do(ctx, ask), "401", "the same proof again", "REQ-REQ-007")
			turned(p, p.Do(ctx, ask), "401", "the same proof a third time", "REQ-REQ-007")
			if p.Hooks.Restart == nil {
				return
			}
			broken(p, "restart the target", p.Hooks.Restart(ctx))
			turned(p, p.Do(ctx, ask), "401", "the same proof after a restart", "REQ-REQ-007")
		},
	}
}

// unending gives octets that no operation takes and then keeps its reader
// waiting: who wants the whole body before it answers never answers.
type unending struct {
	left  int
	until <-chan struct{}
}

func (u *unending) Read(into []byte) (int, error) {
	if u.left <= 0 {
		<-u.until
		return 0, io.ErrUnexpectedEOF
	}
	n := min(len(into), u.left)
	for i := range n {
		into[i] = ' '
	}
	u.left -= n
	return n, nil
}

// bodies: REQ-REQ-010.
func bodies() judge.Check {
	return judge.Check{
		Requirement: "REQ-REQ-010",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			as := players(ctx, p).caller
			full := append([]byte(`{"next":0}`), bytes.Repeat([]byte{' '}, mostAck-10)...)
			taken(p, p.Do(ctx, ackOf(as, full)), "204", "a body of exactly the limit")
			chunks := ackOf(as, []byte(`{"next":0}`))
			proof, err := as.Prove(p.Target, chunks.Method, string(p.Target)+chunks.Path, chunks.Body, nil)
			broken(p, "sign", err)
			chunks.As, chunks.Token, chunks.Scheme, chunks.Stream = nil, proof, spec.RequestScheme, io.MultiReader(bytes.NewReader(chunks.Body))
			taken(p, p.Do(ctx, chunks), "204", "a small body in chunks")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			as := players(ctx, p).caller
			long := append([]byte(`{"next":0}`), bytes.Repeat([]byte{' '}, mostAck)...)
			turned(p, early(ctx, p, func() judge.Ask { return ackOf(as, long) }), "413", "a longer body", "REQ-REQ-010")
			chunks := func() judge.Ask {
				ask := ackOf(as, long)
				ask.Stream = io.MultiReader(bytes.NewReader(long)) // of a kind whose length nobody can tell
				return ask
			}
			turned(p, early(ctx, p, chunks), "413", "a longer body in chunks", "REQ-REQ-010")
			turned(p, p.Do(ctx, judge.Ask{Method: http.MethodPost, Path: "/v1/nudge", Body: []byte(`{}`), As: as}), "413",
				"a body where none is taken", "REQ-REQ-010")
			packed := ackOf(as, zipped(p, 64<<20))
			packed.Header = http.Header{"Content-Encoding": {"gzip"}}
			x := early(ctx, p, func() judge.Ask { return packed })
			p.Expect(x, "status", evidence.OneOf,
				judge.Why("圧縮した長い本文が拒否されませんでした", "a long compressed body was not refused"), "413", "415")
			unread(ctx, p, as)
		},
	}
}

// early asks what is answered before its body is read. The answer may be lost
// when the connection ends under the writing (RFC 9112 section 9.6), which is
// no fault of the target's; then it is asked again.
func early(ctx context.Context, p *judge.Probe, ask func() judge.Ask) evidence.Exchange {
	x := p.Do(ctx, ask())
	for tries := 1; x.Status == 0 && tries < 8 && ctx.Err() == nil; tries++ {
		x = p.Do(ctx, ask())
	}
	return x
}

// unread offers a body that does not end, far beyond the limit.
func unread(ctx context.Context, p *judge.Probe, as *peer.Peer) {
	end := make(chan struct{})
	var once sync.Once
	stop := func() { once.Do(func() { close(end) }) }
	defer stop()
	timer := time.AfterFunc(2*p.Patience, stop)
	defer timer.Stop()
	ask := ackOf(as, nil)
	ask.Stream = &unending{left: 1 << 20, until: end}
	ask.Claims = func(c *spec.RequestClaims) { c.Digest = string(spec.Digest([]byte("x"))) }
	turned(p, p.Do(ctx, ask), "413", "a body without end", "REQ-REQ-010")
}

func zipped(p *judge.Probe, size int64) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := io.CopyN(w, zeros{}, size)
	broken(p, "compress", errors.Join(err, w.Close()))
	return out.Bytes()
}

type zeros struct{}

func (zeros) Read(into []byte) (int, error) {
	clear(into)
	return len(into), nil
}

// encodings: REQ-REQ-011.
func encodings() judge.Check {
	return judge.Check{
		Requirement: "REQ-REQ-011",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			taken(p, p.Do(ctx, ackOf(players(ctx, p).caller, []byte(`{"next":0}`))), "204", "a body as it is")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			as := players(ctx, p).caller
			var out bytes.Buffer
			w := gzip.NewWriter(&out)
			_, err := w.Write([]byte(`{"next":0}`))
			broken(p, "compress", errors.Join(err, w.Close()))
			for name, body := range map[string][]byte{
				"gzip": out.Bytes(), "br": []byte(`{"next":0}`), "deflate": []byte(`{"next":0}`), "gzip, gzip": out.Bytes(),
			} {
				ask := ackOf(as, body)
				ask.Header = http.Header{"Content-Encoding": {name}}
				turned(p, p.Do(ctx, ask), "415", "Content-Encoding: "+name, "REQ-REQ-011")
			}
		},
	}
}

// authorizations: REQ-REQ-012.
func authorizations() judge.Check {
	return judge.Check{
		Requirement: "REQ-REQ-012",
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			taken(p, p.Do(ctx, judge.Ask{Path: heldPath, As: players(ctx, p).caller}), "200", "one header")
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			as := players(ctx, p).caller
			prove := func(path string) string {
				proof, err := as.Prove(p.Target, http.MethodGet, string(p.Target)+path, nil, nil)
				broken(p, "sign", err)
				return proof
			}
			twice := judge.Ask{Path: heldPath, Header: http.Header{"Authorization": {
				spec.RequestScheme + " " + prove(heldPath), spec.RequestScheme + " " + prove(heldPath),
			}}}
			turned(p, p.Do(ctx, twice), "401", "two headers", "REQ-REQ-012")
			twice.Header["Authorization"][1] = "Bearer " + prove(heldPath)
			turned(p, p.Do(ctx, twice), "401", "two headers of two schemes", "REQ-REQ-012")
			for _, other := range []struct{ scheme, path string }{
				{"Bearer", heldPath}, {"Basic", heldPath}, {"DPoP", heldPath}, {spec.RequestScheme, "/v1/people"},
			} {
				turned(p, p.Do(ctx, judge.Ask{Path: other.path, Token: prove(other.path), Scheme: other.scheme}), "401",
					other.scheme+" at "+other.path, "REQ-REQ-012")
			}
		},
	}
}
