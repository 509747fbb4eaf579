package records

import (
	"context"
	"fmt"
	"strings"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// spelling is one order whose octets are wrong in one way and whose content is
// sound.
type spelling struct {
	requirement string
	name        string
	token       string
	id          spec.ID // that it is delivered under
	mark        string  // a stretch of its payload that no other token has
}

// spellings is a delivery of them, with sound ones made by the same hand.
type spellings struct {
	list  []spelling
	sound []spec.ID
	held  evidence.Exchange
}

// spelledIn delivers all wrong spellings once.
func spelledIn(ctx context.Context, p *judge.Probe) *spellings {
	s, err := judge.Scene(p.World, "spellings", func() (*spellings, error) {
		list, err := p.Sandbox.Members(1)
		if err != nil {
			return nil, err
		}
		return spell(ctx, p.World, list[0])
	})
	if err != nil {
		p.Broken(err)
	}
	return s
}

func spell(ctx context.Context, w *judge.World, from *peer.Peer) (*spellings, error) {
	s := new(spellings)
	makers := []func(*scribe) []spelling{(*scribe).parts, (*scribe).bits, (*scribe).signatures, (*scribe).values, (*scribe).ids}
	at := &scribe{world: w, from: from}
	for _, make := range makers {
		s.list = append(s.list, make(at)...)
	}
	var items []spec.Item
	for _, v := range s.list {
		items = append(items, spec.Item{ID: v.id, Kind: spec.KindErasure, State: spec.Live, Record: v.token})
	}
	for range 2 {
		token := at.order().token()
		s.sound = append(s.sound, forge.ID(token))
		items = append(items, peer.Live(token)...)
	}
	if at.err != nil {
		return nil, at.err
	}
	from.Enter(spec.LogFor(w.Target), items...)
	s.held = w.HeldUntil(ctx, from, s.sound[1])
	return s, nil
}

// spelledAs is the check of one of these requirements: what the same hand wrote
// right is held, and nothing of what it wrote wrong.
func spelledAs(requirement string) judge.Check {
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			s := spelledIn(ctx, p)
			for _, id := range s.sound {
				admitted(p, s.held, id, "an order in the one spelling")
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			s := spelledIn(ctx, p)
			for _, v := range s.list {
				if v.requirement == requirement {
					keptOut(p, s.held, string(v.id), v.name)
					keptOut(p, s.held, v.mark, v.name)
				}
			}
		},
	}
}

// scribe writes orders of one peer. The first error stays.
type scribe struct {
	world *judge.World
	from  *peer.Peer
	err   error
}

// jws is a compact token in its three parts.
type jws struct{ header, payload, signature string }

func (j jws) token() string { return j.header + "." + j.payload + "." + j.signature }

// order is a fresh sound order whose parts all have unused bits and would take
// padding, and whose signature uses both characters that the standard
// alphabet writes otherwise.
func (s *scribe) order() jws {
	for range 1000 {
		o := order()
		s.from.Fill(s.world.Target, o.Claims())
		for range s.world.Pick(3) {
			o.IDs = append(o.IDs, order().IDs...)
		}
		token, err := forge.Sealed(s.from.Key, spec.KindErasure.Typ(), map[string]any{
			"iss": o.Issuer, "aud": o.Audience, "iat": o.IssuedAt, "jti": o.JTI, "uid": o.UID, "sequence": o.Sequence,
			"policy": o.Policy, "basis": o.Basis, "ids": o.IDs,
		})
		if err != nil {
			s.err = err
			return jws{}
		}
		header := forge.Header(s.from.Key, spec.KindErasure.Typ())
		for len(header)%3 != 1 {
			header += " "
		}
		j := cut(forge.Token(s.from.Key, header, string(spec.Payload(token))))
		if len(j.payload)%4 != 0 && strings.Contains(j.signature, "-") && strings.Contains(j.signature, "_") {
			return j
		}
	}
	s.err = fmt.Errorf("no order with unused bits in each part")
	return jws{}
}

func cut(token string) jws {
	first, last := strings.IndexByte(token, '.'), strings.LastIndexByte(token, '.')
	return jws{token[:first], token[first+1 : last], token[last+1:]}
}

