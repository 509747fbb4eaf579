package node

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// setting is one row of the table in docs/operate.md.
type setting struct{ key, environment string }

// TestTheManualListsEverySetting holds the table of docs/operate.md against
// Config: the same keys and the same variables, each once, and nothing else.
func TestTheManualListsEverySetting(t *testing.T) {
	text, err := os.ReadFile("../docs/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := rowsOf(string(text))
	if len(documented) == 0 {
		t.Fatal("docs/operate.md has no table under the heading Every setting")
	}
	read := make(map[string]string)
	for _, s := range settingsOf(reflect.TypeFor[Config](), "", "FUKUSEN_") {
		read[s.key] = s.environment
	}
	seen := make(map[string]bool)
	for _, row := range documented {
		want, known := read[row.key]
		switch {
		case seen[row.key]:
			t.Errorf("%s stands twice in docs/operate.md", row.key)
		case !known:
			t.Errorf("docs/operate.md lists %s, which Config does not read", row.key)
		case want != row.environment:
			t.Errorf("docs/operate.md says %q for %s, Config reads %q", row.environment, row.key, want)
		}
		seen[row.key] = true
	}
	for key := range read {
		if !seen[key] {
			t.Errorf("docs/operate.md does not list %s", key)
		}
	}
}

// settingsOf lists what the tags of a struct make the reader read.
func settingsOf(t reflect.Type, key, environment string) []setting {
	var list []setting
	for i := range t.NumField() {
		f := t.Field(i)
		name := key + f.Tag.Get("yaml")
		if f.Type.Kind() == reflect.Struct {
			list = append(list, settingsOf(f.Type, name+".", environment+f.Tag.Get("envPrefix"))...)
			continue
		}
		variable := f.Tag.Get("env")
		if variable != "" {
			variable = environment + variable
		}
		list = append(list, setting{name, variable})
	}
	return list
}

var settingRow = regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| (?:`([A-Z_]+)`|–) \\| .+ \\|$")

func rowsOf(manual string) []setting {
	_, section, _ := strings.Cut(manual, "\n## Every setting\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var list []setting
	for _, m := range settingRow.FindAllStringSubmatch(section, -1) {
		list = append(list, setting{m[1], m[2]})
	}
	return list
}
