// Package exchange is what every handler of the JSON edge reads and answers
// with: the body within its limit, who calls, pages of lists, and a refusal with
// its status and its words in both languages. It refuses to know a room.
package exchange

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/spec"
)

// Caller is who makes a request: a node by a signed proof, or a person or
// program by a bearer token.
type Caller struct {
	access.Caller
	Node  spec.NodeID
	JTI   string // of the proof, which counts once
	Until int64  // Unix seconds
}

// Called names a caller in the log of who opened what: a program by its
// account, whoever came with a token from the command line by their role.
func (c Caller) Called() string {
	switch {
	case c.Account != "":
		return c.Account
	case len(c.Held) == 1:
		return c.Held[0].Role
	}
	return ""
}

const (
	callerKey = "fukusen.caller"
	bodyKey   = "fukusen.body"
)

// CallerOf is who the door let in.
func CallerOf(c echo.Context) Caller {
	who, _ := c.Get(callerKey).(Caller)
	return who
}

// Body is the body that the door read.
func Body(c echo.Context) []byte {
	octets, _ := c.Get(bodyKey).([]byte)
	return octets
}

// Enter notes who the door let in.
func Enter(c echo.Context, who Caller) { c.Set(callerKey, who) }

// Bring notes the body that the door read.
func Bring(c echo.Context, body []byte) { c.Set(bodyKey, body) }

// Answer is an error that knows its status and problem.
type Answer struct {
	Status  int
	Refusal spec.Refusal
	Detail  string // plain English for what no requirement covers
}

func (a *Answer) Error() string { return a.Refusal.Error() }

// Refuse is an answer for what no requirement line describes.
func Refuse(status int, problem, field string) error {
	return &Answer{Status: status, Refusal: spec.Refusal{Problem: problem, Field: field}}
}

// RefuseAs is an answer that names a broken requirement.
func RefuseAs(status int, r *spec.Refusal) error { return &Answer{Status: status, Refusal: *r} }

// Invalid is a 422 that names the field and the way out.
func Invalid(field, need string) error {
	return &Answer{Status: http.StatusUnprocessableEntity, Refusal: spec.Refusal{Problem: "invalid", Field: field}, Detail: need}
}

// ErrNoBody means that a body is needed and none came.
var ErrNoBody = errors.New("the body is missing; send JSON (application/json)")

// Recast carries a value to a type with the same member names.
func Recast(from, to any) error {
	octets, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(octets, to)
}
