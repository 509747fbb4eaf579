// Package consent says what a person agreed to: to whom, which kinds of
// records, for which purposes, until when. It is a pure room: it refuses a
// consent without recipient, purpose or end, and knows no store and no clock.
package consent

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/spec"
)

// ErrInvalid begins every refusal of a consent; the text names the field.
var ErrInvalid = errors.New("invalid consent")

// States of a consent (DPV ConsentStatus terms).
const (
	Given     = "ConsentGiven"
	Withdrawn = "ConsentWithdrawn"
	Expired   = "ConsentExpired"
)

// Record is a consent record with the field names of ISO/IEC TS 27560:2023.
type Record struct {
	RecordID              string   `json:"record_id"`
	PrincipalID           string   `json:"pii_principal_id"`
	PrivacyNotice         string   `json:"privacy_notice"`
	Language              string   `json:"language"`
	Purposes              []string `json:"purposes"`
	LawfulBasis           string   `json:"lawful_basis"`
	Information           []string `json:"pii_information"` // kinds of records
	Controllers           []string `json:"pii_controllers"`
	StorageLocations      []string `json:"storage_locations"`
	RetentionPeriod       string   `json:"retention_period"`
	Jurisdiction          string   `json:"jurisdiction"`
	RecipientThirdParties []string `json:"recipient_third_parties"`
	WithdrawalMethod      string   `json:"withdrawal_method"`
	EventTime             string   `json:"event_time"`
	ValidityDuration      string   `json:"validity_duration"`
	EntityID              string   `json:"entity_id"`
	EventType             string   `json:"event_type"`
	EventState            string   `json:"event_state"`
}

// Ask is what a person agrees to.
type Ask struct {
	Person    string
	Home      spec.NodeID
	Recipient spec.NodeID
	Kinds     []spec.Kind
	Purposes  []string
	Until     time.Time
	Language  string // ja or en
}

// Terms is what the home and the rules in force add to every consent.
type Terms struct {
	Notice     string // id of the data guideline in force
	Purposes   []string
	Kinds      []spec.Kind
	Retention  time.Duration
	WithdrawAt string
}

// New makes a consent record, or says which field is wrong and what it needs.
func New(a Ask, terms Terms, now time.Time) (Record, error) {
	fail := func(field, need string) (Record, error) {
		return Record{}, fmt.Errorf("%w: %s: %s", ErrInvalid, field, need)
	}
	switch {
	case a.Recipient == "" || a.Recipient == a.Home:
		return fail("recipient", "the node id of another organisation is required")
	case len(a.Kinds) == 0:
		return fail("kinds", "at least one kind of record is required")
	case len(a.Purposes) == 0:
		return fail("purposes", "at least one purpose is required")
	case !a.Until.After(now):
		return fail("until", "an end in the future is required")
	case a.Until.After(now.AddDate(3, 0, 0)):
		return fail("until", "an end within three years is required")
	case a.Language != "ja" && a.Language != "en":
		return fail("language", "ja or en is required")
	}
	for _, p := range a.Purposes {
		if !slices.Contains(terms.Purposes, p) {
			return fail("purposes", "the data guideline in force does not list one of them")
		}
	}
	for _, k := range a.Kinds {
		if !slices.Contains(terms.Kinds, k) {
			return fail("kinds", "talent, availability and vc can be shared")
		}
	}
	info := make([]string, len(a.Kinds))
	for i, k := range a.Kinds {
		info[i] = string(k)
	}
	return Record{
		RecordID: spec.RandomUUID(), PrincipalID: a.Person, PrivacyNotice: terms.Notice, Language: a.Language,
		Purposes: a.Purposes, LawfulBasis: "consent", Information: info, Controllers: []string{string(a.Home)},
		StorageLocations: []string{string(a.Home), string(a.Recipient)},
		RetentionPeriod:  duration(terms.Retention), Jurisdiction: "JP",
		RecipientThirdParties: []string{string(a.Recipient)}, WithdrawalMethod: terms.WithdrawAt,
		EventTime: spec.FormatUTC(now), ValidityDuration: duration(a.Until.Sub(now)),
		EntityID: string(a.Home), EventType: "explicit", EventState: Given,
	}, nil
}

func duration(d time.Duration) string {
	days := int64((d + 24*time.Hour - 1) / (24 * time.Hour))
	return fmt.Sprintf("P%dD", days)
}
