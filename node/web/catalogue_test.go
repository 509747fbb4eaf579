package web

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every text that a page asks for stands in the catalogue in both languages,
// and no text stands there that nothing asks for.
func TestTheCatalogueIsWhole(t *testing.T) {
	var source strings.Builder
	for _, name := range []string{"status.html", "lost.html", "status.go"} {
		octets, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source.Write(octets)
	}
	used := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?:index \.T|[vt]\.T\[|\bt\[)\s*"([a-z.]+)"`).FindAllStringSubmatch(source.String(), -1) {
		used[m[1]] = true
	}
	for key, text := range texts {
		if text.JA == "" || text.EN == "" {
			t.Errorf("%s lacks a language", key)
		}
		family, _, dotted := strings.Cut(key, ".")
		if !used[key] && !(dotted && used[family+"."]) {
			t.Errorf("%s is asked for nowhere", key)
		}
	}
	for key := range used {
		if _, ok := texts[key]; !ok && !strings.HasSuffix(key, ".") {
			t.Errorf("%s is asked for and stands nowhere", key)
		}
	}
}
