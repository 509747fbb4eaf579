package org

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/web/shell"
)

// mostFound bounds what a search shows: who sees more than that types more.
const mostFound = 20

// step is how many rows a search looks at at once.
const step = 500

// alike says whether a name holds what was typed, whatever the width of its
// letters and with or without the space between the names.
func alike(typed string, names ...string) bool {
	plain := func(s string) string {
		return strings.ReplaceAll(strings.ToLower(norm.NFKC.String(s)), " ", "")
	}
	wanted := plain(typed)
	for _, name := range names {
		if wanted != "" && strings.Contains(plain(name), wanted) {
			return true
		}
	}
	return false
}

// accountsLike looks for open accounts by name or address among those that
// the caller may know of.
func (d pages) accountsLike(tx *store.Tx, c access.Caller, id, typed string) ([]person, error) {
	var found []person
	after := ""
	for len(found) < mostFound {
		list, err := account.In(tx).All(after, step)
		if err != nil || len(list) == 0 {
			return found, err
		}
		for _, a := range list {
			after = a.ID
			name, err := called(tx, a)
			if err != nil {
				return nil, err
			}
			if a.ClosedAt != 0 || !alike(typed, name, a.Email) {
				continue
			}
			if _, err := d.reachable(tx, c, id, a.ID); err == nil {
				found = append(found, person{ID: a.ID, Name: name})
			}
		}
	}
	return found[:mostFound], nil
}

// peopleLike looks for people of the register by name or reading, among those
// for whom the caller may make a code.
func (d pages) peopleLike(tx *store.Tx, c access.Caller, typed string) ([]person, error) {
	var found []person
	after := ""
	for len(found) < mostFound {
		list, err := tx.People(after, step)
		if err != nil || len(list) == 0 {
			return found, err
		}
		for _, one := range list {
			after = one.ID
			if !alike(typed, nameOf(one), one.FamilyKana+" "+one.GivenKana) {
				continue
			}
			at, err := shell.OrganisationsOf(tx, one.ID)
			if err != nil {
				return nil, err
			}
			rule := access.Rule{Roles: inviters(), Anywhere: true}
			if access.Decide(rule, c, access.Object{Person: one.ID, Organisations: at}) == access.Yes {
				found = append(found, person{ID: one.ID, Name: nameOf(one), Kana: one.FamilyKana + " " + one.GivenKana})
			}
		}
	}
	return found[:mostFound], nil
}
