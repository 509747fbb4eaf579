package docs_test

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	fileEnd     = 400
	funcEnd     = 80
	testFuncEnd = 120
	packageEnd  = 3000
)

// lint is one habit of the house. Its twin in twin_test.go breaks it on purpose.
type lint struct {
	name  string
	check func(tree) []finding
}

func lints() []lint {
	return []lint{
		{"a file ends at 400 lines", longFiles},
		{"a function ends at 80 lines, in tests at 120", longFunctions},
		{"a package ends at 3,000 lines", longPackages},
		{"a package opens with what it is for", undocumentedPackages},
		{"nothing runs before main", initFunctions},
		{"a library stays in its room", strayLibraries},
		{"a pure room has no SQL, HTTP or clock", impureRooms},
		{"records come from one function", strayRecords},
		{"names say something", emptyNames},
		{"no file knows the machine it was written on", machinePaths},
		{"tests wait for what happens, not for time", sleepingTests},
		{"nothing is left for later", unfinishedMarks},
		{"a code block says its language", untaggedBlocks},
	}
}

func TestTheTreeKeepsTheHabits(t *testing.T) {
	whole := readTree(t)
	for _, l := range lints() {
		t.Run(l.name, func(t *testing.T) { report(t, l.check(whole)) })
	}
}

// eachGo asks about every Go file that a hand wrote.
func eachGo(t tree, ask func(source) []finding) []finding {
	var found []finding
	for _, s := range t.sources {
		if s.isGo() && !s.generated() {
			found = append(found, ask(s)...)
		}
	}
	return found
}

func longFiles(t tree) []finding {
	return eachGo(t, func(s source) []finding {
		if s.lines <= fileEnd {
			return nil
		}
		return []finding{{s.path, 0, fmt.Sprintf("%d lines; the end is %d", s.lines, fileEnd)}}
	})
}

func longFunctions(t tree) []finding {
	return eachGo(t, func(s source) []finding {
		end := funcEnd
		if s.isTest() {
			end = testFuncEnd
		}
		var found []finding
		for _, d := range s.code.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := s.fset.Position(f.End()).Line - s.line(f) + 1; n > end {
				found = append(found, finding{s.path, s.line(f), fmt.Sprintf("%s has %d lines; the end is %d", f.Name.Name, n, end)})
			}
		}
		return found
	})
}

func longPackages(t tree) []finding {
	var found []finding
	for name, files := range t.packages() {
		total := 0
		for _, s := range files {
			if !s.isTest() && !s.generated() {
				total += s.lines
			}
		}
		if total > packageEnd {
			found = append(found, finding{name, 0, fmt.Sprintf("%d lines without tests; the end is %d", total, packageEnd)})
		}
	}
	return found
}

// undocumentedPackages wants "Package name ..." in the form godoc shows.
func undocumentedPackages(t tree) []finding {
	var found []finding
	for name, files := range t.packages() {
		hasCode, documented := false, false
		for _, s := range files {
			if s.isTest() {
				continue
			}
			hasCode = true
			want := "Package " + s.code.Name.Name + " "
			if s.code.Name.Name == "main" {
				want = ""
			}
			doc := s.code.Doc.Text()
			documented = documented || doc != "" && strings.HasPrefix(doc, want)
		}
		if hasCode && !documented {
			found = append(found, finding{name, 0, "no package comment says what it is for and what it refuses"})
		}
	}
	return found
}

func initFunctions(t tree) []finding {
	return eachGo(t, func(s source) []finding {
		var found []finding
		for _, d := range s.code.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				found = append(found, finding{s.path, s.line(f), "func init: connect it where it is used, in plain sight"})
			}
		}
		return found
	})
}

// emptyNames refuses names that fit any package.
func emptyNames(t tree) []finding {
	empty := []string{
		"util", "utils", "common", "helper", "helpers", "base", "manager", "service", "services", "core", "misc",
	}
	return eachGo(t, func(s source) []finding {
		file := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.path), ".go"), "_test")
		for _, name := range []string{strings.TrimSuffix(s.code.Name.Name, "_test"), path.Base(s.dir()), file} {
			if slices.Contains(empty, name) {
				return []finding{{s.path, 0, fmt.Sprintf("%q fits anything; name what it is about", name)}}
			}
		}
		return nil
	})
}

// The brackets keep these patterns from finding themselves.
var (
	machinePath = regexp.MustCompile(`(^|[^A-Za-z0-9_.}/-])(/wor[k]/|/tm[p]/(research|brief|bash_jobs)|/roo[t]/)|shared/desig[n]`)
	unfinished  = regexp.MustCompile(`\b(TOD[O]|FIXM[E]|XX[X])\b`)
	fence       = regexp.MustCompile("^[ >*-]*(`{3,}|~{3,})(.*)$")
)

// eachLine asks about every line of every text.
func eachLine(t tree, says string, found func(string) bool) []finding {
	var all []finding
	for _, s := range t.sources {
		n := 0
		for line := range strings.Lines(s.text) {
			n++
			if found(line) {
				all = append(all, finding{s.path, n, says})
			}
		}
	}
	return all
}

func machinePaths(t tree) []finding {
	return eachLine(t, "names a folder of the machine it was written on", machinePath.MatchString)
}

func unfinishedMarks(t tree) []finding {
	return eachLine(t, "a mark for later: do it, or write down why not", unfinished.MatchString)
}

// sleepingTests lets a sleep pass inside synctest.Test only, where time is not real.
func sleepingTests(t tree) []finding {
	return eachGo(t, func(s source) []finding {
		if !s.isTest() && !strings.HasSuffix(s.code.Name.Name, "test") {
			return nil
		}
		var bubbles []ast.Node
		ast.Inspect(s.code, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if ok && isName(call.Fun, s.localName("testing/synctest"), "Test") {
				bubbles = append(bubbles, call)
			}
			return true
		})
		var found []finding
		for _, n := range uses(s, "time", "Sleep") {
			virtual := func(b ast.Node) bool { return b.Pos() <= n.Pos() && n.End() <= b.End() }
			if !slices.ContainsFunc(bubbles, virtual) {
				found = append(found, finding{s.path, s.line(n), "time.Sleep in a test: wait on a channel, or use testing/synctest"})
			}
		}
		return found
	})
}

// untaggedBlocks: an untagged example is one that nothing can run.
func untaggedBlocks(t tree) []finding {
	var found []finding
	for _, s := range t.sources {
		if path.Ext(s.path) != ".md" {
			continue
		}
		open, n := "", 0
		for line := range strings.Lines(s.text) {
			n++
			marks := fence.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
			switch {
			case marks == nil:
			case open == "":
				open = marks[1]
				if strings.TrimSpace(marks[2]) == "" {
					found = append(found, finding{s.path, n, "a code block without a language"})
				}
			case strings.HasPrefix(marks[1], open) && strings.TrimSpace(marks[2]) == "":
				open = ""
			}
		}
		if open != "" {
			found = append(found, finding{s.path, n, "a code block that never ends"})
		}
	}
	return found
}
