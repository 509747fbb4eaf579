// Package enrol writes about the people of the talent register: adding,
// changing, taking in spreadsheets and undoing them, making one of two. Pages
// and the API call the same functions. It refuses to write over what its caller
// has not seen, and leaves no half of a change: person, entry, account and
// membership stand together or not at all.
package enrol

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrStale means that somebody changed the entry since the caller saw it.
	ErrStale = errors.New("somebody else has changed this entry meanwhile")
	// ErrSettled means that a spreadsheet was applied, undone, or is too old.
	ErrSettled = errors.New("this spreadsheet is settled, or too old")
)

// Invalid is a refusal of an entry with all that is wrong with it.
type Invalid struct{ Problems []talent.Problem }

// Error names the first field; a page shows all.
func (e *Invalid) Error() string {
	for _, p := range e.Problems {
		if !p.Flag {
			return fmt.Sprintf("invalid entry: %s: %s", p.Field, p.Code)
		}
	}
	return "invalid entry"
}

// CodeRegionShared refuses an entry without a region while a profile of the
// person exists: a record that other nodes read always has one (REQ-TAL-003).
const CodeRegionShared = "talent.region-shared"

// Config is what the desk works with.
type Config struct {
	Self  spec.NodeID
	Store *store.Store
	Gate  *gate.Gate
	Door  *signin.Door
	Clock func() time.Time
}

// Desk writes about people. It is safe for concurrent use.
type Desk struct{ Config }

// New is a desk.
func New(cfg Config) *Desk { return &Desk{cfg} }

// Registered is somebody of the register with the version that was read.
type Registered struct {
	Person    string
	Entry     talent.Entry
	Version   int64
	UpdatedAt int64
}

// Known is the person with the entry alone.
func (r Registered) Known() talent.Known { return talent.Known{ID: r.Person, Entry: r.Entry} }

// Of answers somebody of the register; of whom there is no entry yet, what the
// person's row and profile say, with version 0.
//
// Errors: store.ErrNotFound.
func Of(tx *store.Tx, person string) (Registered, error) {
	row, err := roster.In(tx).Entry(person)
	if errors.Is(err, store.ErrNotFound) {
		p, err := tx.Person(person)
		if err != nil {
			return Registered{}, err
		}
		e, err := fromRow(tx, p)
		return Registered{Person: person, Entry: e}, err
	}
	if err != nil {
		return Registered{}, err
	}
	return opened(row)
}

func opened(row roster.Entry) (Registered, error) {
	r := Registered{Person: row.Person, Version: row.Version, UpdatedAt: row.UpdatedAt}
	if err := json.Unmarshal([]byte(row.Entry), &r.Entry); err != nil {
		return r, fmt.Errorf("stored entry of the register: %w", err)
	}
	return r, nil
}

// fromRow is the entry of somebody who came before the register.
func fromRow(tx *store.Tx, p store.Person) (talent.Entry, error) {
	e := talent.Entry{
		Family: p.FamilyName, Given: p.GivenName, FamilyKana: sheet.Kana(p.FamilyKana), GivenKana: sheet.Kana(p.GivenKana),
	}
	profile, err := tx.TalentProfile(p.ID)
	if errors.Is(err, store.ErrNotFound) {
		return e, nil
	}
	e.Region, e.Remote, e.Languages, e.Skills = profile.Region, profile.Remote, profile.Languages, profile.Skills
	return e, err
}

// put writes an entry as its next version.
func put(tx *store.Tx, person string, e talent.Entry, before, now int64) (int64, error) {
	octets, err := json.Marshal(e)
	if err != nil {
		return 0, err
	}
	stands, err := roster.In(tx).Put(roster.Entry{
		Person: person, Reading: talent.Reading(e, sheet.KanaKey), Search: searchText(e), Entry: string(octets),
		Version: before + 1, UpdatedAt: now,
	})
	if err == nil && !stands {
		err = ErrStale
	}
	return before + 1, err
}

// searchText is what a search looks through: names in all scripts with and
// without the space between them, e-mail and telephone.
func searchText(e talent.Entry) string {
	return strings.Join([]string{
		searchable(e.Family + " " + e.Given), searchable(e.Family + e.Given),
		searchable(e.FamilyKana + " " + e.GivenKana), searchable(e.FamilyKana + e.GivenKana),
		searchable(e.Email), searchable(strings.ReplaceAll(e.Phone, "-", "")), searchable(e.Phone),
	}, "\n")
}

// searchable evens out widths, kana and case.
func searchable(text string) string { return strings.ToLower(sheet.Kana(sheet.Digits(text))) }

// page is how many entries are read at once.
const page = 500

// Fill makes entries for people who came before the register, so that lists
// have them in their place. Where everybody has one it only looks.
func (d *Desk) Fill(ctx context.Context) error {
	for {
		var missing []store.Person
		read := func(tx *store.Tx) error {
			var err error
			missing, err = tx.Unentered(page)
			return err
		}
		if err := d.Store.Read(ctx, read); err != nil || len(missing) == 0 {
			return err
		}
		err := d.Store.Write(ctx, func(tx *store.Tx) error {
			if err := read(tx); err != nil {
				return err
			}
			for _, p := range missing {
				e, err := fromRow(tx, p)
				if err != nil {
					return err
				}
				if _, err := put(tx, p.ID, e, 0, p.CreatedAt); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// List answers people in the order of their reading that follow one (its
// Person and Reading). Organisation is "" for all; find is what was typed.
func List(tx *store.Tx, organisation, find string, after roster.Entry, limit int) ([]roster.Entry, error) {
	if organisation == "" {
		return roster.In(tx).Entries(searchable(find), after, limit)
	}
	return roster.In(tx).EntriesWithin(organisation, searchable(find), after, limit)
}

// Everybody answers all people of some organisations, or all where none is
// named, in the order of their reading.
func Everybody(tx *store.Tx, organisations ...string) ([]Registered, error) {
	if len(organisations) == 0 {
		organisations = []string{""}
	}
	var all []Registered
	seen := map[string]bool{}
	for _, organisation := range organisations {
		for after := (roster.Entry{}); ; {
			rows, err := List(tx, organisation, "", after, page)
			if err != nil {
				return nil, err
			}
			for _, row := range rows {
				r, err := opened(row)
				if err != nil {
					return nil, err
				}
				if !seen[r.Person] {
					seen[r.Person] = true
					all = append(all, r)
				}
			}
			if len(rows) < page {
				break
			}
			after = rows[len(rows)-1]
		}
	}
	order := talent.Order(sheet.KanaKey)
	slices.SortStableFunc(all, func(a, b Registered) int { return order(a.Known(), b.Known()) })
	return all, nil
}

// Opened reads a row of a list.
func Opened(row roster.Entry) (Registered, error) { return opened(row) }

// Skill is the URI of a skill by its name: skills that no vocabulary names
// are this node's own, so that an office may write them as it speaks.
func (d *Desk) Skill(name string) (string, bool) {
	if name == "" || len([]rune(name)) > 60 {
		return "", false
	}
	return string(d.Self) + skillPath + url.PathEscape(name), true
}

const skillPath = "/skills/"

// SkillName is how people read a skill: its name where the URI is this node's.
func (d *Desk) SkillName(uri string) string {
	if rest, own := strings.CutPrefix(uri, string(d.Self)+skillPath); own {
		if name, err := url.PathUnescape(rest); err == nil {
			return name
		}
	}
	return uri
}

// Matches says whether a search finds an entry by what stands in it.
func Matches(e talent.Entry, find string) bool {
	return strings.Contains(searchText(e), searchable(find))
}
