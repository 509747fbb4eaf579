package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// longestWait is the most that Prefer: wait may ask for (standard section 7).
const longestWait = 30 * time.Second

// GetFeed answers a page of a log: public and policy to anyone, a reader's log
// to that reader alone.
func (s *Server) GetFeed(c echo.Context, log wire.Log, params wire.GetFeedParams) error {
	next, limit, err := place(params)
	if err != nil {
		return err
	}
	if log == spec.PolicyLog {
		return s.policyFeed(c, next, limit, params.Prefer)
	}
	reader, err := s.readerOf(c, log)
	if err != nil {
		return err
	}
	if err := s.Ready(); err != nil {
		return err
	}
	return s.waitFor(c, params.Prefer, func(wait <-chan time.Time) (bool, error) {
		grown := s.Gate.Growth().Wait(log)
		page, err := s.Gate.Serve(c.Request().Context(), log, reader, next, limit)
		if err != nil {
			return true, err
		}
		if len(page.Items) == 0 && waits(c, grown, wait) {
			return false, nil
		}
		return true, s.write(c, spec.Page{Items: page.Items, Head: page.Head})
	})
}

// readerOf decides whose log it is, or refuses (REQ-FEED-007, 011).
func (s *Server) readerOf(c echo.Context, log string) (spec.NodeID, error) {
	if log == spec.PublicLog {
		return "", nil
	}
	if !strings.HasPrefix(log, "to-") || len(log) != 46 {
		return "", refuseAs(http.StatusNotFound, spec.RefuseField("REQ-FEED-011", "log", "a log is public, policy, or to- and a digest"))
	}
	who := callerOf(c)
	if who.Node == "" {
		return "", refuseAs(http.StatusUnauthorized, spec.Refuse("REQ-REQ-001", "a reader's log is read with a signed request"))
	}
	if spec.LogFor(who.Node) != log {
		return "", refuseAs(http.StatusForbidden, spec.Refuse("REQ-FEED-007", "a reader's log is served to that reader alone"))
	}
	return who.Node, nil
}

// place reads after and limit (REQ-FEED-008). Next is after + 1.
func place(params wire.GetFeedParams) (uint64, int, error) {
	next, limit := uint64(0), spec.DefaultLimit
	if params.After != nil {
		if *params.After < 0 || *params.After >= 1<<53 {
			return 0, 0, refuseAs(http.StatusBadRequest, spec.RefuseField("REQ-FEED-008", "after", "after is a whole number from 0"))
		}
		next = uint64(*params.After) + 1
	}
	if params.Limit != nil {
		if *params.Limit < 1 || *params.Limit > spec.MaxLimit {
			return 0, 0, refuseAs(http.StatusBadRequest, spec.RefuseField("REQ-FEED-008", "limit", "limit is a whole number from 1 to 500"))
		}
		limit = int(*params.Limit)
	}
	return next, limit, nil
}

// waitFor tries until there is an answer; try reports whether it answered.
func (s *Server) waitFor(c echo.Context, prefer *string, try func(<-chan time.Time) (bool, error)) error {
	timer := time.NewTimer(waitOf(prefer))
	defer timer.Stop()
	for {
		done, err := try(timer.C)
		if done || err != nil {
			return err
		}
	}
}

// waits blocks until the log grows; false when it is time to answer as it is.
func waits(c echo.Context, grown <-chan struct{}, end <-chan time.Time) bool {
	select {
	case <-grown:
		return true
	case <-end:
		return false
	case <-c.Request().Context().Done():
		return false
	}
}

// waitOf reads Prefer: wait=S (RFC 7240 section 4.3).
func waitOf(prefer *string) time.Duration {
	if prefer == nil {
		return 0
	}
	for _, part := range strings.FieldsFunc(*prefer, func(r rune) bool { return r == ',' || r == ';' }) {
		text, ok := strings.CutPrefix(strings.TrimSpace(part), "wait=")
		if !ok {
			continue
		}
		if n, err := strconv.Atoi(text); err == nil && n >= 0 {
			return min(time.Duration(min(n, 3600))*time.Second, longestWait)
		}
	}
	return 0
}

