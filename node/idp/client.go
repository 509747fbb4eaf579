package idp

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// The bounds on everything that a provider answers. Real answers are a few
// kilobytes long and come within a second.
const (
	answerEnd  = 256 << 10
	answerTime = 10 * time.Second
	finishTime = 20 * time.Second // for the exchange, the keys and userinfo together
	redirects  = 3
)

// client makes the one HTTP client for a provider. It sends nothing in the clear,
// reads no more than answerEnd, and follows a redirect only for a question that
// carries no secret, and only on the host that was asked.
func client(c Config) *http.Client {
	dial := &net.Dialer{Timeout: answerTime}
	return &http.Client{
		Timeout: answerTime,
		Transport: bounded{config: c, next: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         dial.DialContext,
			ForceAttemptHTTP2:   true,
			MaxIdleConns:        4,
			IdleConnTimeout:     time.Minute,
			TLSHandshakeTimeout: answerTime,
			TLSClientConfig:     &tls.Config{RootCAs: c.CAs, MinVersion: tls.VersionTLS12},
		}},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			asked := via[0]
			switch {
			case asked.Method != http.MethodGet:
				return errors.New("the code and the secret are not sent on to where a redirect points")
			case next.URL.Scheme != asked.URL.Scheme || next.URL.Host != asked.URL.Host:
				return fmt.Errorf("a redirect from %s to another host, %s", asked.URL.Host, next.URL.Host)
			case len(via) > redirects:
				return errors.New("too many redirects")
			}
			return nil
		},
	}
}

// bounded refuses addresses in the clear and cuts answers that do not end.
type bounded struct {
	config Config
	next   http.RoundTripper
}

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if why := b.config.unusable(r.URL.String()); why != "" {
		return nil, errors.New(why)
	}
	answer, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = http.MaxBytesReader(nil, answer.Body, answerEnd)
	return answer, nil
}
