package strict

import (
	"reflect"
	"strings"
)

// Shape is what a kind defines: its members at the top and those anywhere.
type Shape struct {
	Top    map[string]bool
	Folded map[string]string // lower case → the defined spelling, any depth
}

// ShapeOf lists the JSON members that a payload type defines, so that the
// strict reader and the decoder can never disagree about them.
func ShapeOf(v any) Shape {
	sh := Shape{Top: make(map[string]bool), Folded: make(map[string]string)}
	sh.collect(reflect.TypeOf(v), 0)
	return sh
}

func (sh *Shape) collect(t reflect.Type, depth int) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.IsExported() {
			continue
		}
		if f.Anonymous && f.Tag.Get("json") == "" {
			sh.collect(f.Type, depth)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		if depth == 0 {
			sh.Top[name] = true
		}
		sh.Folded[asciiLower(name)] = name
		sh.collect(f.Type, depth+1)
	}
}
