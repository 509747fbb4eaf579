// Package consent says what a person agreed to: to whom, which kinds of
// records, for which purposes, until when. It is a pure room: it refuses a
// consent without recipient, purpose or end, and knows no store and no clock.
package consent

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/code"
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
	Sharing               *Sharing `json:"availability,omitempty"` // of free and busy times
}

// Sharing is how free and busy times are shown to the recipient: in steps of
// which length, and for how long one record may be used (ISO 8601 durations).
type Sharing struct {
	Granularity string `json:"granularity"`
	Expiry      string `json:"expiry"`
}

// Terms of a Sharing that says nothing, and its bounds (standard, section 12.2).
const (
	finest, coarsest   = 5 * time.Minute, 24 * time.Hour
	briefest, longest  = time.Hour, 7 * 24 * time.Hour
	granularity, lives = 15 * time.Minute, 24 * time.Hour
)

// Shown is a Sharing in numbers.
type Shown struct{ Granularity, Life time.Duration }

// Shared reads the Sharing of a stored consent record, or what stands for none.
func Shared(document string) (Shown, error) {
	shown := Shown{granularity, lives}
	var r Record
	if err := json.Unmarshal([]byte(document), &r); err != nil {
		return shown, fmt.Errorf("stored consent: %w", err)
	}
	if r.Sharing == nil {
		return shown, nil
	}
	var err, err2 error
	shown.Granularity, err = code.ParseDuration(r.Sharing.Granularity)
	shown.Life, err2 = code.ParseDuration(r.Sharing.Expiry)
	if err := errors.Join(err, err2); err != nil {
		return shown, fmt.Errorf("stored consent: %w", err)
	}
	return shown, nil
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
	// How availability is shown; empty: PT15M and P1D. Nothing where availability
	// is not among the kinds.
	Granularity, Expiry string
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
	sharing, err := a.sharing()
	if err != nil {
		return Record{}, err
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
		Sharing: sharing,
	}, nil
}

// sharing is what a person chose of how their free and busy times are shown.
func (a Ask) sharing() (*Sharing, error) {
	chosen := a.Granularity != "" || a.Expiry != ""
	switch {
	case !chosen:
		return nil, nil
	case !slices.Contains(a.Kinds, spec.KindAvailability):
		return nil, fmt.Errorf("%w: availability: only where availability is among the kinds", ErrInvalid)
	}
	s := &Sharing{cmp.Or(a.Granularity, "PT15M"), cmp.Or(a.Expiry, "P1D")}
	if d, err := code.ParseDuration(s.Granularity); err != nil || d < finest || d > coarsest || d%time.Minute != 0 {
		return nil, fmt.Errorf("%w: availability.granularity: an ISO 8601 duration of whole minutes from PT5M to P1D is required", ErrInvalid)
	}
	if d, err := code.ParseDuration(s.Expiry); err != nil || d < briefest || d > longest {
		return nil, fmt.Errorf("%w: availability.expiry: an ISO 8601 duration from PT1H to P7D is required", ErrInvalid)
	}
	return s, nil
}

func duration(d time.Duration) string {
	days := int64((d + 24*time.Hour - 1) / (24 * time.Hour))
	return fmt.Sprintf("P%dD", days)
}
