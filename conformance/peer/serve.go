package peer

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/fukusen/fukusen/conformance/evidence"
	"github.com/fukusen/fukusen/spec"
)

const (
	jose     = "application/jose"
	longest  = 20 * time.Second
	mostBody = 1 << 20
)

// ServeHTTP answers as the standard asks, but where a check put another answer
// in its place. Every visit is kept.
func (p *Peer) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if p.journal.Full() {
		w.WriteHeader(http.StatusServiceUnavailable) // the run is over, and nothing of this would be kept
		return
	}
	began := p.clock()
	body, err := io.ReadAll(io.LimitReader(req.Body, mostBody))
	if err != nil {
		return
	}
	p.note(Visit{At: began, Method: req.Method, Path: req.URL.RequestURI(), Header: req.Header.Clone(), Body: body})
	req.Body = io.NopCloser(bytes.NewReader(body))
	p.mu.Lock()
	answer := p.over[req.URL.Path]
	p.mu.Unlock()
	if answer == nil {
		answer = p.honest
	}
	kept := &keeper{ResponseWriter: w}
	defer func() {
		p.journal.Keep(evidence.Exchange{
			At: evidence.Millis(began), Took: p.clock().Sub(began).Milliseconds(), Direction: evidence.FromTarget, Peer: string(p.ID),
			Method: req.Method, URL: string(p.ID) + req.URL.RequestURI(), Request: evidence.HeaderOf(req.Header),
			Sent: evidence.BodyOf(body), Status: kept.status, Header: evidence.HeaderOf(w.Header()), Got: evidence.BodyOf(kept.body),
		})
	}()
	answer(kept, req)
}

func (p *Peer) honest(w http.ResponseWriter, req *http.Request) {
	path := req.URL.Path
	log, isFeed := strings.CutPrefix(path, "/v1/feed/")
	switch {
	case path == "/.well-known/fukusen":
		p.statement(w)
	case path == "/.well-known/fukusen/keys":
		w.Header().Set("Content-Type", jose)
		_, _ = io.WriteString(w, p.History())
	case isFeed && req.Method == http.MethodGet && !strings.Contains(log, "/"):
		p.feed(w, req, log)
	case isFeed && req.Method == http.MethodPut && strings.HasSuffix(log, "/ack"):
		w.WriteHeader(http.StatusNoContent)
	case path == "/v1/held" && req.Method == http.MethodGet:
		Answer(w, http.StatusOK, map[string]any{"items": []any{}})
	case path == "/v1/nudge":
		w.WriteHeader(http.StatusAccepted)
	default:
		Problem(w, http.StatusNotFound, "not-found", "")
	}
}

func (p *Peer) statement(w http.ResponseWriter) {
	token, err := spec.SealStatement(p.signer(), p.Statement())
	if err != nil {
		Problem(w, http.StatusInternalServerError, "internal", "")
		return
	}
	w.Header().Set("Content-Type", jose)
	_, _ = io.WriteString(w, token)
}

// Statement is the peer's honest statement, unsigned.
func (p *Peer) Statement() spec.Statement {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock().Unix()
	return spec.Statement{
		Issuer: p.ID, IssuedAt: now, Expires: now + 86400, Fed: p.fed, Name: p.Name, Kind: "foundation", Identifiers: []spec.Identifier{},
		Keys: p.serial, Spec: []string{spec.Version}, Bundle: string(spec.Bundle()),
		Roles:     []string{"availability-publisher", "availability-consumer", "evaluation-issuer", "evaluation-verifier", "gig-owner", "gig-home", "calendar-consumer", "policy-follower"},
		Endpoints: map[string]string{"feed": string(p.ID) + "/v1/feed", "policy": string(p.ID) + "/v1/policy"},
	}
}

func (p *Peer) feed(w http.ResponseWriter, req *http.Request, log string) {
	next, limit := Place(req)
	until := time.NewTimer(min(Wait(req), longest))
	defer until.Stop()
	for {
		p.mu.Lock()
		grown := p.grown
		p.mu.Unlock()
		page, now := p.page(log, next, limit)
		if now || len(page.Items) > 0 {
			Answer(w, http.StatusOK, page)
			return
		}
		select {
		case <-grown:
		case <-until.C:
			Answer(w, http.StatusOK, p.Page(log, next, limit))
			return
		case <-req.Context().Done():
			return
		}
	}
}

// Place reads after and limit of a feed request; next is after + 1.
func Place(req *http.Request) (next uint64, limit int) {
	if after, err := strconv.ParseUint(req.URL.Query().Get("after"), 10, 64); err == nil {
		next = after + 1
	}
	limit = spec.DefaultLimit
	if n, err := strconv.Atoi(req.URL.Query().Get("limit")); err == nil && n > 0 {
		limit = min(n, spec.MaxLimit)
	}
	return next, limit
}

// Wait reads Prefer: wait.
func Wait(req *http.Request) time.Duration {
	for _, part := range strings.Split(req.Header.Get("Prefer"), ",") {
		if text, ok := strings.CutPrefix(strings.TrimSpace(part), "wait="); ok {
			if n, err := strconv.Atoi(text); err == nil && n > 0 {
				return time.Duration(n) * time.Second
			}
		}
	}
	return 0
}

// Answer writes JSON.
func Answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// Problem writes a problem document.
func Problem(w http.ResponseWriter, status int, name, requirement string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	doc := map[string]any{"type": spec.ProblemPrefix + name, "status": status, "title": name}
	if requirement != "" {
		doc["requirement"] = requirement
	}
	_ = json.NewEncoder(w).Encode(doc)
}

// keeper remembers what was answered.
type keeper struct {
	http.ResponseWriter
	status int
	body   []byte
}

func (k *keeper) WriteHeader(status int) {
	k.status = status
	k.ResponseWriter.WriteHeader(status)
}

func (k *keeper) Write(octets []byte) (int, error) {
	if k.status == 0 {
		k.status = http.StatusOK
	}
	if room := evidence.MostBody - len(k.body); room > 0 {
		k.body = append(k.body, octets[:min(room, len(octets))]...)
	}
	return k.ResponseWriter.Write(octets)
}

// Unwrap lets a ResponseController flush and hijack.
func (k *keeper) Unwrap() http.ResponseWriter { return k.ResponseWriter }
