package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/spec"
)

// read decodes a JSON body strictly: one object of the standard's strict form,
// no member that the contract does not define.
func read(c echo.Context, into any) error {
	octets := bodyOf(c)
	if len(octets) == 0 {
		return errNoBody
	}
	if err := spec.CheckJSON(octets); err != nil {
		return refuseAs(http.StatusBadRequest, spec.AsRefusal(err))
	}
	d := json.NewDecoder(bytes.NewReader(octets))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return invalid(wrong.Field, "the member has the wrong JSON type")
	}
	return invalid("", "the body has a member that the contract does not define")
}

// cursor reads the paging parameters of lists.
func cursor(after *string, limit *int32) (int64, int, error) {
	from, most := int64(0), spec.DefaultLimit
	if after != nil {
		n, err := strconv.ParseInt(*after, 10, 64)
		if err != nil || n < 0 {
			return 0, 0, refuseAs(http.StatusBadRequest, spec.RefuseField("REQ-FEED-008", "after", "after is the next of an earlier answer"))
		}
		from = n
	}
	if limit != nil {
		if *limit < 1 || *limit > spec.MaxLimit {
			return 0, 0, refuseAs(http.StatusBadRequest, spec.RefuseField("REQ-FEED-008", "limit", "limit is a whole number from 1 to 500"))
		}
		most = int(*limit)
	}
	return from, most, nil
}

// stretch is the part of a list that one page shows, and what asks for the
// next one; nil at the end.
func stretch[T any](all []T, after int64, limit int) ([]T, *string) {
	from := int(min(after, int64(len(all))))
	to := min(from+limit, len(all))
	if to == len(all) {
		return all[from:], nil
	}
	next := strconv.Itoa(to)
	return all[from:to], &next
}

// nudgeMeter hears one nudge a second from each node.
type nudgeMeter struct {
	mu   sync.Mutex
	last map[spec.NodeID]time.Time
}

func (m *nudgeMeter) allow(node spec.NodeID, now time.Time) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.last == nil {
		m.last = make(map[spec.NodeID]time.Time)
	}
	if was, ok := m.last[node]; ok && now.Sub(was) < time.Second && !now.Before(was) {
		return false
	}
	m.last[node] = now
	return true
}
