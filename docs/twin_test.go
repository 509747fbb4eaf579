package docs_test

import (
	"strings"
	"testing"
)

// twin is a small tree that breaks one habit beside one that keeps it: a check
// that passes its broken twin tests nothing.
type twin struct {
	broken map[string]string
	sound  map[string]string
}

const twinHouse = "\n## Import table\n" +
	"| package | may import of ours | kind |\n|---|---|---|\n" +
	"| `spec` | nothing | standard |\n" +
	"| `policy` | `spec` | rules |\n" +
	"| `node/match` | `spec` | room |\n" +
	"| `node/store` | *rooms*, `spec` | store |\n" +
	"| `node/api` | `node/store`, *rooms*, `spec` | edge |\n" +
	"| `node/web` | `node/store` | edge |\n" +
	"| `node/nodetest` | `node/store` | test |\n"

func one(name, text string) map[string]string { return map[string]string{name: text} }

func imports(name, imported string) string {
	return "package " + name + "\n\nimport _ \"" + imported + "\"\n"
}

func twins() map[string]twin {
	const doc = "// Package a is small.\npackage a\n\n"
	recordIn := func(name, literal string) map[string]string {
		return one("node/store/a.go", "package store\n\nimport s \""+module+"/spec\"\n\nvar "+name+" = "+literal+"\n")
	}
	return map[string]twin{
		"a file ends at 400 lines": {
			one("a/a.go", "package a\n"+strings.Repeat("\n", 400)),
			one("a/a.go", "package a\n"+strings.Repeat("\n", 399)),
		},
		"a function ends at 80 lines, in tests at 120": {
			one("a/a.go", "package a\n\nfunc A() {"+strings.Repeat("\n", 80)+"}\n"),
			one("a/a_test.go", "package a\n\nfunc A() {"+strings.Repeat("\n", 80)+"}\n"),
		},
		"a package ends at 3,000 lines": {
			map[string]string{
				"a/a.go": "package a\n" + strings.Repeat("\n", 1999),
				"a/b.go": "package a\n" + strings.Repeat("\n", 1000),
			},
			map[string]string{
				"a/a.go":      "package a\n" + strings.Repeat("\n", 1999),
				"a/a_test.go": "package a\n" + strings.Repeat("\n", 1999),
				"a/b.gen.go":  "package a\n" + strings.Repeat("\n", 1999),
			},
		},
		"a package opens with what it is for": {
			map[string]string{"a/a.go": "package a\n", "a/b.go": "// It is small.\npackage a\n"},
			map[string]string{"a/a.go": "package a\n", "a/b.go": doc},
		},
		"nothing runs before main": {
			one("a/a.go", doc+"func init() {}\n"),
			one("a/a.go", doc+"type t int\n\nfunc (t) init() {}\n"),
		},
		"a library stays in its room": {
			map[string]string{"node/gate/a.go": imports("gate", "github.com/jackc/pgx/v5")},
			map[string]string{
				"node/store/a.go":     imports("store", "github.com/jackc/pgx/v5"),
				"spec/a.go":           imports("spec", "github.com/lestrrat-go/jwx/v2/jws"),
				"policy/replica/a.go": imports("replica", "github.com/hashicorp/raft-wal"),
			},
		},
		"a pure room has no SQL, HTTP or clock": {
			one("node/match/a.go", "package match\n\nimport clock \"time\"\n\nvar _ = clock.Now\n"),
			map[string]string{
				"node/match/a.go": "package match\n\nimport \"time\"\n\nvar _ = time.UnixMilli\n",
				"node/store/a.go": "package store\n\nimport \"time\"\n\nvar _ = time.Now\n",
			},
		},
		"records come from one function": {
			recordIn("list", `[]*s.Record{{ID: "a"}}`),
			recordIn("none", "s.Record{}"),
		},
		"names say something": {
			one("node/util/a.go", "package util\n"),
			one("node/utility/a.go", "package utility\n"),
		},
		"no file knows the machine it was written on": {
			one("docs/a.md", "See `/wor"+"k/main`.\n"),
			one("docs/a.md", "See `node/work/main` and https://city.example/work/1.\n"),
		},
		"tests wait for what happens, not for time": {
			one("a/a_test.go", "package a\n\nimport \"time\"\n\nfunc a() { time.Sleep(1) }\n"),
			one("a/a_test.go", "package a\n\nimport (\n\t\"testing/synctest\"\n\t\"time\"\n)\n\n"+
				"func a() { synctest.Test(nil, func(t *testing.T) { time.Sleep(1) }) }\n"),
		},
		"nothing is left for later": {
			one("a.sh", "# TOD"+"O: later\n"),
			one("a.sh", "mktemp -d fukusen.XXXXXX\n"),
		},
		"a code block says its language": {
			one("a.md", "```\nmake demo\n```\n"),
			one("a.md", "```sh\nmake demo\n```\n\n````md\n```\n````\n"),
		},
	}
}

