package text

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/fukusen/fukusen/spec"
)

var (
	keyForm  = regexp.MustCompile(`^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+$`)
	fileName = regexp.MustCompile(`\.(html|css|js|svg|csv|xlsx|json|go|templ|txt|pdf|png|db)$`)
	inHTML   = regexp.MustCompile(`index \.T "([a-z0-9.-]+)"`)
)

// tree is what speaks to people: Go files (what templ wrote among them) and
// HTML, by their path.
type tree map[string]string

// readTree reads all under node/ and cmd/ but this package and tests.
func readTree(t *testing.T) tree {
	t.Helper()
	whole := tree{}
	for _, top := range []string{"../..", "../../../cmd"} {
		err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && filepath.Base(path) == "testdata", entry.IsDir() && path == "../../web/text":
				return filepath.SkipDir
			case entry.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".html"):
				return nil
			}
			octets, err := os.ReadFile(path)
			whole[filepath.ToSlash(path)] = string(octets)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(whole) < 50 {
		t.Fatalf("only %d files were found", len(whole))
	}
	return whole
}

// literals calls with every string literal of a Go file, and whether it stands
// where only a key may: in T or Of, or in a field whose name ends in Key.
func literals(path, code string, say func(value string, certain bool)) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, code, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	keys := make(map[ast.Expr]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name := ""
			if selector, ok := n.Fun.(*ast.SelectorExpr); ok {
				owner, _ := selector.X.(*ast.Ident)
				if owner != nil && (owner.Name == "parts" && selector.Sel.Name == "T" || owner.Name == "text" && selector.Sel.Name == "Of") {
					name = "T"
				}
			} else if local, ok := n.Fun.(*ast.Ident); ok {
				name = local.Name
			}
			if name == "T" && len(n.Args) > 1 {
				keys[n.Args[1]] = true
			}
		case *ast.KeyValueExpr:
			field, ok := n.Key.(*ast.Ident)
			keys[n.Value] = ok && len(field.Name) > 3 && strings.HasSuffix(field.Name, "Key") && field.Name != "LiveKey"
		case *ast.BasicLit:
			if value, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil {
				say(value, keys[n])
			}
		}
		return true
	})
	return nil
}

// missing are keys that are asked for and stand nowhere; unused are texts that
// nothing asks for; loose are beginnings of keys that Composed does not list.
func missing(whole tree, catalogue map[string]spec.Text, composed []string) (missing, unused, loose []string) {
	families, used, begun := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	for key := range catalogue {
		family, _, _ := strings.Cut(key, ".")
		families[family] = true
	}
	for path, code := range whole {
		ask := func(value string, certain bool) {
			family, _, _ := strings.Cut(value, ".")
			page := strings.Contains(path, "/web/") || strings.HasPrefix(path, "../../mail/")
			begins := strings.HasSuffix(value, ".") && keyForm.MatchString(value+"x")
			switch _, known := catalogue[value]; {
			case known:
				used[value] = true
			case begins && slices.Contains(composed, value):
				begun[value] = true
			case begins && families[family] && page:
				loose = append(loose, path+": "+value)
			case certain && value != "", page && families[family] && keyForm.MatchString(value) && !fileName.MatchString(value):
				missing = append(missing, path+": "+value)
			}
		}
		if strings.HasSuffix(path, ".html") {
			for _, m := range inHTML.FindAllStringSubmatch(code, -1) {
				ask(m[1], true)
			}
		} else if err := literals(path, code, ask); err != nil {
			missing = append(missing, err.Error())
		}
	}
	for key := range catalogue {
		if !used[key] && !slices.ContainsFunc(composed, func(begin string) bool { return begun[begin] && strings.HasPrefix(key, begin) }) {
			unused = append(unused, key)
		}
	}
	for _, begin := range composed {
		if !begun[begin] {
			unused = append(unused, begin+"…")
		}
	}
	return missing, unused, loose
}

var (
	tag       = regexp.MustCompile(`<[^>]*>`)
	spoken    = regexp.MustCompile(`(aria-label|aria-description|aria-roledescription|aria-valuetext|placeholder|title|alt|label|data-confirm|data-copied|data-head)="([^"]*)"`)
	undrawn   = regexp.MustCompile(`(?s)<!--.*?-->`)
	ourName   = regexp.MustCompile(`Fukusen|複線`)
	letters   = regexp.MustCompile(`\p{L}{2}|[\p{Han}\p{Hiragana}\p{Katakana}]`)
	templWord = []string{"WriteString", "JoinStringErrs"}
)

