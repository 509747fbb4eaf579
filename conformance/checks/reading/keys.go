package reading

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/forge"
	"github.com/fukusen/fukusen/conformance/judge"
	"github.com/fukusen/fukusen/spec"
)

func keys() []judge.Check {
	return []judge.Check{
		bentHistories("REQ-KEY-002", wrongSigners),
		bentHistories("REQ-KEY-003", lowerSerial),
		bentHistories("REQ-KEY-004", wrongNames),
		bentHistories("REQ-KEY-005", namedTwice),
		bentHistories("REQ-KEY-006", wrongUses),
		unlisted(), outOfTime(), revoked(), learnsFirst(), twoOfOneSerial(),
	}
}

const keysPath = "/.well-known/fukusen/keys"

// history is a key history that is shown in place of the right one, under the
// name of the vector that shows what is wrong with it. It lists the key of a
// record, under the kid that the record names.
type history struct {
	name string
	bend func(l *liar, key *spec.Signer, serial uint64) (token, kid string)
}

// bentHistories makes the check of a requirement that a key history can break:
// the log tells of newer keys, the history that lists them is bent, and a
// record under such a key stands in the log for good. No right history ever
// lists the key, so the record is never held.
func bentHistories(requirement string, ways func() []history) judge.Check {
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			l.honest(ctx, p, "under the first key history")
			l.rotates(ctx, p)
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for _, h := range ways() {
				l.misled(ctx, p, h)
			}
		},
	}
}

// rotates shows a next key history with a new key, and a record under it.
func (l *liar) rotates(ctx context.Context, p *judge.Probe) {
	key := fresh(p)
	if err := l.ShowKeys(append(l.rows(), l.Entry(key, spec.UseRecord))...); err != nil {
		p.Broken(err)
	}
	it := l.record(p, key, nil)
	l.put(nil, it)
	l.provoke(ctx, p)
	p.Expect(l.settled(ctx, p, it.ID), "body", evidence.Contains,
		judge.Why("正しい新しい鍵の記録が受け入れられませんでした", "a record under a key of a right newer history was not admitted"), string(it.ID))
}

func fresh(p *judge.Probe) *spec.Signer {
	key, err := spec.GenerateSigner()
	if err != nil {
		p.Broken(err)
	}
	return key
}

// misled shows a bent history until the target has fetched it, then a right one.
func (l *liar) misled(ctx context.Context, p *judge.Probe, h history) (bent string) {
	key := fresh(p)
	serial := l.Serial() + 1
	bent, kid := h.bend(l, key, serial)
	x := l.named(p, key, kid)
	l.ShowHistory(bent, serial)
	l.fetched(ctx, p, func() { l.put(nil, x) }, x.ID)
	// The right one has a serial of its own: the bent one may have been seen.
	if err := l.ShowKeys(l.rows()...); err != nil {
		p.Broken(err)
	}
	good := l.sound(p)
	l.put(nil, good)
	l.provoke(ctx, p)
	held := l.settled(ctx, p, good.ID)
	p.Expect(held, "body", evidence.Lacks,
		judge.Why("拒むべき鍵の履歴の鍵が信用されました: "+h.name, "a key of a history to be refused was believed: "+h.name), string(x.ID))
	p.Expect(held, "body", evidence.Contains,
		judge.Why("正しい履歴に戻っても読まれません: "+h.name, "after the right history was shown again the log was not read: "+h.name), string(good.ID))
	return bent
}

// fetched does what makes the target fetch the keys, and waits until it has
// come back for more: what it makes of them stands then.
func (l *liar) fetched(ctx context.Context, p *judge.Probe, do func(), until spec.ID) {
	count := func() int { return len(l.Visits(http.MethodGet, keysPath)) }
	begun := count()
	do()
	held := ""
	p.Until(ctx, func() evidence.Exchange {
		l.provoke(ctx, p)
		x := p.Held(ctx, l.Peer)
		held = x.See("body")
		return x
	}, func(evidence.Exchange) bool { return count() >= begun+2 || strings.Contains(held, string(until)) })
	if count() == begun {
		p.Fail(judge.Why("新しい鍵の履歴を取りに来ません", "the target does not fetch the key history when a head tells of a newer one"))
	}
}

