package spec

import (
	"strings"

	"github.com/fukusen/fukusen/spec/strict"
)

// plainReader is a payload that can be read from members as the strict reader
// found them, where all are spelled plainly: strings without escapes, numbers,
// arrays of objects of both. It answers false where anything is spelled
// otherwise or is of the wrong type; then what it read so far is worth nothing
// and the general decoder judges. It exists because two kinds are nearly all that travels,
// and a second walk through encoding/json costs half as much as the signature.
type plainReader interface {
	readPlain(members []strict.Member) bool
}

// readPlain fills one member of the envelope; known is false where the member
// is not of the envelope.
func (e *Envelope) readPlain(m *strict.Member) (known, ok bool) {
	switch m.Name {
	case "iss":
		return true, strict.TextInto(&e.Issuer, m.Value)
	case "aud":
		return true, strict.TextInto(&e.Audience, m.Value)
	case "sub":
		return true, strict.TextInto(&e.Subject, m.Value)
	case "jti":
		return true, strict.TextInto(&e.JTI, m.Value)
	case "uid":
		return true, strict.TextInto(&e.UID, m.Value)
	case "consent":
		return true, strict.TextInto(&e.Consent, m.Value)
	case "purpose":
		return true, strict.TextInto(&e.Purpose, m.Value)
	case "iat":
		return true, strict.WholeInto(&e.IssuedAt, m.Value)
	case "exp":
		return true, strict.WholeInto(&e.Expires, m.Value)
	case "until":
		return true, strict.WholeInto(&e.Until, m.Value)
	case "sequence":
		return true, strict.WholeInto(&e.Sequence, m.Value)
	case "policy":
		return true, strict.WholeInto(&e.Policy, m.Value)
	}
	return false, true
}

// readPlain reads all members, those of the kind's own with own.
func readPlain(members []strict.Member, e *Envelope, own func(*strict.Member) bool) bool {
	for i := range members {
		known, ok := e.readPlain(&members[i])
		if !known {
			ok = own(&members[i])
		}
		if !ok {
			return false
		}
	}
	return true
}

func (a *Availability) readPlain(members []strict.Member) bool {
	return readPlain(members, &a.Envelope, a.readOwn)
}

func (a *Availability) readOwn(m *strict.Member) (ok bool) {
	switch m.Name {
	case "updated":
		return strict.TextInto(&a.Updated, m.Value)
	case "utcStart":
		return strict.TextInto(&a.Start, m.Value)
	case "utcEnd":
		return strict.TextInto(&a.End, m.Value)
	case "granularity":
		return strict.TextInto(&a.Granularity, m.Value) && a.Granularity != ""
	case "busy":
		a.Busy = make([]BusyPeriod, 0, strings.Count(m.Value, "{"))
		return strict.Flat(m.Value, func() { a.Busy = append(a.Busy, BusyPeriod{}) }, func(name, value string) bool {
			p := &a.Busy[len(a.Busy)-1]
			switch name {
			case "utcStart":
				return strict.TextInto(&p.Start, value)
			case "utcEnd":
				return strict.TextInto(&p.End, value)
			case "busyStatus":
				return strict.TextInto(&p.Status, value)
			}
			return false
		})
	}
	return false
}

func (t *Talent) readPlain(members []strict.Member) bool {
	return readPlain(members, &t.Envelope, t.readOwn)
}

func (t *Talent) readOwn(m *strict.Member) (ok bool) {
	switch m.Name {
	case "region":
		return strict.TextInto(&t.Region, m.Value)
	case "remote":
		remote := m.Value == "true"
		t.Remote = &remote
		return remote || m.Value == "false"
	case "languages":
		t.Languages, ok = strict.Texts(m.Value)
		return ok
	case "skills":
		t.Skills = make([]Skill, 0, strings.Count(m.Value, "{"))
		return strict.Flat(m.Value, func() { t.Skills = append(t.Skills, Skill{}) }, func(name, value string) bool {
			s := &t.Skills[len(t.Skills)-1]
			switch name {
			case "uri":
				return strict.TextInto(&s.URI, value)
			case "level":
				return strict.WholeInto(&s.Level, value)
			case "basis":
				return strict.TextInto(&s.Basis, value)
			}
			return false
		})
	}
	return false
}
