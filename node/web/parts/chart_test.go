package parts_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/web/parts"
)

func TestNumbersAndDaysReadAsPeopleWriteThem(t *testing.T) {
	for got, want := range map[string]string{
		parts.TimeText("ja", 1775001600): "2026年4月1日 09:00", parts.TimeText("en", 1775001600): "1 April 2026, 09:00",
		parts.DateText("en", 1774969199): "31 March 2026", parts.DateText("ja", 1774969200): "2026年4月1日", // midnight in Japan
		parts.DayText("ja", "2026-12-31"): "2026年12月31日", parts.DayText("en", "soon"): "soon",
		parts.Number(0): "0", parts.Number(-1234567): "-1,234,567", parts.Number(999): "999",
		parts.BytesText(999): "999 B", parts.BytesText(999_960): "1.0 MB", parts.BytesText(1_234_567): "1.2 MB",
	} {
		if got != want {
			t.Errorf("%q should read %q", got, want)
		}
	}
}

var (
	drawn   = regexp.MustCompile(`viewBox="0 0 ([0-9.]+) ([0-9.]+)" role="img"`)
	placeOf = regexp.MustCompile(`<(?:rect class|text|line)[^>]*?\s(?:x|x1)="(-?[0-9.]+)"[^>]*?\s(?:y|y1)="(-?[0-9.]+)"`)
)

// A chart of hard values is still a drawing: every place is a number within it.
func TestChartsStandHardValues(t *testing.T) {
	long := "とても長い名前の付いた地域スポーツクラブ連合会"
	many := make([]string, 60)
	for i := range many {
		many[i] = long
	}
	nan, inf := math.NaN(), math.Inf(1)
	for name, v := range map[string]parts.ChartView{
		"negative":  {Labels: []string{"a", "b"}, Series: []parts.Series{{"s", []float64{-5, 3}}, {"t", []float64{-1, nan}}, {"u", []float64{2, 4}}}},
		"one zero":  {Labels: []string{"a"}, Series: []parts.Series{{"s", []float64{0}}, {"t", []float64{0}}, {"u", []float64{0}}}},
		"very many": {Labels: many, Series: []parts.Series{{"s", []float64{1e12, 2, 3}}, {"t", []float64{1e12, 2, 3}}, {"u", []float64{1e12, 2, 3}}}},
		"tiny":      {Labels: []string{"a", "b", "c"}, Series: []parts.Series{{"s", []float64{0.01, inf, 0.02}}, {"t", []float64{0.01, 0.01, 0.02}}, {"u", []float64{0.02, 0.01, 0.02}}}},
		"too many":  {Labels: []string{"a"}, Series: []parts.Series{{"1", []float64{1}}, {"2", []float64{1}}, {"3", []float64{1}}, {"4", []float64{1}}, {"fifth", []float64{1}}}},
	} {
		v.ID, v.Title, v.Desc, v.Head, v.Unit = "c", "Title", "What is seen", "Head", "hours"
		for kind, page := range map[string]string{
			"line": render(t, parts.Frame{Lang: "en"}, parts.Line(v)), "bars": render(t, parts.Frame{Lang: "en"}, parts.Bars(v)),
			"groups": render(t, parts.Frame{Lang: "en"}, parts.GroupedBars(v)), "band": render(t, parts.Frame{Lang: "en"}, parts.Band(v)),
		} {
			if strings.Contains(page, "NaN") || strings.Contains(page, "Inf") {
				t.Errorf("%s, %s: a place is no number", name, kind)
			}
			sizes := drawn.FindAllStringSubmatch(page, -1)
			if len(sizes) != 2 || !strings.Contains(page, "<details>") {
				t.Errorf("%s, %s: %d drawings, or no table", name, kind, len(sizes))
				continue
			}
			if name == "too many" && !strings.Contains(page, "fifth") {
				t.Errorf("%s: the table leaves a series out", kind)
			}
			within(t, name+", "+kind, page[:strings.Index(page, "<details>")], sizes)
		}
	}
}

// within holds every place of the two drawings against their sizes.
func within(t *testing.T, what, page string, sizes [][]string) {
	t.Helper()
	for at, drawing := range strings.Split(page, `role="img"`)[1:] {
		width, _ := strconv.ParseFloat(sizes[at][1], 64)
		height, _ := strconv.ParseFloat(sizes[at][2], 64)
		found := placeOf.FindAllStringSubmatch(drawing, -1)
		if len(found) < 3 {
			t.Errorf("%s: only %d places were read", what, len(found))
		}
		for _, m := range found {
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			if x < -1 || x > width || y < -1 || y > height+1 {
				t.Errorf("%s: %s,%s is outside of %vx%v", what, m[1], m[2], width, height)
			}
		}
	}
}

func TestAChartWithoutDataSaysSo(t *testing.T) {
	for lang, words := range map[string]string{"ja": "表示できるデータがまだありません", "en": "There is nothing to show yet"} {
		for _, c := range []parts.ChartView{{ID: "c"}, {ID: "c", Labels: []string{"a"}, Series: []parts.Series{{"s", []float64{math.NaN()}}}}} {
			page := render(t, parts.Frame{Lang: lang}, parts.Line(c))
			if !strings.Contains(page, words) || strings.Contains(page, "<svg") {
				t.Errorf("%s: an empty chart shows %s", lang, page)
			}
		}
	}
	if page := render(t, parts.Frame{Lang: "en"}, parts.HeatGrid(parts.HeatView{ID: "h"})); !strings.Contains(page, "nothing to show") {
		t.Error("an empty grid says nothing")
	}
}
