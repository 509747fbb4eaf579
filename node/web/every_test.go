package web_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest/browser"
)

// pageMost is what a page may weigh, compressed (issue C).
const pageMost = 60 << 10

// Every page keeps nobody out, in light and dark, narrow and at 200 %, says
// nothing to the console, and is light enough for a poor line.
func TestEveryPageKeepsNobodyOut(t *testing.T) {
	b := browser.New(t, browser.Options{})
	v := newTown(t)
	tab := v.tabs(b)
	seen := 0
	for i, visit := range v.visits(t) {
		t.Run(visit.name, func(t *testing.T) {
			p := tab(visit.role).In(t)
			for _, lang := range languages(i) {
				p.Lang(lang)
				p.Open(string(v.ID("city")) + visit.path)
				if p.Status() == http.StatusNotFound && (visit.path == "/demo" || strings.HasPrefix(visit.path, "/sign-in/provider")) {
					return // this node is no demo, and has no identity provider
				}
				if p.Status() != http.StatusOK {
					t.Fatalf("%s is answered %d", visit.path, p.Status())
				}
				browser.CheckAll(t, p)
			}
			p.NoComplaints(t)
			if n := weight(p.HTML()); n > pageMost {
				t.Errorf("%d octets, compressed; the most is %d", n, pageMost)
			}
			seen++
		})
	}
	if seen < 5 {
		t.Errorf("looked at %d pages", seen)
	}
}

// languages are both under make thorough, else one and the other by turns: the
// words are another room's tests, here they only have another length.
func languages(i int) []string {
	both := []string{"ja", "en"}
	if browser.Thorough() {
		return both
	}
	return both[i%2 : i%2+1]
}

func weight(html string) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(html)) // into memory
	_ = w.Close()
	return b.Len()
}

// TestWriteScreens writes every page as pictures, when asked to where.
func TestWriteScreens(t *testing.T) {
	dir := os.Getenv("FUKUSEN_SCREENS")
	if dir == "" {
		t.Skip("make screenshots writes the pictures")
	}
	b := browser.New(t, browser.Options{})
	v := newTown(t)
	tab := v.tabs(b)
	only := os.Getenv("FUKUSEN_SCREENS_OF") // part of the paths, or all of them
	for _, visit := range v.visits(t) {
		if !strings.Contains(visit.path, only) {
			continue
		}
		p := tab(visit.role).In(t)
		p.Open(string(v.ID("city")) + visit.path)
		if p.Status() == http.StatusOK {
			browser.Shoot(dir, visit.name, p)
		}
	}
}
