package reading

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/fukusen/fukusen/spec"
)

// quoted is a text as JSON.
func quoted(text string) string {
	octets, err := json.Marshal(text)
	if err != nil {
		return `""` // a string is always JSON
	}
	return string(octets)
}

// written is an item as JSON, its members in the order of the standard.
func written(it spec.Item) string {
	text := fmt.Sprintf(`{"n":%d,"id":%s,"kind":%s,"state":%s`, it.N, quoted(string(it.ID)), quoted(string(it.Kind)), quoted(string(it.State)))
	if it.Record != "" {
		text += `,"record":` + quoted(it.Record)
	}
	return text + "}"
}

// shapes are pages that are not one JSON object of the page's shape.
func shapes() []fold { return append(append(ids(), members()...), wholes()...) }

// ids are pages whose second item has an id that is none; the head covers it.
func ids() []fold {
	var list []fold
	for _, c := range []struct {
		name string
		bend func(string) string
	}{
		{"short", func(id string) string { return id[:42] }},
		{"long", func(id string) string { return id + "A" }},
		{"empty", func(string) string { return "" }},
		{"standard", func(id string) string { return "+" + id[1:] }},
		{"space", func(id string) string { return " " + id[1:] }},
	} {
		list = append(list, fold{"page-id-" + c.name, func(f leaf) []byte {
			bad := f.at(1, filler())
			bad.ID = spec.ID(c.bend(string(bad.ID)))
			return f.under(f.more(f.x, bad), f.at(0, f.x), bad)
		}})
	}
	return list
}

// members are pages whose second item lacks a member or has a wrong one.
func members() []fold {
	second := func(name string, bend func(text string, it spec.Item) string) fold {
		return fold{name, func(f leaf) []byte {
			it := f.at(1, filler())
			text := bend(written(it), it)
			return fmt.Appendf(nil, `{"items":[%s,%s],"head":%s}`, written(f.at(0, f.x)), text, quoted(f.sheet(f.more(f.x, it)).note()))
		}}
	}
	place := func(text string, it spec.Item, n string) string {
		return strings.Replace(text, fmt.Sprintf(`"n":%d`, it.N), `"n":`+n, 1)
	}
	return []fold{
		second("page-item-no-n", func(text string, it spec.Item) string {
			return strings.Replace(text, fmt.Sprintf(`"n":%d,`, it.N), "", 1)
		}),
		second("page-item-no-id", func(text string, it spec.Item) string {
			return strings.Replace(text, `"id":`+quoted(string(it.ID))+",", "", 1)
		}),
		second("page-item-no-kind", func(text string, _ spec.Item) string { return strings.Replace(text, `"kind":"talent",`, "", 1) }),
		second("page-no-state", func(text string, _ spec.Item) string { return strings.Replace(text, `,"state":"withdrawn"`, "", 1) }),
		second("page-erased-no-kind", func(text string, _ spec.Item) string {
			return strings.NewReplacer(`"kind":"talent",`, "", "withdrawn", "erased").Replace(text)
		}),
		second("page-n-text", func(text string, it spec.Item) string { return place(text, it, fmt.Sprintf("%q", fmt.Sprint(it.N))) }),
		second("page-n-fraction", func(text string, it spec.Item) string { return place(text, it, fmt.Sprintf("%d.5", it.N)) }),
		second("page-n-negative", func(text string, it spec.Item) string { return place(text, it, "-1") }),
		second("page-record-object", func(text string, _ spec.Item) string {
			return strings.TrimSuffix(text, "}") + `,"record":{"token":"x"}}`
		}),
		second("page-shape-n-twice", func(text string, it spec.Item) string { return fmt.Sprintf(`{"n":%d,`, it.N) + text[1:] }),
		second("page-shape-record-twice", func(text string, _ spec.Item) string {
			return strings.TrimSuffix(text, "}") + `,"record":"x","record":"x"}`
		}),
		second("page-shape-null-item", func(string, spec.Item) string { return "null" }),
		second("page-shape-item-array", func(_ string, it spec.Item) string { return fmt.Sprintf(`[%d,%q]`, it.N, it.ID) }),
	}
}

// wholes are answers that are wrong as a whole, made of the text of a right
// page's items and of its head.
func wholes() []fold {
	whole := func(name string, make func(items, head string) string) fold {
		return fold{name, func(f leaf) []byte {
			return []byte(make("["+written(f.at(0, f.x))+"]", quoted(f.sheet(f.more(f.x)).note())))
		}}
	}
	page := func(items, head string) string { return `{"items":` + items + `,"head":` + head + `}` }
	return []fold{
		whole("page-shape-array", func(items, head string) string { return "[" + page(items, head) + "]" }),
		whole("page-shape-not-json", func(string, string) string { return "items" }),
		whole("page-shape-nothing", func(string, string) string { return "" }),
		whole("page-shape-cut", func(items, head string) string { return strings.TrimSuffix(page(items, head), "}") }),
		whole("page-shape-after", func(items, head string) string { return page(items, head) + "{}" }),
		whole("page-shape-head-twice", func(items, head string) string { return page(items, head+`,"head":`+head) }),
		whole("page-shape-items-twice", func(items, head string) string { return page(items+`,"items":`+items, head) }),
		whole("page-shape-no-items", func(_, head string) string { return `{"head":` + head + `}` }),
		whole("page-shape-null-items", func(_, head string) string { return page("null", head) }),
		whole("page-shape-items-object", func(_, head string) string { return page("{}", head) }),
		whole("page-shape-no-head", func(items, _ string) string { return `{"items":` + items + `}` }),
		whole("page-shape-null-head", func(items, _ string) string { return page(items, "null") }),
		whole("page-shape-head-object", func(items, head string) string { return page(items, `{"note":`+head+`}`) }),
		whole("page-invalid-utf8", func(items, head string) string { return page(items, head+`,"x":"`+"\xff"+`"`) }),
	}
}
