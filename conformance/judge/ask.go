package judge

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/conformance/peer"
	"github.com/fukusen/fukusen/spec"
)

// MostAnswer bounds what is read of an answer.
const MostAnswer = spec.MaxPage + 1

// Ask is one request to the target.
type Ask struct {
	Method string // GET where empty
	Path   string // with query
	Body   []byte
	Type   string // Content-Type
	Header http.Header
	As     *peer.Peer                // signs the request
	Claims func(*spec.RequestClaims) // changes what is signed
	Token  string                    // a bearer token, or a whole credential where Scheme is set
	Scheme string                    // of Token; Bearer where empty
	Stream io.Reader                 // a body without a known length, instead of Body
	Wait   time.Duration             // beyond the usual time
}

// Do makes a request to the target and keeps the exchange. A request that gets
// no answer is an exchange too, with a status of 0.
func (w *World) Do(ctx context.Context, ask Ask) evidence.Exchange {
	if ask.Method == "" {
		ask.Method = http.MethodGet
	}
	x := evidence.Exchange{Direction: evidence.ToTarget, Method: ask.Method, URL: string(w.Target) + ask.Path, Sent: evidence.BodyOf(ask.Body)}
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second+ask.Wait)
	defer cancel()
	req, err := w.request(ctx, ask)
	began := w.Clock()
	x.At = evidence.Millis(began)
	if err == nil {
		x.Request = evidence.HeaderOf(req.Header)
		if ask.As != nil {
			x.Peer = string(ask.As.ID)
		}
		err = w.exchange(req, &x)
	}
	x.Took = w.Clock().Sub(began).Milliseconds()
	if err != nil {
		x.Failure = sentence(w.Journal, err)
	}
	return w.Journal.At(w.Journal.Keep(x))
}

func (w *World) exchange(req *http.Request, x *evidence.Exchange) error {
	res, err := w.Client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	octets, err := io.ReadAll(io.LimitReader(res.Body, MostAnswer))
	x.Status, x.Header, x.Got = res.StatusCode, evidence.HeaderOf(res.Header), evidence.BodyOf(octets)
	return err
}

func (w *World) request(ctx context.Context, ask Ask) (*http.Request, error) {
	base := w.Base
	if base == "" {
		base = string(w.Target)
	}
	var body io.Reader
	switch {
	case ask.Stream != nil:
		body = ask.Stream
	case ask.Body != nil:
		body = bytes.NewReader(ask.Body)
	}
	req, err := http.NewRequestWithContext(ctx, ask.Method, base+ask.Path, body)
	if err != nil {
		return nil, err
	}
	for name, values := range ask.Header {
		req.Header[name] = values
	}
	if ask.Type != "" {
		req.Header.Set("Content-Type", ask.Type)
	}
	switch {
	case ask.As != nil:
		proof, err := ask.As.Prove(w.Target, ask.Method, string(w.Target)+ask.Path, ask.Body, ask.Claims)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", spec.RequestScheme+" "+proof)
	case ask.Token != "":
		scheme := ask.Scheme
		if scheme == "" {
			scheme = "Bearer"
		}
		req.Header.Set("Authorization", scheme+" "+ask.Token)
	}
	return req, nil
}

// Until asks again and again until an assertion holds or patience ends, and
// returns the last exchange.
func (w *World) Until(ctx context.Context, ask func() evidence.Exchange, holds func(evidence.Exchange) bool) evidence.Exchange {
	ctx, cancel := context.WithTimeout(ctx, w.Patience)
	defer cancel()
	pause := 5 * time.Millisecond
	for {
		x := ask()
		if holds(x) {
			return x
		}
		t := time.NewTimer(pause)
		pause = min(2*pause, 200*time.Millisecond)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return x
		}
	}
}

// sentence is why there was no answer, in words that hold no credentials and
// nothing that a terminal would obey: an error may quote what the target sent.
func sentence(j *evidence.Journal, err error) string {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	// Blanked before it is cut: half a secret is not known for one.
	text := j.Clean(err.Error())
	text = strings.ToValidUTF8(text[:min(len(text), 300)], "")
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return ' '
		}
		return c
	}, text)
}