// hardCoded are words in what templ wrote that come from no catalogue, and
// Japanese in any string of the pages' Go.
func hardCoded(whole tree) []string {
	var found []string
	for path, code := range whole {
		if !strings.Contains(path, "/web/") || !strings.HasSuffix(path, ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, code, parser.SkipObjectResolution)
		if err != nil {
			found = append(found, err.Error())
			continue
		}
		say := func(value string) { found = append(found, fmt.Sprintf("%s: %q", path, value)) }
		for _, d := range file.Decls {
			var page strings.Builder
			ast.Inspect(d, func(n ast.Node) bool {
				if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING && strings.ContainsFunc(ourName.ReplaceAllString(literal.Value, ""), japanese) && !strings.Contains(literal.Value, "<") {
					say(literal.Value)
				}
				call, ok := n.(*ast.CallExpr)
				selector, isMethod := (*ast.SelectorExpr)(nil), false
				if ok {
					selector, isMethod = call.Fun.(*ast.SelectorExpr)
				}
				if !isMethod || !slices.Contains(templWord, selector.Sel.Name) || len(call.Args) == 0 {
					return true
				}
				literal, isLiteral := call.Args[len(call.Args)-1].(*ast.BasicLit)
				value := "\x00"
				if isLiteral {
					value, _ = strconv.Unquote(literal.Value)
				}
				if selector.Sel.Name == "WriteString" {
					page.WriteString(value)
				} else if isLiteral && letters.MatchString(value) {
					say(value)
				}
				return true
			})
			if strings.HasSuffix(path, "_templ.go") {
				for _, words := range wordsOf(page.String()) {
					say(words)
				}
			}
		}
	}
	return found
}

func japanese(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) }

// wordsOf are the words that stand in the markup itself.
func wordsOf(page string) []string {
	var found []string
	page = ourName.ReplaceAllString(undrawn.ReplaceAllString(page, ""), "")
	for _, m := range spoken.FindAllStringSubmatch(page, -1) {
		if letters.MatchString(m[2]) {
			found = append(found, m[2])
		}
	}
	for _, words := range tag.Split(page, -1) {
		if letters.MatchString(words) {
			found = append(found, strings.TrimSpace(words))
		}
	}
	return found
}

func TestPagesAskForTextsThatAreThere(t *testing.T) {
	gone, idle, loose := missing(readTree(t), All(), Composed())
	for what, list := range map[string][]string{"stands nowhere": gone, "is asked for by nothing": idle, "is put together and not listed in Composed": loose} {
		slices.Sort(list)
		for _, key := range list {
			t.Errorf("%s %s", key, what)
		}
	}
}

func TestNoPageHasWordsOfItsOwn(t *testing.T) {
	for _, words := range hardCoded(readTree(t)) {
		t.Errorf("%s belongs in the catalogue", words)
	}
}

func TestTheCatalogueTestsCatch(t *testing.T) {
	words := spec.Text{JA: "語", EN: "word"}
	catalogue := map[string]spec.Text{"door.open": words, "kind.city": words}
	sound := tree{
		"../door/a_templ.go": "package a\nvar a = T(ctx, \"door.open\")\nvar b = \"kind.\" + k\nvar c = \"door.csv\"\n" +
			`func d() { templruntime.WriteString(w, 1, "<p class=\"quiet\" title=\""); templruntime.WriteString(w, 2, "\">Fukusen "); f(T(ctx, "door.open")) }`,
	}
	if gone, idle, loose := missing(sound, catalogue, []string{"kind."}); len(gone)+len(idle)+len(loose) > 0 {
		t.Errorf("a sound page is found wanting: %v %v %v", gone, idle, loose)
	}
	with := func(path, code string) tree {
		broken := maps.Clone(sound)
		broken[path] = code
		return broken
	}
	for what, code := range map[string]string{
		"a call": `var x = parts.T(ctx, "other.thing")`, "a field": `var x = View{LabelKey: "unheard-of"}`, "any literal": `var x = f("door.shut")`,
	} {
		if gone, _, _ := missing(with("../web/b.go", "package b\n"+code), catalogue, []string{"kind."}); len(gone) != 1 {
			t.Errorf("a missing key in %s is not found: %v", what, gone)
		}
	}
	if gone, _, _ := missing(with("../web/b.html", `{{index .T "door.shut"}}`), catalogue, []string{"kind."}); len(gone) != 1 {
		t.Error("a missing key in HTML is not found")
	}
	if _, idle, _ := missing(tree{}, catalogue, nil); len(idle) != 2 {
		t.Errorf("unused texts are not found: %v", idle)
	}
	if _, _, loose := missing(with("../web/b.go", "package b\nvar x = \"door.\" + y"), catalogue, []string{"kind."}); len(loose) != 1 {
		t.Errorf("a key put together in secret is not found: %v", loose)
	}
	for _, code := range []string{
		`func d() { templruntime.WriteString(w, 1, "<p>Save</p>") }`,
		`func d() { templruntime.WriteString(w, 1, "<p>"); templ.JoinStringErrs("Save now") }`,
		`func d() { templruntime.WriteString(w, 1, "<input placeholder=\"名前\">") }`,
		`func d() { templruntime.WriteString(w, 1, "<nav aria-label=\"Pages\">") }`,
		`func d() string { return "保存" }`,
	} {
		if found := hardCoded(with("../web/b_templ.go", "package b\n"+code)); len(found) != 1 {
			t.Errorf("%s: hard-coded words are not found once: %v", code, found)
		}
	}
	if found := hardCoded(sound); len(found) > 0 {
		t.Errorf("a sound page has words: %v", found)
	}
}
