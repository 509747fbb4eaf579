package parts

import (
	"context"
	"math"
	"strconv"
)

// ChartView is what a chart shows; every text is already in the reader's
// language. ID is its own on the page. A value that is not there is math.NaN().
type ChartView struct {
	ID     string
	Title  string
	Desc   string   // what is to be seen, in a sentence or two
	Unit   string   // of the values: 人, hours
	Head   string   // what the labels are: 月, Month
	Labels []string // along the axis of the labels
	Series []Series // for a Band three: lowest, median, highest
}

// Series is a line, or the bars of one colour.
type Series struct {
	Name   string
	Values []float64
}

// HeatView is a grid of numbers; a darker cell is a larger one.
type HeatView struct {
	ID, Title, Desc, Unit string
	Head                  string // what the rows are
	Rows, Columns         []string
	Values                [][]float64 // by row, then column
}

// frameSize is one of the two sizes in which a chart is drawn, in CSS pixels:
// text that shrinks with its picture cannot be read on a telephone.
type frameSize struct {
	class         string
	width, height float64
}

func chartSizes() []frameSize {
	return []frameSize{{"wide", 660, 300}, {"narrow", 340, 260}}
}

const (
	textHeight = 13.0 // as in the style sheet
	lineHeight = 17.0
	seriesEnd  = 4 // colours and patterns there are
)

// value is the series' number at a place, and whether there is one.
func (s Series) value(at int) (float64, bool) {
	if at >= len(s.Values) || math.IsNaN(s.Values[at]) || math.IsInf(s.Values[at], 0) {
		return 0, false
	}
	return s.Values[at], true
}

// series are those that can be told apart; the table holds all.
func (v ChartView) series() []Series { return v.Series[:min(len(v.Series), seriesEnd)] }

// bounds are the smallest and largest value, with 0 among them.
func (v ChartView) bounds() (low, high float64, any bool) {
	for _, s := range v.series() {
		for at := range v.Labels {
			if n, ok := s.value(at); ok {
				low, high, any = min(low, n), max(high, n), true
			}
		}
	}
	return low, high, any
}

// ticks are round numbers that span the values, about as many as wanted.
func ticks(low, high float64, wanted int) []float64 {
	if high <= low {
		high = low + 1
	}
	rough := (high - low) / float64(max(1, wanted))
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	step := 10 * power
	for _, nice := range []float64{1, 2, 5} {
		if nice*power >= rough {
			step = nice * power
			break
		}
	}
	var all []float64
	first := math.Floor(low / step)
	for n := first; n*step < high+step*0.999; n++ {
		all = append(all, n*step)
	}
	return all
}

// amount writes a value of a chart: 1,234 or 0.25.
func amount(n float64) string {
	if math.Abs(n) < 1e15 && n == math.Trunc(n) {
		return Number(int64(n))
	}
	if math.Abs(n) >= 1000 {
		return Number(int64(math.Round(n)))
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// short is amount with at most two places after the point.
func short(n float64) string { return amount(math.Round(n*100) / 100) }

// wide is about how many pixels a text takes.
func wide(said string) float64 {
	total := 0.0
	for _, r := range said {
		if r < 0x2e80 {
			total += 0.56
		} else {
			total++
		}
	}
	return total * textHeight
}

// px writes a coordinate, a tenth of a pixel exact.
func px(n float64) string { return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) }

// table is the chart's data for those who want numbers.
func (v ChartView) table(ctx context.Context) TableView {
	t := TableView{Caption: v.Title, Columns: []Column{{Text: v.Head}}}
	for _, s := range v.Series {
		head := s.Name
		if v.Unit != "" {
			head = T(ctx, "parts.with-unit", s.Name, v.Unit)
		}
		t.Columns = append(t.Columns, Column{Text: head, Numeric: true})
	}
	for at, label := range v.Labels {
		cells := []any{label}
		for _, s := range v.Series {
			cells = append(cells, figure(ctx, s, at))
		}
		t.Rows = append(t.Rows, Cells(cells...))
	}
	return t
}

// figure is a value in a table, or that there is none.
func figure(ctx context.Context, s Series, at int) string {
	if n, ok := s.value(at); ok {
		return short(n)
	}
	return T(ctx, "parts.no-value")
}

// named lists the ids that name and describe a drawing.
func (v ChartView) named(size frameSize) string {
	return v.ID + size.class + "-title " + v.ID + size.class + "-desc"
}

// name is a series' name, or "".
func (v ChartView) name(at int) string {
	if at < len(v.Series) {
		return v.Series[at].Name
	}
	return ""
}

// fill is the colour or the pattern of a series' bars.
func (v ChartView) fill(series int) string {
	if series == 1 {
		return "currentColor"
	}
	return "url(#" + v.ID + "-" + strconv.Itoa(series) + ")"
}

// edge keeps the first text of an axis within the drawing.
func edge(at int) string {
	if at == 0 {
		return "start"
	}
	return "middle"
}
