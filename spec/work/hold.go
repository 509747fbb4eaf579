package work

import (
	"regexp"

	"github.com/fukusen/fukusen/spec/code"
	"github.com/fukusen/fukusen/spec/strict"
)

// What a hold is (standard section 12.6).
const (
	HoldTentative = "tentative"
	HoldConfirmed = "confirmed"
	HoldCancelled = "cancelled"
)

// Hold is time that a person's home keeps for one proposal.
type Hold struct {
	Status    string       `json:"status"`
	Units     []Unit       `json:"units"`
	TimeZone  string       `json:"timeZone"`            // IANA, for display
	ReleaseAt string       `json:"releaseAt,omitempty"` // of a tentative one
	FreeBusy  *FreeBusyRef `json:"freeBusyRef,omitempty"`
	Party     *Party       `json:"party,omitempty"` // of a confirmed one
	Travel    *Window      `json:"travel,omitempty"`
}

// FreeBusyRef names the version of an availability record of the same issuer and audience.
type FreeBusyRef struct {
	UID      string `json:"uid"`
	Sequence uint64 `json:"sequence"`
}

// Party is who a person is, given where work is agreed.
type Party struct {
	Name    string `json:"name"`
	Contact string `json:"contact,omitempty"`
}

var zoneName = regexp.MustCompile(`^(UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]+){1,2})$`)

// Check judges a hold; subject says whether it has an engagementSubject.
func (h *Hold) Check(subject bool) *strict.Fault {
	if !zoneName.MatchString(h.TimeZone) {
		return fault("REQ-HLD-001", "timeZone", "a time zone is a name of the IANA database such as Asia/Tokyo")
	}
	if f := h.FreeBusy; f != nil && (f.UID == "" || f.Sequence == 0) {
		return fault("REQ-HLD-001", "freeBusyRef", "a reference has uid and sequence")
	}
	if h.Status != HoldTentative && h.Status != HoldConfirmed && h.Status != HoldCancelled {
		return fault("REQ-HLD-002", "status", "a hold is tentative, confirmed or cancelled")
	}
	if field, need := wrongUnits(h.Units); field != "" {
		return fault("REQ-HLD-003", field, need)
	}
	if h.Travel != nil {
		from, ok1 := code.ParseUTC(h.Travel.Start)
		to, ok2 := code.ParseUTC(h.Travel.End)
		if !ok1 || !ok2 || !to.After(from) {
			return fault("REQ-HLD-003", "travel", "travel has UTCDateTime utcStart and a later utcEnd")
		}
	}
	return h.checkStatus(subject)
}

// checkStatus judges what goes with a status and with no other.
func (h *Hold) checkStatus(subject bool) *strict.Fault {
	tentative, confirmed := h.Status == HoldTentative, h.Status == HoldConfirmed
	_, timed := code.ParseUTC(h.ReleaseAt)
	switch {
	case tentative && !timed || !tentative && h.ReleaseAt != "":
		return fault("REQ-HLD-004", "releaseAt", "a tentative hold, and no other, is released at a UTCDateTime")
	case confirmed != subject:
		return fault("REQ-HLD-005", "engagementSubject", "a confirmed hold, and no other, has the subject of later credentials")
	case !confirmed && h.Party != nil:
		return fault("REQ-HLD-005", "party", "only a confirmed hold says who the person is")
	case h.Party != nil && h.Party.Name == "":
		return fault("REQ-HLD-005", "party.name", "a party has a name")
	}
	return nil
}
