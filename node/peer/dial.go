package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/fukusen/fukusen/node/dial"
)

// silence is how long a connection may carry nothing before the other side is
// pinged, and how long the answer may take.
const silence = 5 * time.Second

// NewTransport is an HTTP transport for neighbours: TLS 1.3, no proxy, no
// compression, every address checked when it is dialled.
func NewTransport(g dial.Guard) *http.Transport {
	dialer := g.Dialer()
	return &http.Transport{
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, addr)
		},
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: g.CAs},
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
