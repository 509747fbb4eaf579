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
		return true, plainInto((*string)(&e.Issuer), m.Value)
	case "aud":
		return true, plainInto((*string)(&e.Audience), m.Value)
	case "sub":
		return true, plainInto((*string)(&e.Subject), m.Value)
	case "jti":
		return true, plainInto(&e.JTI, m.Value)
	case "uid":
		return true, plainInto(&e.UID, m.Value)
	case "consent":
		return true, plainInto(&e.Consent, m.Value)
	case "purpose":
		return true, plainInto(&e.Purpose, m.Value)
	case "iat":
		return true, plainNumberInto(&e.IssuedAt, m.Value)
	case "exp":
		return true, plainNumberInto(&e.Expires, m.Value)
	case "until":
		return true, plainNumberInto(&e.Until, m.Value)
	case "sequence":
		return true, plainNumberInto(&e.Sequence, m.Value)
	case "policy":
		return true, plainNumberInto(&e.Policy, m.Value)
	}
	return false, true
}

func plainInto(to *string, value string) (ok bool) {
	*to, ok = strict.Text(value)
	return ok
}

func plainNumberInto[T int | int64 | uint64](to *T, value string) bool {
	n, ok := strict.Whole(value)
	*to = T(n)
	return ok
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
		return plainInto(&a.Updated, m.Value)
	case "utcStart":
		return plainInto(&a.Start, m.Value)
	case "utcEnd":
		return plainInto(&a.End, m.Value)
	case "granularity":
		return plainInto(&a.Granularity, m.Value) && a.Granularity != ""
	case "busy":
		a.Busy = make([]BusyPeriod, 0, strings.Count(m.Value, "{"))
		return strict.Flat(m.Value, func() { a.Busy = append(a.Busy, BusyPeriod{}) }, func(name, value string) bool {
			p := &a.Busy[len(a.Busy)-1]
			switch name {
			case "utcStart":
				return plainInto(&p.Start, value)
			case "utcEnd":
				return plainInto(&p.End, value)
			case "busyStatus":
				return plainInto(&p.Status, value)
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
		return plainInto(&t.Region, m.Value)
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
				return plainInto(&s.URI, value)
			case "level":
				return plainNumberInto(&s.Level, value)
			case "basis":
				return plainInto(&s.Basis, value)
			}
			return false
		})
	}
	return false
}
