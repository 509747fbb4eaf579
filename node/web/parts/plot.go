package parts

import (
	"math"
	"strconv"
	"strings"
)

// plot is a chart with places instead of values: what the templates draw.
type plot struct {
	frameSize
	left, right, top, bottom float64 // of the field within the axes
	ticks                    []tick
	labels                   []tick
	marks                    []mark
	paths                    []track
}

// tick is a text at a place of an axis; lines are its second and later lines.
type tick struct {
	at, y float64
	said  string
	lines []string
}

// mark is a bar or a point of a series, counted from 1.
type mark struct {
	series              int
	x, y, width, height float64
	said                string
	name                string
}

// track is a line or an area of a series.
type track struct {
	series int
	d      string
	area   bool
}

func (p plot) viewBox() string { return "0 0 " + px(p.width) + " " + px(p.height) }

// upright lays out axes with values upwards and labels along the ground.
func (v ChartView) upright(size frameSize) (plot, func(float64) float64) {
	low, high, _ := v.bounds()
	p := plot{frameSize: size, top: 26, bottom: size.height - 2*lineHeight - 8, right: size.width - 8}
	steps := ticks(low, high, 4)
	for _, n := range steps {
		p.left = max(p.left, wide(short(n))+10)
	}
	first, last := steps[0], steps[len(steps)-1]
	y := func(n float64) float64 { return p.bottom - (n-first)/(last-first)*(p.bottom-p.top) }
	for _, n := range steps {
		p.ticks = append(p.ticks, tick{at: y(n), said: short(n)})
	}
	return p, y
}

// slot is the middle of a label's place along the ground.
func (p plot) slot(at, of int) float64 {
	return p.left + (float64(at)+0.5)*(p.right-p.left)/float64(max(1, of))
}

// ground sets the labels: each if they fit in a line or two, else every second,
// third, … of them.
func (p *plot) ground(labels []string) {
	room := (p.right - p.left) / float64(max(1, len(labels)))
	widest := 0.0
	for _, label := range labels {
		widest = max(widest, wide(label))
	}
	every, folded := 1, false
	switch {
	case widest+8 <= room:
	case widest/2+textHeight+8 <= room:
		folded = true
	default:
		every = int(math.Ceil((widest + 10) / room))
	}
	for at := 0; at < len(labels); at += every {
		t := tick{at: p.slot(at, len(labels)), y: p.bottom + lineHeight + 2, said: labels[at]}
		if folded {
			t.said, t.lines = fold(labels[at])
		}
		half := wide(t.said) / 2
		t.at = min(max(t.at, half), p.width-half) // nothing is cut off at the sides
		p.labels = append(p.labels, t)
	}
}

// fold breaks a label near its middle, at a space if there is one there.
func fold(label string) (string, []string) {
	runes := []rune(label)
	if len(runes) < 4 {
		return label, nil
	}
	middle := (len(runes) + 1) / 2
	best := -1
	for at, r := range runes {
		if r == ' ' && (best < 0 || math.Abs(float64(at-middle)) < math.Abs(float64(best-middle))) {
			best = at
		}
	}
	if best > 0 {
		return string(runes[:best]), []string{string(runes[best+1:])}
	}
	return string(runes[:middle]), []string{string(runes[middle:])}
}

// lines lays out a Line chart.
func (v ChartView) lines(size frameSize) plot {
	p, y := v.upright(size)
	for at, s := range v.series() {
		var d strings.Builder
		pen := "M"
		for i := range v.Labels {
			n, ok := s.value(i)
			if !ok {
				pen = "M" // a gap is a gap, no line is drawn through it
				continue
			}
			x := p.slot(i, len(v.Labels))
			d.WriteString(pen + px(x) + " " + px(y(n)))
			pen = "L"
			p.marks = append(p.marks, mark{series: at + 1, x: x, y: y(n)})
		}
		p.paths = append(p.paths, track{series: at + 1, d: d.String()})
	}
	p.ground(v.Labels)
	return p
}

// band lays out a Band chart: an area between the first and the third series,
// and the second as a line in it.
func (v ChartView) band(size frameSize) plot {
	p, y := v.upright(size)
	if len(v.Series) != 3 {
		return p
	}
	var upper, lower, middle []string
	for i := range v.Labels {
		low, a := v.Series[0].value(i)
		mid, b := v.Series[1].value(i)
		high, c := v.Series[2].value(i)
		if !a || !b || !c {
			continue
		}
		x := px(p.slot(i, len(v.Labels)))
		upper = append(upper, x+" "+px(y(high)))
		lower = append([]string{x + " " + px(y(low))}, lower...)
		middle = append(middle, x+" "+px(y(mid)))
		p.marks = append(p.marks, mark{series: 1, x: p.slot(i, len(v.Labels)), y: y(mid)})
	}
	if len(middle) > 0 {
		p.paths = append(p.paths,
			track{series: 1, area: true, d: "M" + strings.Join(append(upper, lower...), "L") + "Z"},
			track{series: 1, d: "M" + strings.Join(middle, "L")})
	}
	p.ground(v.Labels)
	return p
}

