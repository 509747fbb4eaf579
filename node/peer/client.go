package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// Failure is an answer that a neighbour gave instead of what was asked for.
type Failure struct {
	Status  int
	Problem string // problem name of the standard, or empty
	Detail  string
	require string        // the requirement that the problem names, or empty
	After   time.Duration // Retry-After, or 0
}

// Error makes a Failure an error.
func (f *Failure) Error() string {
	if f.Problem == "" {
		return fmt.Sprintf("the neighbour answered %d", f.Status)
	}
	return fmt.Sprintf("the neighbour answered %d %s", f.Status, f.Problem)
}

// Refusal is the refusal that the neighbour named, or nil.
func (f *Failure) Refusal() *spec.Refusal {
	if !spec.KnownRequirement(f.require) {
		return nil
	}
	return spec.Refuse(f.require, "refused by the neighbour")
}

// Client makes signed requests to neighbours, within limits of size and time.
// It follows no redirect and takes no compressed answer.
type Client struct {
	self   spec.NodeID
	signer func() *spec.Signer
	clock  func() time.Time
	http   *http.Client
	heads  HeadExchange

	mu     sync.Mutex
	offset map[spec.NodeID]time.Duration // how far a neighbour's clock is ahead
}

// HeadExchange carries public heads along with requests (REQ-HEAD-010).
type HeadExchange interface {
	Newest() []string
	Saw(ctx context.Context, notes []string)
}

// HeadsHeader carries heads of public logs between nodes.
const HeadsHeader = "Fukusen-Heads"

// NewClient makes a client over a transport from NewTransport.
func NewClient(self spec.NodeID, signer func() *spec.Signer, clock func() time.Time, transport http.RoundTripper, heads HeadExchange) *Client {
	return &Client{
		self: self, signer: signer, clock: clock, heads: heads,
		http: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		offset: make(map[spec.NodeID]time.Duration),
	}
}

// Ask is one request to a neighbour.
type Ask struct {
	Method string
	Path   string // with query
	Body   []byte
	Type   string                // of the body
	Wait   time.Duration         // Prefer: wait
	Limit  int64                 // most octets of the answer
	Time   time.Duration         // to be done in, beyond Wait; requestTime if 0
	Read   func(io.Reader) error // takes the answer as it comes, instead of all at once
	Signed bool
}

// requestTime bounds an answer beyond what it was asked to wait.
const requestTime = 20 * time.Second

// Do makes a request and returns the body of a 2xx answer. A clock that the
// neighbour finds skewed is corrected once.
func (c *Client) Do(ctx context.Context, to spec.NodeID, ask Ask) ([]byte, error) {
	body, err := c.once(ctx, to, ask)
	var f *Failure
	if errors.As(err, &f) && f.Problem == "clock-skew" && c.correct(to, f) {
		return c.once(ctx, to, ask)
	}
	return body, err
}

func (c *Client) once(ctx context.Context, to spec.NodeID, ask Ask) ([]byte, error) {
	if ask.Time == 0 {
		ask.Time = requestTime
	}
	ctx, cancel := context.WithTimeout(ctx, ask.Time+ask.Wait)
	defer cancel()
	req, err := c.request(ctx, to, ask)
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", ask.Method, to, plain(err))
	}
	defer res.Body.Close()
	c.receiveHeads(ctx, res)
	if res.StatusCode/100 != 2 {
		return nil, failure(res)
	}
	if ask.Read != nil {
		return nil, ask.Read(io.LimitReader(res.Body, ask.Limit))
	}
	octets, err := io.ReadAll(io.LimitReader(res.Body, ask.Limit+1))
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", ask.Method, to, plain(err))
	}
	if int64(len(octets)) > ask.Limit {
		return nil, spec.Refuse("REQ-FEED-013", "the answer is longer than its limit")
	}
	return octets, nil
}

func (c *Client) request(ctx context.Context, to spec.NodeID, ask Ask) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, ask.Method, string(to)+ask.Path, bytes.NewReader(ask.Body))
	if err != nil {
		return nil, fmt.Errorf("request to %s: %w", to, err)
	}
	if ask.Body == nil {
		req.Body, req.ContentLength = nil, 0
	}
	req.Header.Set("Accept-Encoding", "identity")
	if ask.Type != "" {
		req.Header.Set("Content-Type", ask.Type)
	}
	if ask.Wait > 0 {
		req.Header.Set("Prefer", "wait="+strconv.Itoa(int(ask.Wait/time.Second)))
	}
	if c.heads != nil {
		if notes := c.heads.Newest(); len(notes) > 0 {
			req.Header.Set(HeadsHeader, EncodeHeads(notes))
		}
	}
	if !ask.Signed {
		return req, nil
	}
	c.mu.Lock()
	now := c.clock().Add(c.offset[to])
	c.mu.Unlock()
	proof, err := spec.SealRequest(c.signer(), spec.RequestClaims{
		Issuer: c.self, Audience: to, Method: ask.Method, URI: string(to) + ask.Path, IssuedAt: now.Unix(),
	}, ask.Body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", spec.RequestScheme+" "+proof)
	return req, nil
}

func (c *Client) receiveHeads(ctx context.Context, res *http.Response) {
	if c.heads == nil {
		return
	}
	if notes := DecodeHeads(res.Header.Get(HeadsHeader)); len(notes) > 0 {
		c.heads.Saw(ctx, notes)
	}
}

// correct takes over a neighbour's clock from its problem document.
func (c *Client) correct(to spec.NodeID, f *Failure) bool {
	theirs, err := strconv.ParseInt(f.Detail, 10, 64)
	if err != nil || theirs <= 0 {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset[to] = time.Unix(theirs, 0).Sub(c.clock()).Truncate(time.Second)
	return true
}

func failure(res *http.Response) error {
	f := &Failure{Status: res.StatusCode}
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && s >= 0 && s <= 3600 {
		f.After = time.Duration(s) * time.Second
	}
	octets, err := io.ReadAll(io.LimitReader(res.Body, 16<<10))
	var doc struct {
		Type        string `json:"type"`
		Requirement string `json:"requirement"`
		Now         int64  `json:"now"`
	}
	if err == nil && json.Unmarshal(octets, &doc) == nil {
		f.Problem = nameOf(doc.Type)
		f.require = doc.Requirement
		if f.Problem == "clock-skew" {
			f.Detail = strconv.FormatInt(doc.Now, 10)
		}
	}
	return f
}

// nameOf is the problem name of a type, or empty where it is none of the
// standard's form: what a neighbour writes there stands in our logs and tables.
func nameOf(problem string) string {
	name := strings.TrimPrefix(problem, spec.ProblemPrefix)
	if len(name) > 40 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") != "" {
		return ""
	}
	return name
}
