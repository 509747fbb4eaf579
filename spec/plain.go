package spec

import (
	"strconv"
	"strings"

	"github.com/fukusen/fukusen/spec/strict"
)

// plainReader is a payload that can be read from members as the strict reader
// found them, where all are spelled plainly: strings without escapes, numbers,
// arrays of objects of strings. It answers false, having promised nothing,
// where anything is spelled otherwise or is of the wrong type; then the general
// decoder judges. It exists because availability is nearly all that travels,
// and a second walk through encoding/json costs half as much as the signature.
type plainReader interface {
	readPlain(members []strict.Member) bool
}

// plainText is the value of a JSON string without escapes.
func plainText(value string) (string, bool) {
	if len(value) < 2 || value[0] != '"' || strings.IndexByte(value, '\\') >= 0 {
		return "", false
	}
	return value[1 : len(value)-1], true
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
	*to, ok = plainText(value)
	return ok
}

// plainNumberInto reads digits; the strict reader has bounded them to 2^53-1.
func plainNumberInto[T int64 | uint64](to *T, value string) bool {
	n, err := strconv.ParseUint(value, 10, 53)
	*to = T(n)
	return err == nil
}

func (a *Availability) readPlain(members []strict.Member) bool {
	for i := range members {
		m := &members[i]
		known, ok := a.Envelope.readPlain(m)
		if !known {
			ok = a.readOwn(m)
		}
		if !ok {
			*a = Availability{}
			return false
		}
	}
	return true
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
		a.Busy, ok = plainPeriods(m.Value)
		return ok
	}
	return false
}

// plainPeriods reads an array of busy periods. The strict reader has walked
// it, so that quotes, commas and braces stand where JSON wants them.
func plainPeriods(value string) ([]BusyPeriod, bool) {
	if value[0] != '[' || strings.IndexByte(value, '\\') >= 0 {
		return nil, false
	}
	list := make([]BusyPeriod, 0, strings.Count(value, "{"))
	rest := value[1:]
	for {
		at := strings.IndexAny(rest, "{]")
		if at < 0 || strings.Trim(rest[:at], ", \t\r\n") != "" {
			return nil, false // an element that is no object
		}
		if rest[at] == ']' {
			return list, strings.Count(value, "{") == len(list) && strings.Count(value, "[") == 1
		}
		end := strings.IndexByte(rest, '}')
		if end < at {
			return nil, false
		}
		p, ok := plainPeriod(rest[at+1 : end])
		if !ok {
			return nil, false
		}
		list, rest = append(list, p), rest[end+1:]
	}
}

// plainPeriod reads the inside of one period's object: pairs of strings.
func plainPeriod(inside string) (p BusyPeriod, ok bool) {
	parts := strings.Split(inside, `"`)
	// "name" : "value" , … leaves a separator before, between and after.
	for i := 1; i+3 < len(parts); i += 4 {
		if strings.TrimSpace(parts[i+1]) != ":" {
			return p, false
		}
		switch parts[i] {
		case "utcStart":
			p.Start = parts[i+2]
		case "utcEnd":
			p.End = parts[i+2]
		case "busyStatus":
			p.Status = parts[i+2]
		default:
			return p, false
		}
	}
	return p, len(parts)%4 == 1
}
