package talent_test

import (
	"reflect"
	"testing"

	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

// TestTwoEntriesOfOnePersonBecomeOne and what they disagree about is listed.
func TestTwoEntriesOfOnePersonBecomeOne(t *testing.T) {
	keep, drop := person(), person()
	keep.Phone, keep.Languages = "", []string{"ja"}
	keep.Skills = []spec.Skill{{URI: "https://skills.example/rowing", Level: 2, Basis: "self"}}
	keep.Items = keep.Items[:2]
	keep.Show = map[string]talent.Audience{talent.PartBirth: talent.Node, talent.PartName: talent.None}
	drop.Birth, drop.Languages = "1999-02-01", []string{"JA", "en"}
	drop.Items[1].Until = "2030-04-30"
	drop.Items[1].Show = talent.None
	drop.Items[2].ID = "a" // another item under an id that is taken
	drop.Guardian = &talent.Guardian{Name: "架空 一郎"}
	before := person()
	merged, conflicts := talent.Merge(keep, drop)
	want := []talent.Conflict{
		{Field: "birth", Kept: "1999-01-02", Dropped: "1999-02-01"},
		{Field: "skills", Kept: "https://skills.example/rowing:4", Dropped: "https://skills.example/rowing:2"},
	}
	if !reflect.DeepEqual(conflicts, want) {
		t.Errorf("conflicts %+v", conflicts)
	}
	if merged.Phone != before.Phone || merged.Birth != "1999-01-02" || !reflect.DeepEqual(merged.Languages, []string{"ja", "en"}) || merged.Guardian == nil {
		t.Errorf("merged %+v", merged)
	}
	if !reflect.DeepEqual(merged.Skills, before.Skills) {
		t.Errorf("skills %+v", merged.Skills)
	}
	if len(merged.Items) != 4 || merged.Items[1].Until != "2030-04-30" || merged.Items[1].Show != talent.None || merged.Items[2].ID == "a" {
		t.Errorf("items %+v", merged.Items)
	}
	if merged.Shown(talent.PartBirth) != talent.None || merged.Shown(talent.PartName) != talent.None {
		t.Errorf("shown wider than either chose: %v", merged.Show)
	}
	if found := talent.Validate(merged, now); !talent.Valid(found) {
		t.Errorf("merged into something wrong: %+v", found)
	}
	if again, conflicts := talent.Merge(merged, merged); !reflect.DeepEqual(again, merged) || conflicts != nil {
		t.Errorf("with itself: %+v, %+v", again, conflicts)
	}
	if keep.Phone != "" || len(keep.Items) != 2 || keep.Shown(talent.PartBirth) != talent.Node || keep.Items[1].Until == "2030-04-30" {
		t.Error("the merged entry shares memory with the one that was kept")
	}
}

// TestAnAgreementStaysWithTheGuardianWhoGaveIt.
func TestAnAgreementStaysWithTheGuardianWhoGaveIt(t *testing.T) {
	keep, drop := person(), person()
	keep.Guardian = &talent.Guardian{Name: "架空 一郎"}
	drop.Guardian = &talent.Guardian{Name: "架空 花江", Agreed: "2026-04-01", RecordedBy: "clerk"}
	merged, conflicts := talent.Merge(keep, drop)
	if merged.Guardian.Agreed != "" || len(conflicts) != 1 {
		t.Errorf("%+v, %+v", merged.Guardian, conflicts)
	}
	drop.Guardian.Name = "架空 一郎"
	if merged, _ = talent.Merge(keep, drop); merged.Guardian.Agreed != "2026-04-01" || merged.Guardian.RecordedBy != "clerk" {
		t.Errorf("%+v", merged.Guardian)
	}
}

func TestWhoMayBeInTheRegisterTwiceIsFoundWithTheReason(t *testing.T) {
	entry := func(change func(*talent.Entry)) talent.Entry {
		e := talent.Entry{Family: "架空", Given: "太郎", FamilyKana: "かくう", GivenKana: "たろう", Birth: "1999-01-02", Email: "a@example.jp", Phone: "090-0000-0001"}
		change(&e)
		return e
	}
	list := []talent.Known{
		{ID: "a", Entry: entry(func(*talent.Entry) {})},
		{ID: "b", Entry: entry(func(e *talent.Entry) { e.Family, e.Email, e.Phone = "仮空", "b@example.jp", "" })},
		{ID: "c", Entry: entry(func(e *talent.Entry) { *e = talent.Entry{Family: "見本", Email: "A@example.jp"} })},
		{ID: "d", Entry: entry(func(e *talent.Entry) { *e = talent.Entry{Family: "例田", Phone: "+81 90 0000 0001"} })},
		{ID: "e", Entry: entry(func(e *talent.Entry) { e.Birth, e.Email, e.Phone = "", "", "" })},
		{ID: "f", Entry: talent.Entry{Family: "試山"}},
		{ID: "g", Entry: talent.Entry{Family: "試山"}},
	}
	want := []talent.Pair{
		{A: "a", B: "b", Reasons: []string{talent.SameKanaAndBirth}},
		{A: "a", B: "c", Reasons: []string{talent.SameEmail}},
		{A: "a", B: "d", Reasons: []string{talent.SamePhone}},
		{A: "a", B: "e", Reasons: []string{talent.SameName}},
	}
	if got := talent.Similar(list); !reflect.DeepEqual(got, want) {
		t.Errorf("found %+v", got)
	}
}
