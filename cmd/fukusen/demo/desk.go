package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// desk speaks to one node as a person, a clerk or a program would: over the
// published contract, with a bearer token.
type desk struct {
	id     spec.NodeID
	signer *spec.Signer
	http   *http.Client
}

// caller is in whose name a question is asked; the zero value is anybody.
type caller struct{ role, person string }

// person acts for one person.
func person(id string) caller { return caller{role: "person", person: id} }

// tokenLife is longer than any run needs a token for.
const tokenLife = 10 * time.Minute

// mostAnswer bounds what the demo reads from its own nodes.
const mostAnswer = 64 << 20

// refusal is a problem document.
type refusal struct {
	asked   string
	problem wire.Problem
}

func (r *refusal) Error() string {
	text := fmt.Sprintf("%s answered %d %s", r.asked, r.problem.Status, r.name())
	if r.problem.Requirement != nil {
		text += " " + *r.problem.Requirement
	}
	if r.problem.Detail != nil {
		text += " (" + *r.problem.Detail + ")"
	}
	return text
}

func (r *refusal) name() string { return strings.TrimPrefix(r.problem.Type, spec.ProblemPrefix) }

// Bodies that are not JSON.
type (
	calendarText []byte
	plainText    string
)

// do asks one question. in may be nil, a calendar, a text or a value for JSON.
func (d *desk) do(ctx context.Context, as caller, method, path string, in, out any) error {
	var body io.Reader
	kind := "application/json"
	switch v := in.(type) {
	case nil:
	case calendarText:
		body, kind = bytes.NewReader(v), "text/calendar"
	case plainText:
		body, kind = strings.NewReader(string(v)), "text/plain; charset=utf-8"
	default:
		octets, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(octets)
	}
	req, err := http.NewRequestWithContext(ctx, method, string(d.id)+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", kind)
	}
	if as.role != "" {
		token, err := node.IssueAccess(d.signer, d.id, as.role, as.person, time.Now(), tokenLife)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return d.send(req, out)
}

func (d *desk) send(req *http.Request, out any) error {
	answer, err := d.http.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	octets, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return fmt.Errorf("%s %s: %w", req.Method, req.URL, err)
	}
	if answer.StatusCode >= http.StatusBadRequest {
		r := &refusal{asked: req.Method + " " + req.URL.String()}
		if err := json.Unmarshal(octets, &r.problem); err != nil {
			return fmt.Errorf("%s answered %d without a problem document", r.asked, answer.StatusCode)
		}
		return r
	}
	if out == nil || len(octets) == 0 {
		return nil
	}
	if text, ok := out.(*string); ok {
		*text = string(octets)
		return nil
	}
	if err := json.Unmarshal(octets, out); err != nil {
		return fmt.Errorf("%s %s: %w", req.Method, req.URL, err)
	}
	return nil
}

func (d *desk) get(ctx context.Context, as caller, path string, out any) error {
	return d.do(ctx, as, http.MethodGet, path, nil, out)
}

func (d *desk) post(ctx context.Context, as caller, path string, in, out any) error {
	return d.do(ctx, as, http.MethodPost, path, in, out)
}

// records lists what the node may use of one issuer now, of one kind.
func (d *desk) records(ctx context.Context, issuer spec.NodeID, kind spec.Kind) ([]wire.RecordView, error) {
	var all []wire.RecordView
	after := ""
	for {
		ask := url.Values{"kind": {string(kind)}, "issuer": {string(issuer)}, "limit": {strconv.Itoa(spec.MaxLimit)}}
		if after != "" {
			ask.Set("after", after)
		}
		var page wire.RecordPage
		if err := d.get(ctx, caller{role: "operator"}, "/v1/records?"+ask.Encode(), &page); err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if page.Next == nil {
			return all, nil
		}
		after = *page.Next
	}
}

// peers are the node's neighbours by their id.
func (d *desk) peers(ctx context.Context) (map[spec.NodeID]wire.Peer, error) {
	var list wire.PeerList
	if err := d.get(ctx, caller{role: "operator"}, "/v1/peers", &list); err != nil {
		return nil, err
	}
	out := make(map[spec.NodeID]wire.Peer, len(list.Items))
	for _, p := range list.Items {
		out[spec.NodeID(p.Node)] = p
	}
	return out, nil
}

// logOf is the log between a neighbour and this node in one direction, which the
// public log is not; zero before it exists.
func logOf(p wire.Peer, direction wire.PeerLogDirection) wire.PeerLog {
	for _, l := range p.Logs {
		if l.Direction == direction && l.Log != spec.PublicLog {
			return l
		}
	}
	return wire.PeerLog{}
}

// policy is what is in force at the node.
func (d *desk) policy(ctx context.Context) (wire.PolicyOverview, error) {
	var p wire.PolicyOverview
	err := d.get(ctx, caller{}, "/v1/policy", &p)
	return p, err
}
