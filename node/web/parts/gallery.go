package parts

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// Gallery is the style page: every component with fictional data. In it stand
// the examples that page authors copy; it is served at /style.
func Gallery() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		f := FrameOf(ctx)
		f.Title = T(ctx, "gallery.title")
		return everything().Render(With(ctx, f), w)
	})
}

// galleryWeek is a fictional person's week, to read or, with a name, to fill in.
func galleryWeek(name string) WeekView {
	v := WeekView{CaptionKey: "gallery.week", Name: name}
	if name != "" {
		v.CaptionKey = "gallery.week.edit"
	}
	for day := 6; day <= 12; day++ {
		v.Days = append(v.Days, "2026-04-"+strconv.Itoa(100 + day)[1:])
	}
	for _, from := range []int{9, 11, 13, 15, 17, 19} {
		v.Units = append(v.Units, WeekUnit{strconv.Itoa(from) + ":00", strconv.Itoa(from+1) + ":30"})
	}
	for unit := range v.Units {
		row := make([]WeekCell, len(v.Days))
		for day := range row {
			row[day].State = "busy"
			switch {
			case day == 2 && unit == 5:
				row[day].State = "held"
			case unit >= 4 && day < 5 || day == 5:
				row[day].State = "free"
			case day == 6 && unit > 1:
				row[day].State = "perhaps"
			case day == 6:
				row[day].State = ""
			}
			row[day].Value = strconv.Itoa(day) + "-" + strconv.Itoa(unit)
			row[day].Checked = row[day].State == "free"
		}
		v.Cells = append(v.Cells, row)
	}
	return v
}

// galleryMonths are the labels of a business year from April.
func galleryMonths(ctx context.Context) []string {
	names := make([]string, 12)
	for at := range names {
		names[at] = layout(lang(ctx), "parts.layout.month", time.Date(2026, time.Month(4+at), 1, 0, 0, 0, 0, tokyo))
	}
	return names
}

// galleryDays are the days of a week from Monday.
func galleryDays(ctx context.Context) []string {
	var names []string
	for _, day := range galleryWeek("").Days {
		name, _, _ := weekday(ctx, day)
		names = append(names, name)
	}
	return names
}