// named is a record whose header names a key by a kid that may be wrong.
func (l *liar) named(p *judge.Probe, key *spec.Signer, kid string) spec.Item {
	it := l.record(p, key, nil)
	if kid == key.KID() {
		return it
	}
	it.Record = relabelled(it.Record, key, "talent+jwt", kid)
	it.ID = forge.ID(it.Record)
	return it
}

// relabelled signs a token's payload again under a header with another kid.
func relabelled(token string, key *spec.Signer, typ, kid string) string {
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		return "" // it was sealed a moment ago
	}
	return forge.Token(key, fmt.Sprintf(`{"alg":"EdDSA","kid":%q,"typ":%q}`, kid, typ), string(payload))
}

// sealed is a key history of these rows, signed by a key.
func sealed(l *liar, by *spec.Signer, issuer spec.NodeID, serial uint64, rows ...spec.KeyEntry) string {
	token, err := spec.SealKeys(by, spec.KeyHistory{Issuer: issuer, IssuedAt: l.since.Unix(), Serial: serial, Keys: rows})
	if err != nil {
		return "" // rows are plain data
	}
	return token
}

// listing are the right rows and the key's.
func (l *liar) listing(key *spec.Signer, more ...spec.KeyEntry) []spec.KeyEntry {
	return append(append(l.rows(), l.Entry(key, spec.UseRecord)), more...)
}

// wrongSigners are histories that the pinned root key did not sign.
func wrongSigners() []history {
	return []history{
		{"keys-other-root", func(l *liar, key *spec.Signer, serial uint64) (string, string) {
			return sealed(l, l.spare.stranger, l.ID, serial, l.listing(key)...), key.KID()
		}},
		{"keys-record-key", func(l *liar, key *spec.Signer, serial uint64) (string, string) {
			return sealed(l, l.Key, l.ID, serial, l.listing(key)...), key.KID()
		}},
		{"keys-stranger-as-root", func(l *liar, key *spec.Signer, serial uint64) (string, string) {
			return relabelled(sealed(l, l.spare.stranger, l.ID, serial, l.listing(key)...), l.spare.stranger, "keys+jwt", l.Root.KID()), key.KID()
		}},
		{"keys-other-node", func(l *liar, key *spec.Signer, serial uint64) (string, string) {
			return sealed(l, l.Root, spec.NodeID("https://other.example"), serial, l.listing(key)...), key.KID()
		}},
	}
}

func lowerSerial() []history {
	return []history{{"keys-serial-lower", func(l *liar, key *spec.Signer, serial uint64) (string, string) {
		return sealed(l, l.Root, l.ID, serial-2, l.listing(key)...), key.KID()
	}}}
}

