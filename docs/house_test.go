package docs_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// row is one line of the import table.
type row struct {
	name    string
	allowed []string
	kind    string
	planned bool
}

// house is the import table by package; every row stands once.
type house map[string]row

var (
	rowName = regexp.MustCompile("^`([a-z0-9/-]+)`( \\(planned\\))?$")
	quoted  = regexp.MustCompile("^`([a-z0-9/-]+)`$")
)

// parseHouse reads the table under the heading "Import table". The word *rooms*
// in a list stands for every row of kind room.
func parseHouse(text string) (house, error) {
	_, section, found := strings.Cut(text, "\n## Import table\n")
	if !found {
		return nil, errors.New(`there is no heading "## Import table"`)
	}
	if next := strings.Index(section, "\n## "); next >= 0 {
		section = section[:next]
	}
	table, wants := house{}, map[string][]string{}
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 3 {
			return nil, fmt.Errorf("row %q has %d cells, not 3", line, len(cells))
		}
		name := rowName.FindStringSubmatch(strings.TrimSpace(cells[0]))
		if name == nil {
			return nil, fmt.Errorf("row %q: the first cell is not a package", line)
		}
		if _, twice := table[name[1]]; twice {
			return nil, fmt.Errorf("%s stands twice", name[1])
		}
		table[name[1]] = row{name: name[1], kind: strings.TrimSpace(cells[2]), planned: name[2] != ""}
		wants[name[1]] = strings.Split(cells[1], ",")
	}
	if len(table) == 0 {
		return nil, errors.New("the import table is empty")
	}
	for name, list := range wants {
		allowed, err := table.expand(list)
		if err != nil {
			return nil, fmt.Errorf("row %s: %w", name, err)
		}
		line := table[name]
		line.allowed = allowed
		table[name] = line
	}
	return table, nil
}

// expand turns the cells of a list into package names.
func (h house) expand(list []string) ([]string, error) {
	var allowed []string
	for _, item := range list {
		item = strings.TrimSpace(item)
		name := quoted.FindStringSubmatch(item)
		switch {
		case item == "nothing" && len(list) == 1:
		case item == "*rooms*":
			allowed = append(allowed, h.kind("room")...)
		case name == nil:
			return nil, fmt.Errorf("%q is neither a package, *rooms* nor nothing", item)
		case h[name[1]].name == "":
			return nil, fmt.Errorf("%s has no row of its own", name[1])
		default:
			allowed = append(allowed, name[1])
		}
	}
	slices.Sort(allowed)
	return slices.Compact(allowed), nil
}

// kind lists the packages of one kind.
func (h house) kind(kind string) []string {
	var names []string
	for _, line := range h {
		if line.kind == kind {
			names = append(names, line.name)
		}
	}
	slices.Sort(names)
	return names
}

// reach is what a package may import, and what those may, to the end.
func (h house) reach(name string) []string {
	seen := map[string]bool{}
	var walk func(string)
	walk = func(from string) {
		for _, to := range h[from].allowed {
			if !seen[to] {
				seen[to] = true
				walk(to)
			}
		}
	}
	walk(name)
	return slices.Sorted(maps.Keys(seen))
}

// forTests is the looser list of a test: its own package, whatever that reaches,
// the vectors of the standard,
// and under node, cmd and bench a small federation, a browser, a PostgreSQL
// and an identity provider to play with.
func (h house) forTests(name string) []string {
	allowed := append(h.reach(name), name, "spec/vectors")
	if within(name, "node") || within(name, "cmd") || within(name, "bench") {
		allowed = append(allowed, "node/nodetest", "node/nodetest/browser", "node/fail", "node/idp/idptest", "node/store/storetest", "node/dial/dialtest")
		allowed = append(allowed, h.reach("node/nodetest")...) // what a federation is made of
	}
	slices.Sort(allowed)
	return slices.Compact(allowed)
}