// sign puts a signature over the parts as they are spelled.
func (s *scribe) sign(header, payload string) jws {
	return jws{header, payload, forge.Signature(s.from.Key, header+"."+payload)}
}

// wrong makes a spelling. The id is that of the signing input as it is spelled.
func wrong(requirement, name string, j jws, token string) spelling {
	return spelling{requirement, name, token, forge.ID(j.header + "." + j.payload + "."), markOf(j.payload)}
}

// markOf is a stretch of a payload that holds its random name.
func markOf(payload string) string {
	middle := len(payload) / 2
	return payload[middle-50 : middle+50]
}

// parts are the ways in which a token is not three parts of base64url.
func (s *scribe) parts() []spelling {
	var list []spelling
	about := func(name string, spell func(j jws) string) {
		j := s.order()
		list = append(list, wrong("REQ-OPEN-001", name, j, spell(j)))
	}
	resigned := func(name string, spell func(j jws) (header, payload string)) {
		j := s.order()
		h, b := spell(j)
		k := s.sign(h, b)
		list = append(list, spelling{"REQ-OPEN-001", name, k.token(), forge.ID(k.token()), markOf(j.payload)})
	}
	about("a line feed at the end", func(j jws) string { return j.token() + "\n" })
	about("a carriage return at the end", func(j jws) string { return j.token() + "\r\n" })
	about("a space before", func(j jws) string { return " " + j.token() })
	about("a space behind", func(j jws) string { return j.token() + " " })
	about("a space at a dot", func(j jws) string { return j.header + "." + j.payload + ". " + j.signature })
	about("padding behind the signature", func(j jws) string { return j.token() + "==" })
	about("the standard alphabet in the signature", func(j jws) string {
		return j.header + "." + j.payload + "." + strings.NewReplacer("-", "+", "_", "/").Replace(j.signature)
	})
	about("flattened JSON serialization", func(j jws) string {
		return fmt.Sprintf(`{"payload":%q,"protected":%q,"signature":%q}`, j.payload, j.header, j.signature)
	})
	about("general JSON serialization", func(j jws) string {
		return fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q}]}`, j.payload, j.header, j.signature)
	})
	about("no signature", func(j jws) string { return j.header + "." + j.payload + "." })
	about("two parts", func(j jws) string { return j.header + "." + j.payload })
	about("four parts", func(j jws) string { return j.token() + "." + j.signature })
	about("a dot at the end", func(j jws) string { return j.token() + "." })
	about("no dots", func(j jws) string { return j.header + j.payload + j.signature })
	resigned("a line end in the payload", func(j jws) (string, string) { return j.header, j.payload[:20] + "\n" + j.payload[20:] })
	resigned("padding behind the header", func(j jws) (string, string) { return j.header + "==", j.payload })
	resigned("padding behind the payload", func(j jws) (string, string) { return j.header, j.payload + "===="[len(j.payload)%4:] })
	resigned("no header", func(j jws) (string, string) { return "", j.payload })
	resigned("a foreign character", func(j jws) (string, string) { return j.header, j.payload[:8] + "*" + j.payload[8:] })
	return list
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// bits are the ways to spell a part with unused bits that are not zero.
func (s *scribe) bits() []spelling {
	bent := func(part string) string {
		unused := map[int]int{2: 16, 3: 4}[len(part)%4]
		last := strings.IndexByte(alphabet, part[len(part)-1])
		return part[:len(part)-1] + string(alphabet[last+1+s.world.Pick(unused-1)])
	}
	const n = "REQ-OPEN-002"
	a, b, c := s.order(), s.order(), s.order()
	if s.err != nil {
		return nil
	}
	head, body := s.sign(bent(a.header), a.payload), s.sign(b.header, bent(b.payload))
	return []spelling{
		wrong(n, "unused bits in the header", head, head.token()),
		wrong(n, "unused bits in the payload", body, body.token()),
		wrong(n, "unused bits in the signature", c, c.header+"."+c.payload+"."+bent(c.signature)),
	}
}