// wrongNames are histories with a kid that is not the thumbprint of its key.
func wrongNames() []history {
	wrong := func(name string, kid func(key *spec.Signer) string) history {
		return history{name, func(l *liar, key *spec.Signer, serial uint64) (string, string) {
			row := l.Entry(key, spec.UseRecord)
			row.KID = kid(key)
			return sealed(l, l.Root, l.ID, serial, append(l.rows(), row)...), row.KID
		}}
	}
	digest := func(octets []byte) string {
		sum := sha256.Sum256(octets)
		return base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return []history{
		wrong("keys-kid-other", func(*spec.Signer) string { return digest([]byte("another key")) }),
		wrong("keys-kid-order", func(key *spec.Signer) string {
			return digest(fmt.Appendf(nil, `{"kty":"OKP","crv":"Ed25519","x":%q}`, spec.EncodeKey(key.Public())))
		}),
		wrong("keys-kid-of-octets", func(key *spec.Signer) string { return digest(key.Public()) }),
		wrong("keys-kid-name", func(*spec.Signer) string { return "key-1" }),
	}
}

// namedTwice are histories that list one kid twice.
func namedTwice() []history {
	return []history{
		{"keys-kid-twice", func(l *liar, key *spec.Signer, serial uint64) (string, string) {
			return sealed(l, l.Root, l.ID, serial, l.listing(key, l.Entry(key, spec.UseRecord))...), key.KID()
		}},
		{"keys-kid-two-uses", func(l *liar, key *spec.Signer, serial uint64) (string, string) {
			return sealed(l, l.Root, l.ID, serial, l.listing(key, l.Entry(key, spec.UseTLS))...), key.KID()
		}},
	}
}

// wrongUses are histories in which one row, not that of the record's key, has
// another use or ends before it begins.
func wrongUses() []history {
	wrong := func(name string, bend func(*spec.KeyEntry)) history {
		return history{name, func(l *liar, key *spec.Signer, serial uint64) (string, string) {
			row := l.Entry(l.spare.stranger, spec.UseRecord)
			bend(&row)
			return sealed(l, l.Root, l.ID, serial, l.listing(key, row)...), key.KID()
		}}
	}
	return []history{
		wrong("keys-use", func(k *spec.KeyEntry) { k.Use = "sign" }),
		wrong("keys-use-case", func(k *spec.KeyEntry) { k.Use = "Record" }),
		wrong("keys-until-before-from", func(k *spec.KeyEntry) { k.Until = k.From - 1 }),
	}
}

// unlisted is the check of records whose key is not in the history yet.
func unlisted() judge.Check {
	const requirement = "REQ-KEY-007"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			coming := fresh(p)
			early, tls, good := l.record(p, coming, nil), l.record(p, l.spare.tls, nil), l.sound(p)
			l.put(nil, early, tls, good)
			x := l.settled(ctx, p, good.ID)
			p.Expect(x, "body", evidence.Contains,
				judge.Why("次の記録が受け入れられませんでした", "the record behind them was not admitted"), string(good.ID))
			for _, it := range []spec.Item{early, tls} {
				p.Expect(x, "body", evidence.Lacks,
					judge.Why("履歴にない鍵の記録が受け入れられました", "a record was admitted whose key the history does not list for records"), string(it.ID))
			}
			if err := l.ShowKeys(append(l.rows(), l.Entry(coming, spec.UseRecord))...); err != nil {
				p.Broken(err)
			}
			l.honest(ctx, p, "under the history that lists the key")
			x = l.settled(ctx, p, early.ID)
			p.Expect(x, "body", evidence.Contains,
				judge.Why("鍵が履歴に載っても記録が受け入れられません", "the record was not admitted when the history came to list its key"), string(early.ID))
			p.Expect(x, "body", evidence.Lacks,
				judge.Why("TLS用の鍵の記録が受け入れられました", "a record under a key for TLS was admitted"), string(tls.ID))
		},
	}
}

// outOfTime is the check of records from before or after their key's time.
func outOfTime() judge.Check {
	const requirement = "REQ-KEY-008"
	at := func(iat func(*liar) int64) func(*liar, *judge.Probe, *spec.Signer) spec.Item {
		return func(l *liar, p *judge.Probe, key *spec.Signer) spec.Item {
			return l.record(p, key, func(t *spec.Talent) { t.IssuedAt = iat(l) })
		}
	}
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for what, it := range map[string]spec.Item{
				"record-key-from-first": at(func(l *liar) int64 { return l.retired().From })(l, p, l.spare.old),
				"record-key-until-last": at(func(l *liar) int64 { return l.retired().Until })(l, p, l.spare.old),
				"record-key-retired":    at(func(l *liar) int64 { return l.retired().Until - 300 })(l, p, l.spare.old),
			} {
				l.put(nil, it)
				p.Expect(l.settled(ctx, p, it.ID), "body", evidence.Contains,
					judge.Why("鍵の期間内の記録が受け入れられませんでした", "a record of its key's time was not admitted: "+what), string(it.ID))
			}
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			for what, it := range map[string]spec.Item{
				"record-key-before-from": at(func(l *liar) int64 { return l.retired().From - 1 })(l, p, l.spare.old),
				"record-key-after-until": at(func(l *liar) int64 { return l.retired().Until + 1 })(l, p, l.spare.old),
				"record-key-to-come":     at(func(l *liar) int64 { return time.Now().Unix() })(l, p, l.spare.coming),
			} {
				good := l.sound(p)
				l.put(nil, it, good)
				x := l.settled(ctx, p, good.ID)
				p.Expect(x, "body", evidence.Lacks,
					judge.Why("鍵の期間外の記録が受け入れられました", "a record from outside its key's time was admitted: "+what), string(it.ID))
				p.Expect(x, "body", evidence.Contains,
					judge.Why("次の記録が受け入れられませんでした", "the record behind it was not admitted"), string(good.ID))
			}
		},
	}
}