// never gives the reason why no row may ever allow this, or "". It is what the
// table itself is held to, so that a border cannot be moved by one more word in
// a cell.
func (h house) never(from, to string) string {
	pure := h[from].kind == "room" || h[from].kind == "own room" || h[from].kind == "rules"
	switch kind := h[to].kind; {
	case within(from, "spec") && !within(to, "spec"):
		return "the standard imports nothing of ours"
	case (within(from, "conformance") || within(from, "cmd/fukusen-conformance")) && (within(to, "node") || within(to, "policy")):
		return "the judge knows the standard, never the product"
	case within(from, "policy") && within(to, "node"):
		return "the rules do not know the product"
	case pure && (kind == "store" || kind == "door" || kind == "edge" || kind == "raft"):
		return "a pure room takes values and gives values"
	case h[from].kind == "store" && (kind == "door" || kind == "edge"):
		return "the store does not know who asks"
	case h[from].kind == "door" && kind == "edge":
		return "the door does not know who knocks"
	case h[from].kind == "edge" && kind == "edge":
		return "one edge never imports another"
	case slices.Contains(ownOnly, to) && !slices.Contains(ownRooms, from):
		return "sleep and heart are their owner's alone"
	case kind == "raft" && from != "node" && !within(from, "cmd") && !within(from, "bench"):
		return "raft is connected in node, cmd and bench only"
	case kind == "command" && !within(to, from):
		return "nothing imports a command"
	case to == "node/nodetest/browser":
		return "only tests use a page"
	case kind == "test" && to == "node/nodetest" && !within(from, "bench"):
		return "only tests and bench run federations in one process"
	}
	return ""
}

// ownOnly hold what somebody lets their node know of their sleep and heart;
// ownRooms may: the store to erase it, the dossier and the pages for its owner.
var (
	ownOnly  = []string{"node/focus", "node/store/vitals"}
	ownRooms = []string{"node/rhythm", "node/store/erasure", "node/dossier", "node/api/own", "node/web/focus"}
)

// within says whether a package is the folder or stands below it.
func within(name, folder string) bool {
	return name == folder || strings.HasPrefix(name, folder+"/")
}

// importFindings holds every import of ours against the table.
func importFindings(t tree) []finding {
	var found []finding
	for _, s := range t.sources {
		if !s.isGo() || t.house[s.dir()].name == "" {
			continue // A package without a row is a finding of its own.
		}
		allowed := t.house[s.dir()].allowed
		if s.isTest() {
			allowed = t.house.forTests(s.dir())
		}
		for imported, line := range s.imports() {
			name, isOurs := ours(imported)
			if !isOurs || slices.Contains(allowed, name) {
				continue
			}
			list := strings.Join(allowed, ", ")
			if list == "" {
				list = "nothing"
			}
			found = append(found, finding{s.path, line, fmt.Sprintf("imports %s; of ours it may import: %s", name, list)})
		}
	}
	return found
}

// rowFindings holds the packages there are against the rows there are.
func rowFindings(t tree) []finding {
	var found []finding
	packages := t.packages()
	for name := range packages {
		switch line := t.house[name]; {
		case line.name == "":
			found = append(found, finding{name, 0, "has no row in the import table of docs/house.md"})
		case line.planned:
			found = append(found, finding{name, 0, "stands now: take (planned) off its row in docs/house.md"})
		}
	}
	for name, line := range t.house {
		if _, exists := packages[name]; !exists && !line.planned {
			found = append(found, finding{name, 0, "has a row in docs/house.md but no Go file: mark it (planned) or take it out"})
		}
	}
	return found
}

// neverFindings holds the table against the borders.
func neverFindings(h house) []finding {
	var found []finding
	for _, line := range h {
		for _, to := range line.allowed {
			if why := h.never(line.name, to); why != "" {
				found = append(found, finding{"docs/house.md", 0, fmt.Sprintf("%s may import %s: %s", line.name, to, why)})
			}
		}
	}
	return found
}

func TestEveryImportStandsInTheTable(t *testing.T) {
	report(t, importFindings(readTree(t)))
}

func TestEveryPackageHasItsRow(t *testing.T) {
	report(t, rowFindings(readTree(t)))
}

func TestTheTableKeepsItsOwnBorders(t *testing.T) {
	report(t, neverFindings(readTree(t).house))
}

// report fails once for each finding, in the order of the files.
func report(t *testing.T, found []finding) {
	t.Helper()
	slices.SortFunc(found, func(a, b finding) int { return strings.Compare(a.String(), b.String()) })
	for _, f := range found {
		t.Error(f)
	}
}