// policyFeed answers the mirror of the policy log with its cosigned head.
func (s *Server) policyFeed(c echo.Context, next uint64, limit int, prefer *string) error {
	return s.waitFor(c, prefer, func(wait <-chan time.Time) (bool, error) {
		grown := s.Trust.PolicyGrown()
		head := s.Trust.PolicyHead()
		if head == "" {
			return true, refusal(http.StatusServiceUnavailable, "unavailable", "")
		}
		items, err := s.Trust.PolicyItems(c.Request().Context(), next, limit)
		if err != nil {
			return true, err
		}
		if head != s.Trust.PolicyHead() {
			return false, nil // it moved in between; read both again
		}
		if len(items) == 0 {
			items = []spec.Item{}
			if waits(c, grown, wait) {
				return false, nil
			}
		}
		return true, s.write(c, spec.Page{Items: items, Head: head})
	})
}

// GetSnapshot answers every live record of a log as lines of JSON, the last
// line counting and digesting the lines before.
func (s *Server) GetSnapshot(c echo.Context, log wire.Log, _ wire.GetSnapshotParams) error {
	reader, err := s.readerOf(c, log)
	if err != nil {
		return err
	}
	if err := s.Ready(); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentType, ndjson)
	sum := sha256.New()
	count := 0
	line := func(v any, digested bool) error {
		octets, err := json.Marshal(v)
		if err != nil {
			return err
		}
		octets = append(octets, '\n')
		if digested {
			sum.Write(octets)
		}
		_, err = c.Response().Write(octets)
		return err
	}
	err = s.Gate.Snapshot(c.Request().Context(), log, reader,
		func(head string) error { return line(map[string]string{"head": head}, true) },
		func(it spec.Item) error {
			count++
			return line(map[string]any{"n": it.N, "id": it.ID, "kind": it.Kind, "record": it.Record}, true)
		})
	if err != nil {
		return err
	}
	return line(map[string]any{"count": count, "sha256": base64.RawURLEncoding.EncodeToString(sum.Sum(nil))}, false)
}

// PutAck feeds the lag console only.
func (s *Server) PutAck(c echo.Context, log wire.Log, _ wire.PutAckParams) error {
	if _, err := s.readerOf(c, log); err != nil {
		return err
	}
	var ack wire.Ack
	if err := read(c, &ack); err != nil {
		return err
	}
	if ack.Next < 0 {
		return invalid("next", "next is a whole number from 0")
	}
	err := s.Store.Write(c.Request().Context(), func(tx *store.Tx) error {
		return tx.PutAck(store.Ack{Reader: callerOf(c).Node, Log: log, N: uint64(ack.Next), At: s.Clock().Unix()})
	})
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// GetHeld answers a writer's own records that this node holds, byte for byte.
func (s *Server) GetHeld(c echo.Context, params wire.GetHeldParams) error {
	after, limit, err := cursor(params.After, params.Limit)
	if err != nil {
		return err
	}
	rows, err := s.Gate.Held(c.Request().Context(), callerOf(c).Node, after, limit)
	if err != nil {
		return err
	}
	page := wire.HeldPage{Items: []wire.HeldItem{}}
	if after == 0 {
		if page.Head, err = s.lastHeadOf(c, callerOf(c).Node); err != nil {
			return err
		}
	}
	for _, r := range rows {
		page.Items = append(page.Items, wire.HeldItem{ID: string(r.ID), Kind: string(r.Kind), Record: r.Token})
	}
	if len(rows) == limit {
		next := strconv.FormatInt(rows[len(rows)-1].Pos, 10)
		page.Next = &next
	}
	return s.write(c, page)
}

// lastHeadOf is the last head that this node accepted of a writer's log for
// it: a writer that lost everything begins its next epoch with it.
func (s *Server) lastHeadOf(c echo.Context, writer spec.NodeID) (*string, error) {
	var note *string
	err := s.find(c, func(tx *store.Tx) error {
		head, err := tx.NewestHead(writer, spec.LogFor(s.Self))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		note = &head.Note
		return err
	})
	return note, err
}

// PostNudge moves the next pull from its signer to now, at most once a second.
func (s *Server) PostNudge(c echo.Context, _ wire.PostNudgeParams) error {
	node := callerOf(c).Node
	if !s.nudges.allow(node, s.Clock()) {
		return refuseAs(http.StatusTooManyRequests, spec.Refuse("REQ-FEED-016", "one nudge a second is heard"))
	}
	s.Neighbours.Nudge(node)
	return c.NoContent(http.StatusAccepted)
}

// ctxOf keeps handlers short.