// more are further ways to break a habit, where one sample is too few.
func more() map[string][]map[string]string {
	return map[string][]map[string]string{
		"a library stays in its room": {
			one("node/a.go", imports("node", "github.com/lestrrat-go/jwx/v2/jwk")),
			one("node/a.go", imports("node", "github.com/hashicorp/raft")),
			one("node/a_test.go", imports("node", "database/sql")),
			one("node/a.go", imports("node", "modernc.org/sqlite")),
		},
		"a pure room has no SQL, HTTP or clock": {
			one("policy/a.go", imports("policy", "net/http")),
			one("node/match/a.go", imports("match", "database/sql/driver")),
		},
		"records come from one function": {
			one("node/store/a.go", "package store\n\nimport \""+module+"/spec\"\n\nvar _ = &spec.Record{ID: \"a\"}\n"),
			one("node/store/a.go", "package store\n\nimport \""+module+"/spec\"\n\nvar _ = map[string]spec.Record{\"a\": {ID: \"a\"}}\n"),
			one("spec/a.go", "package spec\n\nfunc Open() Record { return Record{1} }\n\nfunc Make() Record { return Record{2} }\n"),
			one("spec/a_test.go", "package spec\n\nvar _ = Record{1}\n"),
		},
		"names say something": {
			one("node/desk/helper.go", "package desk\n"),
			one("node/desk/desk.go", "package core\n"),
		},
		"tests wait for what happens, not for time": {
			one("node/nodetest/a.go", "package nodetest\n\nimport \"time\"\n\nfunc a() { time.Sleep(1) }\n"),
		},
		"a code block says its language": {
			one("a.md", "1. Start it:\n   ~~~\n   make demo\n   ~~~\n"),
			one("a.md", "```sh\nmake demo\n"),
		},
	}
}

func small(t *testing.T, files map[string]string) tree {
	t.Helper()
	table, err := parseHouse(twinHouse)
	if err != nil {
		t.Fatalf("parse the twin's table: %v", err)
	}
	sources, err := parseSources(files)
	if err != nil {
		t.Fatalf("parse the twin: %v", err)
	}
	return tree{sources: sources, house: table}
}

func TestEveryHabitCatchesItsBrokenTwin(t *testing.T) {
	pairs, others := twins(), more()
	for _, l := range lints() {
		pair, ok := pairs[l.name]
		if !ok {
			t.Errorf("%q has no twin", l.name)
			continue
		}
		for _, broken := range append(others[l.name], pair.broken) {
			if found := l.check(small(t, broken)); len(found) != 1 {
				t.Errorf("%q found %v in its broken twin, want one finding: %v", l.name, found, broken)
			}
		}
		if found := l.check(small(t, pair.sound)); len(found) != 0 {
			t.Errorf("%q found %v in its sound twin", l.name, found)
		}
	}
}

func TestAForbiddenImportIsFound(t *testing.T) {
	for _, c := range []struct {
		says, file, text string
		want             int
	}{
		{"an edge reads the store", "node/api/a.go", imports("api", module+"/node/store"), 0},
		{"an edge imports another edge", "node/api/a.go", imports("api", module+"/node/web"), 1},
		{"a test of an edge imports another edge", "node/api/a_test.go", imports("api", module+"/node/web"), 1},
		{"a room stands for every room", "node/api/a.go", imports("api", module+"/node/match"), 0},
		{"a page asks a room past its own list", "node/web/a.go", imports("web", module+"/node/match"), 1},
		{"a test reaches what its package reaches", "node/web/a_test.go", imports("web", module+"/node/match"), 0},
		{"a test of an edge plays in a federation", "node/web/a_test.go", imports("web", module+"/node/nodetest"), 0},
		{"code plays in a federation", "node/web/a.go", imports("web", module+"/node/nodetest"), 1},
		{"a test of the rules asks the product", "policy/a_test.go", imports("policy", module+"/node/store"), 1},
		{"the standard imports the rules", "spec/a.go", imports("spec", module+"/policy"), 1},
		{"a package without a row is imported", "node/api/a.go", imports("api", module+"/node/desk"), 1},
	} {
		if found := importFindings(small(t, one(c.file, c.text))); len(found) != c.want {
			t.Errorf("%s: found %v, want %d", c.says, found, c.want)
		}
	}
}

