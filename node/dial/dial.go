// Package dial decides which addresses this node may be led to: by a
// neighbour's name, by the address of a person's calendar, and by whatever a
// resolver or a redirect makes of them. It is the one guard for all of them.
//
// It refuses to judge a name: names change their meaning between two looks, so
// the address itself is judged, at the moment it is dialled.
package dial

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
	"time"
)

// ErrPrivate means that a name led to an address that is not dialled.
var ErrPrivate = errors.New("the address is private or reserved and is not listed in dial_private")

// Guard says which addresses may be dialled beyond public ones.
type Guard struct {
	Private  []netip.Prefix // allowed private ranges
	CAs      *x509.CertPool // nil for the system's
	Resolver *net.Resolver  // nil for the system's
}

// reserved are ranges that lead back into a network of ours: those of the IANA
// special-purpose registries (RFC 6890), and those that hold an IPv4 address
// within them, because a gateway may lead there.
var reserved = func() []netip.Prefix {
	var list []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
		"192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"224.0.0.0/4", "240.0.0.0/4", "::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
		"100:0:0:1::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
		"fec0::/10", "ff00::/8",
	} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}()

// Allowed decides on the address that is dialled, after every name was
// resolved: a check of the name alone would miss rebinding and redirects.
func (g Guard) Allowed(addr netip.Addr) bool {
	addr = addr.Unmap()
	for _, p := range g.Private {
		if p.Contains(addr) {
			return true
		}
	}
	for _, p := range reserved {
		if p.Contains(addr) {
			return false
		}
	}
	return addr.IsValid() && addr.Zone() == ""
}

func (g Guard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial %s: %w", address, err)
	}
	if !g.Allowed(ap.Addr()) {
		return ErrPrivate
	}
	return nil
}

// Dialer dials what the guard allows and nothing else. Each address is judged
// between its choice and its connection, so there is no second look at a name.
func (g Guard) Dialer() *net.Dialer {
	return &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second, Control: g.control, Resolver: g.Resolver}
}