// revoked is the check of records under a revoked key: a head of a good key
// vouches for them, and one of the revoked key does not.
func revoked() judge.Check {
	const requirement = "REQ-KEY-009"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			it := l.record(p, l.spare.gone, nil)
			l.put(nil, it)
			p.Expect(l.settled(ctx, p, it.ID), "body", evidence.Contains,
				judge.Why("失効した鍵の記録が、有効な鍵の先頭の下でも拒まれました",
					"a record under a revoked key was refused though it stands under a head of a good key"), string(it.ID))
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			x := l.record(p, l.spare.gone, nil)
			l.round(ctx, p, "record-key-revoked", l.over(func(s sheet) string {
				s.key = l.spare.gone
				return s.note()
			}, x), x.ID)
		},
	}
}

// learnsFirst is the check that records are judged by the history that their
// head names. No operator is asked to help: that would fetch the keys as well.
func learnsFirst() judge.Check {
	const requirement = "REQ-KEY-010"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			key := fresh(p)
			if err := l.ShowKeys(append(l.rows(), l.Entry(key, spec.UseRecord))...); err != nil {
				p.Broken(err)
			}
			it := l.record(p, key, nil)
			l.put(nil, it)
			p.Expect(l.settled(ctx, p, it.ID), "body", evidence.Contains,
				judge.Why("新しい鍵の記録が受け入れられませんでした", "a record under a key of the newer history was not admitted"), string(it.ID))
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			key := fresh(p)
			ended := l.Entry(key, spec.UseRecord)
			for _, until := range []int64{0, l.since.Add(-time.Minute).Unix()} {
				ended.Until = until
				if err := l.ShowKeys(append(l.rows(), ended)...); err != nil {
					p.Broken(err)
				}
				it, good := l.record(p, key, nil), l.sound(p)
				l.put(nil, it, good)
				x := l.settled(ctx, p, good.ID)
				p.Expect(x, "body", evidence.Contains,
					judge.Why("次の記録が受け入れられませんでした", "the record behind it was not admitted"), string(good.ID))
				if until != 0 {
					p.Expect(x, "body", evidence.Lacks,
						judge.Why("古い鍵の履歴で判断されました", "a record was judged by an older key history than its head names"), string(it.ID))
				}
			}
		},
	}
}

// twoOfOneSerial is the check of two histories that carry one serial.
func twoOfOneSerial() judge.Check {
	const requirement = "REQ-KEY-011"
	return judge.Check{
		Requirement: requirement,
		Needs:       []judge.Need{judge.Sandbox, judge.Operator},
		Positive: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			l.honest(ctx, p, "under the first key history")
			l.rotates(ctx, p)
		},
		Negative: func(ctx context.Context, p *judge.Probe) {
			l := cast(ctx, p, requirement)
			first := l.History()
			second := l.misled(ctx, p, history{"keys-serial-twice", func(l *liar, key *spec.Signer, serial uint64) (string, string) {
				return sealed(l, l.Root, l.ID, serial-1, l.listing(key)...), key.KID()
			}})
			for _, token := range []string{second, first} {
				l.kept(ctx, p, requirement, token)
			}
		},
	}
}
