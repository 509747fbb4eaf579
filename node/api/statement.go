package api

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec/did"
	"github.com/fukusen/fukusen/spec/wire"
)

// GetStatement answers what this node says of itself.
func (s *Server) GetStatement(c echo.Context) error {
	token, err := s.Statement()
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, jose, []byte(token))
}

// GetKeys answers the key history, signed by the offline root key.
func (s *Server) GetKeys(c echo.Context) error {
	h := s.Trust.History(s.Self)
	if h == nil {
		return refusal(http.StatusServiceUnavailable, "unavailable", "")
	}
	return c.Blob(http.StatusOK, jose, []byte(h.Token()))
}

// GetDid answers the did:web document, so that VC tools find the record keys.
func (s *Server) GetDid(c echo.Context) error {
	h := s.Trust.History(s.Self)
	if h == nil {
		return refusal(http.StatusServiceUnavailable, "unavailable", "")
	}
	c.Response().Header().Set(echo.HeaderContentType, "application/did+json")
	return s.write(c, did.Document(s.Self, h, s.Clock()))
}

// GetStatusList answers a signed status list (REQ-EVL-013).
func (s *Server) GetStatusList(c echo.Context, list wire.Name) error {
	token, err := s.Engagements.StatusList(ctxOf(c), list)
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, jose, []byte(token))
}

// ages at which trust data turns amber and red: a follower hears of policy
// within seconds, so an hour is already strange and a week is the life of a statement.
const (
	amberAge = int64(3600)
	redAge   = int64(7 * 24 * 3600)
)

func light(age int64, known bool) wire.Light {
	switch {
	case !known || age > redAge:
		return "red"
	case age > amberAge:
		return "amber"
	}
	return "green"
}

// overdue reports whether a node owes a receipt past its deadline.
func (s *Server) overdue(c echo.Context) (bool, error) {
	late := false
	err := s.find(c, func(tx *store.Tx) error {
		list, err := tx.OverdueReceipts(s.Clock().Unix())
		late = len(list) > 0
		return err
	})
	return late, err
}

// GetHealth answers 200 whenever it can answer at all; trouble is in the body.
func (s *Server) GetHealth(c echo.Context) error {
	h := wire.Health{Status: "green", Ready: true, Version: s.Version, Checks: []wire.HealthCheck{}}
	add := func(name string, status wire.Light, age *int64) {
		h.Checks = append(h.Checks, wire.HealthCheck{Name: name, Status: status, Age: age})
		if status == "red" || status == "amber" && h.Status == "green" {
			h.Status = status
		}
	}
	if err := s.find(c, func(tx *store.Tx) error { _, _, err := tx.Meta("epoch"); return err }); err != nil {
		h.Ready = false
		add("store", "red", nil)
	} else {
		add("store", "green", nil)
	}
	if err := s.Ready(); err != nil {
		h.Ready = false
		name := "member" // the register, as far as it was read, does not list this node
		if errors.Is(err, gate.ErrRestoring) {
			name = "restore"
		}
		add(name, "amber", nil)
	} else if m := s.Trust.Book().Register().Find(s.Self); m != nil && m.Status != policy.StatusActive {
		add("member", "amber", nil) // suspended or left: nobody takes what it signs
	}
	late, err := s.overdue(c)
	if err != nil {
		return err
	}
	if late {
		add("receipts", "amber", nil)
	}
	age, known := s.Trust.PolicyAge(s.Clock())
	seconds := int64(age.Seconds())
	status := light(seconds, known)
	if !known {
		status = "amber" // the genesis is in force, its head is not cosigned yet
	}
	if s.Trust.PolicyStopped() {
		status = "red" // the log is forked, and an operator has to look (REQ-POL-009)
	}
	add("policy", status, &seconds)
	return s.write(c, h)
}
