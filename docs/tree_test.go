// Package docs_test keeps docs/house.md true: it reads the import table there
// and every file of the tree, and says which file breaks which habit. It
// refuses to know anything about what the code does.
package docs_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/fukusen/fukusen"

// source is one text file of the tree; code is nil unless it is Go.
type source struct {
	path  string // from the root, with slashes
	text  string
	lines int
	code  *ast.File
	fset  *token.FileSet
}

func (s source) dir() string         { return path.Dir(s.path) }
func (s source) isGo() bool          { return s.code != nil }
func (s source) isTest() bool        { return strings.HasSuffix(s.path, "_test.go") }
func (s source) line(n ast.Node) int { return s.fset.Position(n.Pos()).Line }

// generated is what no hand wrote, so no limit of ours applies to it.
func (s source) generated() bool {
	return strings.HasSuffix(s.path, ".gen.go") || strings.HasSuffix(s.path, "_templ.go") || s.dir() == "spec/wire"
}

// imports gives each imported path with the line it stands on.
func (s source) imports() map[string]int {
	found := map[string]int{}
	for _, spec := range s.code.Imports {
		if name, err := strconv.Unquote(spec.Path.Value); err == nil {
			found[name] = s.line(spec)
		}
	}
	return found
}

// localName is what the file calls the package imported as name, or "".
func (s source) localName(name string) string {
	for _, spec := range s.code.Imports {
		if got, err := strconv.Unquote(spec.Path.Value); err != nil || got != name {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(name)
	}
	return ""
}

// ours gives the folder of a package of this project, and whether it is one.
func ours(imported string) (string, bool) {
	if imported == module {
		return ".", true
	}
	return strings.CutPrefix(imported, module+"/")
}

// finding is one broken habit, at a place a reader can open.
type finding struct {
	path string
	line int
	says string
}

func (f finding) String() string {
	if f.line == 0 {
		return f.path + ": " + f.says
	}
	return fmt.Sprintf("%s:%d: %s", f.path, f.line, f.says)
}

type tree struct {
	sources []source
	house   house
}

// packages groups the Go files by folder.
func (t tree) packages() map[string][]source {
	found := map[string][]source{}
	for _, s := range t.sources {
		if s.isGo() {
			found[s.dir()] = append(found[s.dir()], s)
		}
	}
	return found
}

// readTree reads the project around this folder, with its import table.
func readTree(t *testing.T) tree {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir("..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel("..", name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if entry.IsDir() {
			if leftOut(rel) {
				return filepath.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() || !isText(rel) {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if !bytes.ContainsRune(text, 0) {
			files[rel] = string(text)
		}
		return nil
	})
	if err != nil {
		t.Fatalf("read the tree: %v", err)
	}
	house, err := parseHouse(files["docs/house.md"])
	if err != nil {
		t.Fatalf("docs/house.md: %v", err)
	}
	sources, err := parseSources(files)
	if err != nil {
		t.Fatalf("read the tree: %v", err)
	}
	return tree{sources: sources, house: house}
}

// leftOut names the folders that are not the project's own text.
func leftOut(rel string) bool {
	switch rel {
	case ".", ".ci":
		return false
	case "bin", "data":
		return true
	}
	base := path.Base(rel)
	return strings.HasPrefix(base, ".") || base == "__pycache__"
}

func isText(rel string) bool {
	switch path.Ext(rel) {
	case ".sum", ".png", ".jpg", ".ico", ".gz", ".zip", ".db", ".pyc", ".woff2", ".pdf":
		return false
	}
	return path.Base(rel) != "LICENSE"
}

// parseSources turns names and texts into sources, in the order of their names.
func parseSources(files map[string]string) ([]source, error) {
	var sources []source
	fset := token.NewFileSet()
	for name, text := range files {
		s := source{path: name, text: text, lines: strings.Count(text, "\n"), fset: fset}
		if path.Ext(name) == ".go" && !strings.Contains(name, "testdata/") {
			code, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			s.code = code
		}
		sources = append(sources, s)
	}
	sort.Slice(sources, func(i, j int) bool { return sources[i].path < sources[j].path })
	return sources, nil
}
