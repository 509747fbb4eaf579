package parts_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/fukusen/fukusen/node/web/parts"
)

func render(t *testing.T, f parts.Frame, c templ.Component) string {
	t.Helper()
	var page strings.Builder
	if err := c.Render(parts.With(context.Background(), f), &page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

var (
	bareScript = regexp.MustCompile(`<script(?: defer)?>`)
	handler    = regexp.MustCompile(` on[a-z]+=`)
	anID       = regexp.MustCompile(` id="([^"]*)"`)
	aReference = regexp.MustCompile(` (?:for|aria-labelledby|aria-describedby|data-dialog|data-filter-for)="([^"]+)"|url\(#([^)]+)\)|href="#([^"]+)"`)
)

func TestTheGalleryRendersInBothLanguages(t *testing.T) {
	for _, lang := range []string{"ja", "en"} {
		page := render(t, parts.Frame{Lang: lang, Path: "/style?a=1", Who: "Hanako", Unread: 2, CSRF: "token", Nav: []parts.Link{{Href: "/style", Key: "gallery.title", Current: true}}}, parts.Gallery())
		for _, want := range []string{`<html lang="` + lang + `">`, `aria-current="page"`, `name="csrf" value="token"`, `aria-current="step"`, "<svg", "<dialog", `aria-invalid="true"`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %s", lang, want)
			}
		}
		if strings.Contains(page, "⟦") {
			t.Errorf("%s: a text is missing: %.80s", lang, page[strings.Index(page, "⟦"):])
		}
		if strings.Contains(page, " style=") || bareScript.MatchString(page) || handler.MatchString(page) || strings.Contains(page, "<style") {
			t.Errorf("%s: the page needs more than the content security policy gives", lang)
		}
		ids := make(map[string]bool)
		for _, m := range anID.FindAllStringSubmatch(page, -1) {
			if ids[m[1]] {
				t.Errorf("%s: two things have the id %q", lang, m[1])
			}
			ids[m[1]] = true
		}
		for _, m := range aReference.FindAllStringSubmatch(page, -1) {
			for _, id := range strings.Fields(m[1] + m[2] + m[3]) {
				if !ids[id] {
					t.Errorf("%s: nothing has the id %q", lang, id)
				}
			}
		}
		if size := compressed(t, []byte(page)); size > 60_000 {
			t.Errorf("%s: the page has %d octets compressed", lang, size)
		}
	}
}

func compressed(t *testing.T, octets []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(octets); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func TestWhatPagesReferToIsThereAndSmall(t *testing.T) {
	page := render(t, parts.Frame{Lang: "en"}, parts.Page())
	total := compressed(t, []byte(page))
	for _, name := range []string{"style.css", "app.js", "icon.svg"} {
		octets, err := fs.ReadFile(parts.Static(), name)
		if err != nil {
			t.Fatal(err)
		}
		total += compressed(t, octets)
		if address := parts.Asset(name); !strings.Contains(page, `"`+address+`"`) || strings.HasSuffix(address, "?v=") {
			t.Errorf("the page does not refer to %s", address)
		}
		if bytes.Contains(octets, []byte("innerHTML")) || bytes.Contains(octets, []byte("eval(")) {
			t.Errorf("%s writes markup", name)
		}
	}
	if total > 30_000 {
		t.Errorf("an empty page with its files has %d octets compressed", total)
	}
}

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>' {{x}} &`

// Every text that a page can be given is put to the test, and every address.
func TestNothingThatAPersonWroteBecomesMarkup(t *testing.T) {
	h := hostile
	field := func(kind string) templ.Component {
		return parts.Field(parts.FieldView{Name: h, ID: h, Label: h, Hint: h, Error: h, Value: h, Type: kind, Autocomplete: h, InputMode: h, Lang: h, Accept: h, Min: h, High: h, Step: h, Options: []parts.Option{{Value: h, Label: h, Hint: h}}})
	}
	chart := parts.ChartView{ID: h, Title: h, Desc: h, Unit: h, Head: h, Labels: []string{h, h, h}, Series: []parts.Series{{h, []float64{1, 2, 3}}, {h, []float64{1, 2, 3}}, {h, []float64{1, 2, 3}}}}
	evil := "javascript:alert(1)"
	for name, c := range map[string]templ.Component{
		"page": parts.Page(), "text": field("text"), "textarea": field("textarea"), "select": field("select"), "radio": field("radio"), "tick": field("checkbox"), "file": field("file"),
		"errors":  parts.ErrorSummary([]parts.FieldError{{h, h}}),
		"confirm": parts.Confirm(parts.ConfirmView{Text: h, Action: evil, Kind: h, ButtonKey: h, Cancel: evil, Hidden: [][2]string{{h, h}}}),
		"dialog":  parts.Dialog(parts.DialogView{ID: h, OpenKey: h, Href: evil, Kind: h, Title: h}),
		"table":   parts.Table(parts.TableView{Caption: h, Filter: h, Columns: []parts.Column{{Text: h}, {Text: h}}, Rows: []parts.Row{parts.Cells(h, parts.Key(h)), parts.Cells(parts.To(evil, h), parts.Code(h))}}),
		"pager":   parts.Pager(parts.PagerView{Page: 2, Last: 3, Href: evil}), "list": parts.DefinitionList(parts.Pair{Term: h, Said: parts.Plain(h)}),
		"notice": parts.Announce(parts.Notice{Kind: h, Text: h}), "empty": parts.Empty(h, h, evil, h), "card": parts.Card(h), "badge": parts.Badge(h, h), "day": parts.Day(h), "live": parts.Live(h, h), "copy": parts.Copy(h),
		"timeline": parts.Timeline(parts.Event{Day: h, Kind: h, Title: h, Text: h}), "progress": parts.Progress(parts.ProgressView{Label: h, Done: 1, Total: 2, LiveKey: h}), "steps": parts.Steps(0, parts.Step{Text: h}),
		"week":   parts.WeekGrid(parts.WeekView{Caption: h, Days: []string{h}, Units: []parts.WeekUnit{{h, h}}, Cells: [][]parts.WeekCell{{{State: h, Text: h, Href: evil}}}}),
		"choose": parts.WeekGrid(parts.WeekView{Caption: h, Days: []string{h}, Name: h, Units: []parts.WeekUnit{{h, h}}, Cells: [][]parts.WeekCell{{{Value: h}}}}),
		"line":   parts.Line(chart), "bars": parts.Bars(chart), "groups": parts.GroupedBars(chart), "band": parts.Band(chart),
		"heat": parts.HeatGrid(parts.HeatView{ID: h, Title: h, Desc: h, Unit: h, Head: h, Rows: []string{h}, Columns: []string{h}, Values: [][]float64{{1}}}),
	} {
		f := parts.Frame{Lang: "en", Path: evil, Title: h, NodeName: h, NodeID: h, Development: true, Who: h, CSRF: h, Live: h, Notice: &parts.Notice{Kind: h, Text: h}, Nav: []parts.Link{{Href: evil, Key: h}}}
		page := render(t, f, c)
		if strings.Contains(page, "<script>") || strings.Contains(page, "<img") {
			t.Errorf("%s lets markup through: %.300s", name, page)
		}
		if strings.Contains(page, `"javascript:`) {
			t.Errorf("%s lets a script through as an address", name)
		}
		if !strings.Contains(page, "&lt;script&gt;") && name != "pager" {
			t.Errorf("%s does not show what it was given", name)
		}
	}
}
