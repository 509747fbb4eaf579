package fetch

import (
	"net/netip"
	"net/url"
	"strings"
)

// maxAddress is more than any calendar program makes of an address, in octets.
const maxAddress = 2048

// Check reads an address as a person wrote it, also with webcal in front, and
// refuses what is never read. It decides about spelling only; where a name leads
// is judged when it is dialled. Errors: ErrAddress.
func Check(text string, plain bool) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxAddress || strings.ContainsFunc(text, unprintable) {
		return nil, ErrAddress
	}
	u, err := url.Parse(text)
	if err != nil || u.Opaque != "" || u.User != nil {
		return nil, ErrAddress
	}
	switch strings.ToLower(u.Scheme) {
	case "https", "webcal", "webcals":
		u.Scheme = "https"
	case "http":
		// What programs hand out as http is asked for under https, unless a
		// development node may ask as it stands.
		if !plain {
			u.Scheme = "https"
			if u.Port() == "80" {
				u.Host = u.Hostname()
			}
		}
	default:
		return nil, ErrAddress
	}
	if !named(u.Hostname()) {
		return nil, ErrAddress
	}
	u.Host = strings.ToLower(u.Host)
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

func unprintable(r rune) bool { return r <= ' ' || r == 0x7f }

// named says whether a host is a name of ASCII letters, digits, hyphens and
// dots, or an address in its one usual spelling: 0x7f.1, 2130706433 and other
// spellings are read differently by every library, so by none here.
func named(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Zone() == ""
	}
	if host == "" || len(host) > 253 {
		return false
	}
	host = strings.TrimSuffix(host, ".")
	for _, label := range strings.Split(host, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for _, c := range []byte(label) {
			if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_') {
				return false
			}
		}
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	return !numeric(last)
}

// numeric says whether a last label makes a reader of URLs take the host for an
// address (WHATWG URL, "ends in a number").
func numeric(label string) bool {
	if digits := strings.Trim(label, "0123456789"); digits == "" {
		return true
	}
	hex, ok := strings.CutPrefix(strings.ToLower(label), "0x")
	return ok && strings.Trim(hex, "0123456789abcdef") == ""
}

// Short is an address as it may be shown: its host, and nothing of what may be
// a secret behind it.
func Short(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "…"
	}
	return u.Scheme + "://" + u.Host + "/…"
}
