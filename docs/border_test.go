package docs_test

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
)

// strayLibraries keeps what is hard to replace behind one wall each.
func strayLibraries(t tree) []finding {
	walls := []struct {
		rooms     []string
		libraries []string
	}{
		{[]string{"spec"}, []string{"github.com/lestrrat-go/jwx"}},
		{[]string{"node/store", "bench"}, []string{
			"database/sql", "github.com/jackc/pgx", "modernc.org/sqlite", "github.com/pressly/goose",
		}},
		{[]string{"policy/replica", "bench"}, []string{
			"github.com/hashicorp/raft", "github.com/hashicorp/raft-boltdb", "github.com/hashicorp/raft-wal",
		}},
	}
	return eachGo(t, func(s source) []finding {
		var found []finding
		for imported, line := range s.imports() {
			for _, wall := range walls {
				inside := slices.ContainsFunc(wall.rooms, func(room string) bool { return within(s.dir(), room) })
				match := slices.ContainsFunc(wall.libraries, func(library string) bool { return within(imported, library) })
				if match && !inside {
					found = append(found, finding{s.path, line, fmt.Sprintf("imports %s, which stays in %s", imported, strings.Join(wall.rooms, ", "))})
				}
			}
		}
		return found
	})
}

// impureRooms reads the kinds room and rules of the import table.
func impureRooms(t tree) []finding {
	clock := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	return eachGo(t, func(s source) []finding {
		kind := t.house[s.dir()].kind
		if s.isTest() || kind != "room" && kind != "own room" && kind != "rules" {
			return nil
		}
		var found []finding
		for imported, line := range s.imports() {
			if within(imported, "net") && imported != "net/url" && imported != "net/netip" && imported != "net/mail" || within(imported, "database/sql") {
				found = append(found, finding{s.path, line, "a pure room imports " + imported})
			}
		}
		for _, call := range clock {
			for _, n := range uses(s, "time", call) {
				found = append(found, finding{s.path, s.line(n), fmt.Sprintf("a pure room reads the clock by time.%s; take the time as an argument", call)})
			}
		}
		return found
	})
}

// uses finds each mention of a name of an imported package.
func uses(s source, imported, name string) []ast.Node {
	local := s.localName(imported)
	if local == "" {
		return nil
	}
	var found []ast.Node
	ast.Inspect(s.code, func(n ast.Node) bool {
		if isName(n, local, name) {
			found = append(found, n)
		}
		return true
	})
	return found
}

// isName says whether an expression is local.name.
func isName(n ast.Node, local, name string) bool {
	selector, ok := n.(*ast.SelectorExpr)
	if !ok || selector.Sel.Name != name {
		return false
	}
	left, ok := selector.X.(*ast.Ident)
	return ok && left.Name == local
}

// strayRecords: whoever holds a record holds bytes that were opened, so only
// one function fills one. The empty value beside an error is harmless.
func strayRecords(t tree) []finding {
	var found []finding
	maker := ""
	for _, s := range t.sources {
		if !s.isGo() || s.generated() {
			continue
		}
		isRecord := func(n ast.Expr) bool { return isName(n, s.localName(module+"/spec"), "Record") }
		if s.dir() == "spec" && s.code.Name.Name == "spec" {
			isRecord = func(n ast.Expr) bool {
				name, ok := n.(*ast.Ident)
				return ok && name.Name == "Record"
			}
		}
		for _, d := range s.code.Decls {
			for _, literal := range filled(d, isRecord) {
				in := "a variable"
				if f, ok := d.(*ast.FuncDecl); ok {
					in = f.Name.Name
				}
				inSpec := s.dir() == "spec" && !s.isTest()
				if inSpec && maker == "" {
					maker = in
				}
				if !inSpec || in != maker {
					found = append(found, finding{s.path, s.line(literal), "fills a spec.Record in " + in + "; a record comes from opening bytes"})
				}
			}
		}
	}
	return found
}

// filled finds literals with fields, also inside lists and maps of them.
func filled(d ast.Decl, is func(ast.Expr) bool) []ast.Node {
	var found []ast.Node
	ast.Inspect(d, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok || len(literal.Elts) == 0 {
			return true
		}
		var element ast.Expr
		switch kind := literal.Type.(type) {
		case *ast.ArrayType:
			element = kind.Elt
		case *ast.MapType:
			element = kind.Value
		case nil:
		default:
			if is(kind) {
				found = append(found, literal)
			}
		}
		if star, ok := element.(*ast.StarExpr); ok {
			element = star.X
		}
		if element == nil || !is(element) {
			return true
		}
		for _, item := range literal.Elts {
			if pair, ok := item.(*ast.KeyValueExpr); ok {
				item = pair.Value
			}
			if inner, ok := item.(*ast.CompositeLit); ok && inner.Type == nil && len(inner.Elts) > 0 {
				found = append(found, inner)
			}
		}
		return true
	})
	return found
}
