package web_test

import (
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest/browser"
)

// A clerk opens a person's entry and how they are invited; the person finds
// both under "who has seen what" and in the export, with the clerk's name.
func TestAPersonSeesWhoOpenedTheirEntry(t *testing.T) {
	b := browser.New(t, browser.Options{})
	v := newTown(t)
	tab, at := v.tabs(b), string(v.ID("city"))
	p := tab(access.Person)
	p.Open(at + "/my/seen")
	if text := p.Text(); strings.Contains(text, "架空 窓口") {
		t.Fatalf("before anybody looked:\n%s", text)
	}
	clerk := tab(access.Clerk)
	for _, path := range []string{"", "/invite"} {
		clerk.Open(at + "/people/" + v.rower + path)
		clerk.WaitFor("花子")
	}
	p.Reload()
	p.WaitFor("架空 窓口")
	for _, want := range []string{"人材登録の内容", "サインインの方法"} {
		if text := p.Text(); !strings.Contains(text, want) {
			t.Errorf("without %s:\n%s", want, text)
		}
	}
	p.Open(at + "/my/export")
	if text := p.Text(); !strings.Contains(text, v.accounts[access.Clerk]) {
		t.Errorf("the export says\n%s", text)
	}
	p.NoComplaints(t)
}
