package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrPrivate means that a name led to an address that is not dialled.
var ErrPrivate = errors.New("the address is private or reserved and is not listed in dial_private")

// Dialling says which addresses may be dialled beyond public ones.
type Dialling struct {
	Private  []netip.Prefix // allowed private ranges
	CAs      *x509.CertPool // nil for the system's
	Resolver *net.Resolver  // nil for the system's
}

// reserved are ranges that lead back into a network of ours.
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
func (d Dialling) Allowed(addr netip.Addr) bool {
	addr = addr.Unmap()
	for _, p := range d.Private {
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

func (d Dialling) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial %s: %w", address, err)
	}
	if !d.Allowed(ap.Addr()) {
		return ErrPrivate
	}
	return nil
}

// silence is how long a connection may carry nothing before the other side is
// pinged, and how long the answer may take.
const silence = 5 * time.Second

// NewTransport is an HTTP transport for neighbours: TLS 1.3, no proxy, no
// compression, every address checked when it is dialled.
func NewTransport(d Dialling) *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second, Control: d.control, Resolver: d.Resolver}
	return &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, addr)
		},
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: d.CAs},
		TLSHandshakeTimeout:    5 * time.Second,
		ResponseHeaderTimeout:  45 * time.Second,
		MaxResponseHeaderBytes: 128 << 10,
		IdleConnTimeout:        90 * time.Second,
		MaxIdleConnsPerHost:    4,
		DisableCompression:     true,
		ForceAttemptHTTP2:      true,
		// A neighbour that vanishes without a word would hold a long poll for as
		// long as an honest wait lasts; a ping tells the two apart.
		HTTP2: &http.HTTP2Config{SendPingTimeout: silence, PingTimeout: silence},
	}
}

// plain turns the errors of TLS and dialling into one clear sentence each.
func plain(err error) error {
	var host x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &host):
		return fmt.Errorf("the certificate is not for this host name; check the node id and the certificate's names (%w)", err)
	case errors.As(err, &authority):
		return fmt.Errorf("the certificate is signed by an authority that this node does not trust; add it with tls.ca_file (%w)", err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("the certificate has expired or is not valid yet; renew it or set the clock (%w)", err)
	}
	return err
}
