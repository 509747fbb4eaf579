package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"time"

	"github.com/fukusen/fukusen/policy"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/wire"
)

// regionCode has a right check digit and belongs to no municipality.
const regionCode = "990019"

// seed makes every run draw the same people, skills and choices.
const seed = 20260401

//go:embed region/names.json region/skills.json region/calendars/*.ics
var regionFiles embed.FS

// named is a name with its reading.
type named struct {
	Name string `json:"name"`
	Kana string `json:"kana"`
}

// ability is a skill of the region's list.
type ability struct {
	URI string `json:"uri"`
	JA  string `json:"ja"`
	EN  string `json:"en"`
}

// region is what the nodes are filled with.
type region struct {
	families, given []named
	skills          []ability
	calendars       []calendarFile
}

// calendarFile is one file as a calendar program wrote it.
type calendarFile struct {
	name string
	ics  []byte
}

// resident is one fictional person, first as drawn and then as a node knows it.
type resident struct {
	family, given named
	talent        wire.Talent
	calendars     []calendarFile
	id            string            // the home node's
	consents      map[string]string // record id by recipient's seat name
}

func readRegion() (*region, error) {
	r := &region{}
	var names struct{ Families, Given []named }
	for name, into := range map[string]any{"names.json": &names, "skills.json": &r.skills} {
		octets, err := regionFiles.ReadFile("region/" + name)
		if err != nil {
			return nil, fmt.Errorf("demo data: %w", err)
		}
		if err := json.Unmarshal(octets, into); err != nil {
			return nil, fmt.Errorf("demo data: %s: %w", name, err)
		}
	}
	r.families, r.given = names.Families, names.Given
	files, err := fs.Glob(regionFiles, "region/calendars/*.ics")
	if err != nil {
		return nil, fmt.Errorf("demo data: %w", err)
	}
	for _, path := range files {
		octets, err := regionFiles.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("demo data: %w", err)
		}
		name := path[len("region/calendars/") : len(path)-len(".ics")]
		r.calendars = append(r.calendars, calendarFile{name, octets})
	}
	return r, nil
}

// homes says how many people live at which node: 300 in all.
var homes = map[string]int{"city": 120, "university": 70, "company": 60, "club": 50}

// draw makes the people of all nodes, every full name once. Every fifth person
// has a calendar, every twentieth two.
func (r *region) draw(seats []*seat) {
	random := rand.New(rand.NewPCG(seed, 0))
	order := random.Perm(len(r.families) * len(r.given))
	n := 0
	for _, x := range seats {
		for range homes[x.name] {
			p := &resident{
				family: r.families[order[n]%len(r.families)], given: r.given[order[n]/len(r.families)],
				consents: make(map[string]string), talent: r.talent(random),
			}
			if n%5 == 0 {
				p.calendars = append(p.calendars, r.calendars[n/5%len(r.calendars)])
			}
			if n%20 == 0 {
				p.calendars = append(p.calendars, r.calendars[(n/5+1)%len(r.calendars)])
			}
			x.people = append(x.people, p)
			n++
		}
	}
}

func (r *region) talent(random *rand.Rand) wire.Talent {
	t := wire.Talent{Region: regionCode, Remote: random.IntN(3) == 0, Languages: []string{"ja"}}
	if random.IntN(4) == 0 {
		t.Languages = append(t.Languages, "en")
	}
	for _, i := range random.Perm(len(r.skills))[:1+random.IntN(4)] {
		t.Skills = append(t.Skills, wire.Skill{URI: r.skills[i].URI, Level: int32(1 + random.IntN(5)), Basis: "self"})
	}
	return t
}

// Organisations of the region that no node stands for; they are parties of the
// conflict-of-interest matrix and of the red list.
const (
	sailmaker  = "https://shionagi-sails.example"
	mastmaker  = "https://shionagi-masts.example"
	ferryLine  = "https://shionagi-ferry.example"
	sportsShop = "https://shionagi-sports.example"
)

// conflictRows is the region's conflict-of-interest matrix.
func (s *story) conflictRows(now time.Time) *policy.ConflictMatrix {
	from := now.Add(-time.Hour).Unix()
	row := func(a, b, relation string, effect policy.Effect, why string) policy.ConflictRow {
		return policy.ConflictRow{PartyA: a, PartyB: b, Relation: relation, Effect: effect, ValidFrom: from, ReasonCode: why}
	}
	company, club := string(s.seat("company").id), string(s.seat("club").id)
	return &policy.ConflictMatrix{Rows: []policy.ConflictRow{
		row(company, club, "sponsor", policy.Disclose, "fictional-kit-sponsor"),
		row(string(s.seat("university").id), string(s.idAt(len(s.seats))), "regulator", policy.Deny, "fictional-laboratory-audit"),
		row(company, sailmaker, "supplier", policy.Disclose, "fictional-sail-contract"),
		row(string(s.seat("city").id), ferryLine, "regulator", policy.Approve, "fictional-harbour-licence"),
		row(club, sportsShop, "sponsor", policy.Disclose, "fictional-prize-sponsor"),
	}}
}

// redRows is the confidential competitor list.
func (s *story) redRows(now time.Time) *policy.RedList {
	from := now.Add(-time.Hour).Unix()
	return &policy.RedList{Rows: []policy.RedRow{
		{PartyA: sailmaker, PartyB: mastmaker, ValidFrom: from, ReasonCode: "fictional-same-market"},
		{PartyA: string(s.seat("company").id), PartyB: mastmaker, ValidFrom: from, ReasonCode: "fictional-patent-dispute"},
	}}
}

// flow is the way of records from one node to another.
type flow struct{ from, to spec.NodeID }

// tally counts by kind what a reader should be able to use.
type tally map[flow]map[spec.Kind]int

func (t tally) add(from, to spec.NodeID, kind spec.Kind, n int) {
	f := flow{from, to}
	if t[f] == nil {
		t[f] = make(map[spec.Kind]int)
	}
	t[f][kind] += n
}