// groups lays out GroupedBars.
func (v ChartView) groups(size frameSize) plot {
	p, y := v.upright(size)
	count := len(v.series())
	room := (p.right - p.left) / float64(max(1, len(v.Labels)))
	gap := min(2, room/20)
	width := min(26, room*0.76/float64(max(1, count))-gap)
	for at, s := range v.series() {
		for i := range v.Labels {
			n, ok := s.value(i)
			if !ok {
				continue
			}
			x := p.slot(i, len(v.Labels)) + (float64(at)-float64(count)/2)*(width+gap) + gap/2
			top := min(y(n), y(0))
			m := mark{series: at + 1, x: x, y: top, width: max(1, width), height: math.Abs(y(0) - y(n))}
			if wide(short(n)) <= width+gap+4 {
				m.said = short(n)
			}
			p.marks = append(p.marks, m)
		}
	}
	p.ground(v.Labels)
	return p
}

// flat lays out Bars: each with its label above it, so that any label fits.
func (v ChartView) flat(size frameSize) plot {
	rows := float64(len(v.Labels))
	const row = 44.0
	size.height = rows*row + 2*lineHeight + 6
	p := plot{frameSize: size, top: 4, bottom: rows*row + 4, left: 1, right: size.width - 12}
	low, high, _ := v.bounds()
	steps := ticks(low, high, 4)
	p.right -= wide(short(high)) + 4
	first, last := steps[0], steps[len(steps)-1]
	x := func(n float64) float64 { return p.left + (n-first)/(last-first)*(p.right-p.left) }
	for _, n := range steps {
		p.ticks = append(p.ticks, tick{at: x(n), said: short(n)})
	}
	if len(v.Series) == 0 {
		return p
	}
	for i, label := range v.Labels {
		m := mark{series: 1, x: x(0), y: p.top + float64(i)*row + 20, height: 16, name: label, said: ""}
		if n, ok := v.Series[0].value(i); ok {
			m.x, m.width, m.said = min(x(0), x(n)), math.Abs(x(n)-x(0)), short(n)
		}
		p.marks = append(p.marks, m)
	}
	return p
}

// level is the shade of a cell, from 0 (nothing) to 4 (the largest).
func level(n, high float64) int {
	if n <= 0 || high <= 0 {
		return 0
	}
	return min(4, 1+int(n/high*3.999))
}

// cells lays out a HeatGrid. The class of a cell is its series: 1 + level.
func (v HeatView) cells(size frameSize) plot {
	p := plot{frameSize: size, top: lineHeight + 6, right: size.width - 1}
	for _, row := range v.Rows {
		p.left = max(p.left, wide(row)+10)
	}
	p.left = min(p.left, size.width*0.4)
	width := (p.right - p.left) / float64(max(1, len(v.Columns)))
	height := min(34, max(24, width*0.8))
	p.bottom = p.top + height*float64(len(v.Rows))
	p.height = p.bottom + 4
	high := v.high()
	for i, row := range v.Rows {
		y := p.top + float64(i)*height
		p.labels = append(p.labels, tick{at: p.left - 8, y: y + height/2 + 4.5, said: row})
		for j := range v.Columns {
			n, ok := v.at(i, j)
			m := mark{series: 1 + level(n, high), x: p.left + float64(j)*width + 1, y: y + 1, width: width - 2, height: height - 2}
			if m.said = short(n); !ok {
				m.said = "–"
			}
			if wide(m.said) > width-2 {
				m.said = ""
			}
			p.marks = append(p.marks, m)
		}
	}
	every := 1
	for _, column := range v.Columns {
		every = max(every, int(math.Ceil((wide(column)+4)/width)))
	}
	for j := 0; j < len(v.Columns); j += every {
		p.ticks = append(p.ticks, tick{at: p.left + (float64(j)+0.5)*width, said: v.Columns[j]})
	}
	return p
}

func (v HeatView) at(i, j int) (float64, bool) {
	if i >= len(v.Values) {
		return 0, false
	}
	return Series{Values: v.Values[i]}.value(j)
}

func (v HeatView) high() float64 {
	high := 0.0
	for i := range v.Rows {
		for j := range v.Columns {
			if n, ok := v.at(i, j); ok {
				high = max(high, n)
			}
		}
	}
	return high
}

// chart is the same data as the other charts have it, for the table.
func (v HeatView) chart() ChartView {
	c := ChartView{ID: v.ID, Title: v.Title, Desc: v.Desc, Unit: v.Unit, Head: v.Head, Labels: v.Rows}
	for j, column := range v.Columns {
		s := Series{Name: column}
		for i := range v.Rows {
			n, ok := v.at(i, j)
			if !ok {
				n = math.NaN()
			}
			s.Values = append(s.Values, n)
		}
		c.Series = append(c.Series, s)
	}
	return c
}

// dashes tell lines apart without colour.
func dashes(series int) string { return []string{"", "7 4", "2 3", "9 3 2 3"}[(series-1)%seriesEnd] }

// shape is the point of a series: a disc, a square, a triangle, a diamond.
func shape(series int, x, y float64) string {
	at := func(dx, dy float64) string { return px(x+dx) + " " + px(y+dy) }
	switch (series - 1) % seriesEnd {
	case 1:
		return "M" + at(-4, -4) + "h8v8h-8z"
	case 2:
		return "M" + at(0, -5) + "L" + at(5, 4) + "L" + at(-5, 4) + "z"
	case 3:
		return "M" + at(0, -5.5) + "L" + at(5.5, 0) + "L" + at(0, 5.5) + "L" + at(-5.5, 0) + "z"
	}
	return "M" + at(-4, 0) + "a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"
}

// seriesClass is the colour of a series.
func seriesClass(series int) string { return "s" + strconv.Itoa((series-1)%seriesEnd+1) }
