package notice

import (
	"fmt"
	"net/netip"
	"strings"
)

// Lengths in octets (RFC 5321, section 4.5.3.1; a path has 256 with its <>).
const (
	localMost   = 64
	domainMost  = 255
	addressMost = 254
	labelMost   = 63
)

// Address says by nil that a text is one mail address alone, such as
// taro@example.jp: no display name, no list, no line break, and only the signs
// that every mail server takes. Dots may stand anywhere before the @, as some
// carriers in Japan gave such addresses out.
//
// The error never repeats the text.
func Address(text string) error {
	_, _, err := split(text)
	return err
}

// Path writes an address as envelopes and headers take it: what stands before
// the @ is quoted where its dots need it (RFC 5321, section 4.1.2).
func Path(address string) (string, error) {
	local, domain, err := split(address)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, "..") {
		local = `"` + local + `"`
	}
	return local + "@" + domain, nil
}

// Domain is what stands behind the @ of an address, or "".
func Domain(address string) string {
	_, domain, err := split(address)
	if err != nil {
		return ""
	}
	return domain
}

func split(text string) (local, domain string, err error) {
	refuse := func(need string) (string, string, error) { return "", "", fmt.Errorf("%w: %s", ErrAddress, need) }
	at := strings.LastIndexByte(text, '@')
	switch {
	case text == "":
		return refuse("write one, such as name@example.jp")
	case len(text) > addressMost:
		return refuse(fmt.Sprintf("at most %d characters", addressMost))
	case strings.ContainsFunc(text, func(r rune) bool { return r < 0x21 || r > 0x7e }):
		return refuse("only half-width letters, digits and signs, without spaces and line breaks")
	case at < 1 || at == len(text)-1:
		return refuse("something stands before and behind one @, such as name@example.jp")
	}
	local, domain = text[:at], text[at+1:]
	if len(local) > localMost {
		return refuse(fmt.Sprintf("at most %d characters before the @", localMost))
	}
	if strings.ContainsFunc(local, func(r rune) bool { return !letter(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r) }) {
		return refuse("one address alone, without name, brackets, quotes or commas")
	}
	if !isDomain(domain) {
		return refuse("a domain name stands behind the @, such as example.jp")
	}
	return local, domain, nil
}

func letter(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}

// isDomain wants a name of at least two labels: what has fewer, or is a number
// of a machine, reaches nobody outside.
func isDomain(domain string) bool {
	if len(domain) > domainMost || !strings.Contains(domain, ".") {
		return false
	}
	if _, err := netip.ParseAddr(domain); err == nil {
		return false
	}
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > labelMost || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool { return !letter(r) && r != '-' }) {
			return false
		}
	}
	return true
}
