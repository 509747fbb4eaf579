package console

import (
	"regexp"
	"strings"
)

// block is a part of a document's text: "h" a heading, "p" a paragraph, "ol" or
// "ul" a list, "table" a table whose first row heads it.
type block struct {
	Kind  string
	Items []run   // of a heading or a paragraph one, of a list many
	Rows  [][]run // of a table
}

// run is a line of text in pieces; the odd ones are strong.
type run []string

func runOf(line string) run { return strings.Split(strings.TrimSpace(line), "**") }

var (
	numbered  = regexp.MustCompile(`^\d+\. `)
	tableRule = regexp.MustCompile(`^\|[\s:|-]+\|$`)
)

// prose reads the little Markdown that documents are written in. What it does
// not know is a paragraph: nothing is lost, and nothing becomes markup.
func prose(text string) []block {
	var list []block
	add := func(kind string, r run) {
		if n := len(list) - 1; n >= 0 && list[n].Kind == kind && (kind == "ol" || kind == "ul") {
			list[n].Items = append(list[n].Items, r)
			return
		}
		list = append(list, block{Kind: kind, Items: []run{r}})
	}
	open := false // the paragraph goes on in the next line
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		paragraph := false
		switch {
		case line == "", tableRule.MatchString(line):
		case strings.HasPrefix(line, "#"):
			add("h", runOf(strings.TrimLeft(line, "#")))
		case numbered.MatchString(line):
			add("ol", runOf(numbered.ReplaceAllString(line, "")))
		case strings.HasPrefix(line, "- "):
			add("ul", runOf(line[2:]))
		case strings.HasPrefix(line, "|"):
			list = tableLine(list, line)
		default:
			paragraph = true
			if open {
				last := &list[len(list)-1].Items[0]
				*last = runOf(strings.Join(*last, "**") + "\n" + line)
			} else {
				add("p", runOf(line))
			}
		}
		open = paragraph
	}
	return list
}

func tableLine(list []block, line string) []block {
	var cells []run
	for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
		cells = append(cells, runOf(cell))
	}
	if n := len(list) - 1; n >= 0 && list[n].Kind == "table" {
		list[n].Rows = append(list[n].Rows, cells)
		return list
	}
	return append(list, block{Kind: "table", Rows: [][]run{cells}})
}
