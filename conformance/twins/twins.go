// Package twins makes broken twins of a node: for each requirement a node that
// breaks it and keeps all others. It reads the product's source as text and
// writes a changed copy beside it for the compiler's overlay, so that no twin
// stands in the product and none can be released. It knows the product by the
// requirement numbers that its source names, and by the patches listed here.
package twins

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Variable is the environment variable that names the twin to be.
const Variable = "TWIN"

// module is that of the product under test.
const module = "github.com/fukusen/fukusen"

// rooms are the folders in which the product refuses.
var rooms = []string{"spec", "policy", "node", "cmd/fukusen"}

// Plan is a changed copy of the product's source.
type Plan struct {
	Overlay string              // file for go build -overlay
	Places  map[string][]string // requirement → files in which it is broken
}

// Write makes the changed copy in a directory.
func Write(root, dir string) (*Plan, error) {
	p := &Plan{Overlay: filepath.Join(dir, "overlay.json"), Places: make(map[string][]string)}
	replace := make(map[string]string)
	files, err := sources(root)
	if err != nil {
		return nil, err
	}
	patched := make(map[int]bool)
	for _, name := range files {
		octets, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return nil, fmt.Errorf("twins: %w", err)
		}
		text, broken, err := rewrite(name, string(octets), patched)
		if err != nil {
			return nil, err
		}
		if len(broken) == 0 {
			continue
		}
		for _, number := range broken {
			p.Places[number] = append(p.Places[number], name)
		}
		out := filepath.Join(dir, strings.ReplaceAll(name, "/", "__"))
		if err := os.WriteFile(out, []byte(text), 0o644); err != nil {
			return nil, fmt.Errorf("twins: %w", err)
		}
		replace[filepath.Join(root, name)] = out
	}
	for i, c := range patches() {
		if !patched[i] {
			return nil, fmt.Errorf("twins: the patch of %s no longer fits %s; look at what changed there", c.Requirement, c.File)
		}
	}
	out := filepath.Join(dir, "twin.go")
	if err := os.WriteFile(out, []byte(switchText), 0o644); err != nil {
		return nil, fmt.Errorf("twins: %w", err)
	}
	replace[filepath.Join(root, "spec", "twin", "twin.go")] = out
	octets, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	return p, os.WriteFile(p.Overlay, octets, 0o644)
}

// switchText is the package that the changed copy asks.
const switchText = `// Package twin says which requirement this node breaks. It exists in a
// compiler's overlay alone.
package twin

import "os"

var broken = os.Getenv("` + Variable + `")

// Broken says whether this node is the twin of a requirement.
func Broken(requirement string) bool { return broken == requirement }
`

// sources are the product's files without tests and generated code.
func sources(root string) ([]string, error) {
	var files []string
	for _, room := range rooms {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d os.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name, err := filepath.Rel(root, path)
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") ||
				strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".gen.go") || strings.HasPrefix(name, "spec/vectors/") ||
				strings.HasPrefix(name, "node/nodetest/") || strings.HasPrefix(name, "cmd/fukusen/demo/") {
				return err
			}
			files = append(files, filepath.ToSlash(name))
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("twins: %w", err)
		}
	}
	slices.Sort(files)
	return files, nil
}

// edit is a change of a file's octets.
type edit struct {
	from, to int
	text     string
}

// rewrite patches a file and turns off each refusal in it that stands under a
// condition of its own: `if bad {refuse(N)}` becomes `if bad && !Broken(N)`.
func rewrite(name, text string, patched map[int]bool) (string, []string, error) {
	var broken []string
	for i, c := range patches() {
		if c.File != name {
			continue
		}
		if n := strings.Count(text, c.Old); n != 1 {
			return "", nil, fmt.Errorf("twins: the patch of %s fits %s %d times, not once; look at what changed there", c.Requirement, name, n)
		}
		text = strings.Replace(text, c.Old, strings.ReplaceAll(c.New, "BROKEN", call(c.Requirement)), 1)
		patched[i] = true
		broken = append(broken, c.Requirement)
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.ParseComments)
	if err != nil {
		return "", nil, fmt.Errorf("twins: %s: %w", name, err)
	}
	edits, found := guards(set, file)
	broken = append(broken, found...)
	if len(broken) == 0 {
		return text, nil, nil
	}
	at := set.Position(file.Name.End()).Offset
	edits = append(edits, edit{at, at, "\n\nimport \"" + module + "/spec/twin\"\n"})
	slices.SortFunc(edits, func(a, b edit) int { return b.from - a.from })
	for _, e := range edits {
		text = text[:e.from] + e.text + text[e.to:]
	}
	slices.Sort(broken)
	return text, slices.Compact(broken), nil
}

func call(requirement string) string { return "twin.Broken(" + strconv.Quote(requirement) + ")" }

// guards finds the condition that stands nearest above each requirement number.
func guards(set *token.FileSet, file *ast.File) (edits []edit, broken []string) {
	held := make(map[ast.Expr][]string)
	var stack []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		stack = append(stack, n)
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		number, err := strconv.Unquote(lit.Value)
		if err != nil || !strings.HasPrefix(number, "REQ-") {
			return true
		}
		for _, condition := range nearest(stack) {
			if !slices.Contains(held[condition], number) {
				held[condition] = append(held[condition], number)
			}
		}
		return true
	})
	for condition, numbers := range held {
		from, to := set.Position(condition.Pos()).Offset, set.Position(condition.End()).Offset
		var off string
		for _, n := range numbers {
			off += " && !" + call(n)
		}
		edits = append(edits, edit{from, from, "("}, edit{to, to, ")" + off})
		broken = append(broken, numbers...)
	}
	return edits, broken
}

// nearest are the conditions of the innermost if or case whose body, not whose
// condition, holds the end of the stack. Nothing outside a function counts.
func nearest(stack []ast.Node) []ast.Expr {
	for i := len(stack) - 2; i >= 0; i-- {
		switch at := stack[i].(type) {
		case *ast.IfStmt:
			if stack[i+1] == at.Body {
				return []ast.Expr{at.Cond}
			}
		case *ast.CaseClause:
			if len(at.List) == 0 || i < 2 {
				return nil
			}
			if s, ok := stack[i-2].(*ast.SwitchStmt); !ok || s.Tag != nil || slices.Contains(at.List, asExpr(stack[i+1])) {
				return nil
			}
			return at.List
		case *ast.FuncDecl, *ast.FuncLit:
			return nil
		}
	}
	return nil
}

func asExpr(n ast.Node) ast.Expr {
	e, _ := n.(ast.Expr)
	return e
}