func TestAFindingNamesTheFileAndTheAllowedList(t *testing.T) {
	found := importFindings(small(t, one("node/web/a.go", imports("web", module+"/node/api"))))
	const want = "node/web/a.go:3: imports node/api; of ours it may import: node/store"
	if len(found) != 1 || found[0].String() != want {
		t.Errorf("found %v, want %s", found, want)
	}
}

func TestAPackageAndItsRowComeAndGoTogether(t *testing.T) {
	whole := map[string]string{}
	for name := range small(t, nil).house {
		whole[name+"/a.go"] = "package a\n"
	}
	if found := rowFindings(small(t, whole)); len(found) != 0 {
		t.Errorf("found %v where every row has its package", found)
	}
	whole["node/desk/a.go"] = "package desk\n"
	if found := rowFindings(small(t, whole)); len(found) != 1 {
		t.Errorf("found %v, want the package without a row", found)
	}
	delete(whole, "node/desk/a.go")
	delete(whole, "spec/a.go")
	if found := rowFindings(small(t, whole)); len(found) != 1 {
		t.Errorf("found %v, want the row without a package", found)
	}
	planned := small(t, one("spec/a.go", "package spec\n"))
	for name, line := range planned.house {
		line.planned = true
		planned.house[name] = line
	}
	if found := rowFindings(planned); len(found) != 1 {
		t.Errorf("found %v, want the planned row whose package stands", found)
	}
}

func TestTheTableCannotMoveABorder(t *testing.T) {
	const head = "\n## Import table\n"
	for _, c := range []struct{ says, table string }{
		{"the standard imports a rule", "| `spec` | `policy` | standard |\n| `policy` | nothing | rules |\n"},
		{"the judge imports the product", "| `conformance` | `node` | judge |\n| `node` | nothing | product |\n"},
		{"the rules import the product", "| `policy` | `node` | rules |\n| `node` | nothing | product |\n"},
		{"a room imports the store", "| `node/match` | `node/store` | room |\n| `node/store` | nothing | store |\n"},
		{"the store imports the gate", "| `node/store` | `node/gate` | store |\n| `node/gate` | nothing | door |\n"},
		{"the gate imports an edge", "| `node/gate` | `node/api` | door |\n| `node/api` | nothing | edge |\n"},
		{"an edge imports an edge", "| `node/web` | `node/api` | edge |\n| `node/api` | nothing | edge |\n"},
		{"an edge imports raft", "| `node/api` | `policy/replica` | edge |\n| `policy/replica` | nothing | raft |\n"},
		{"a package imports a command", "| `node` | `cmd/fukusen` | product |\n| `cmd/fukusen` | nothing | command |\n"},
		{"code imports the tests' federation", "| `node` | `node/nodetest` | product |\n| `node/nodetest` | nothing | test |\n"},
		{"code imports the tests' browser", "| `node` | `node/nodetest/browser` | product |\n| `node/nodetest/browser` | nothing | test |\n"},
	} {
		table, err := parseHouse(head + c.table)
		if err != nil {
			t.Fatalf("%s: %v", c.says, err)
		}
		if found := neverFindings(table); len(found) != 1 {
			t.Errorf("%s: found %v, want one finding", c.says, found)
		}
	}
}

func TestACrookedTableIsRefused(t *testing.T) {
	for says, text := range map[string]string{
		"no heading":        "| `spec` | nothing | standard |\n",
		"no row":            "\n## Import table\n",
		"a missing cell":    "\n## Import table\n| `spec` | nothing |\n",
		"a row twice":       "\n## Import table\n| `spec` | nothing | a |\n| `spec` | nothing | a |\n",
		"an unknown name":   "\n## Import table\n| `spec` | `speck` | a |\n",
		"an unquoted name":  "\n## Import table\n| `spec` | spec | a |\n",
		"nothing and a bit": "\n## Import table\n| `spec` | nothing, `spec` | a |\n",
		"a wordy name":      "\n## Import table\n| `spec` soon | nothing | a |\n",
	} {
		if _, err := parseHouse(text); err == nil {
			t.Errorf("%s: the table was accepted", says)
		}
	}
}
