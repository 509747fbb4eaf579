package strict

import (
	"encoding/json"
	"reflect"
	"slices"
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

// Each answers the objects of an array of objects, or the one object, that a
// member of a payload is; none where it is missing, null or something else.
func Each(octets []byte, name string) []map[string]json.RawMessage {
	var top map[string]json.RawMessage
	_ = json.Unmarshal(octets, &top) // it was decoded a moment ago
	var list []map[string]json.RawMessage
	if json.Unmarshal(top[name], &list) != nil {
		var one map[string]json.RawMessage
		_ = json.Unmarshal(top[name], &one)
		list = append(list, one)
	}
	return list
}

// OnlyKnown reports whether an object, or each object of an array, has no
// members but known ones.
func OnlyKnown(octets []byte, name string, known []string) bool {
	for _, object := range Each(octets, name) {
		for member := range object {
			if !slices.Contains(known, member) {
				return false
			}
		}
	}
	return true
}

// Have reports whether an object, or each object of an array, has a member that
// is not null.
func Have(octets []byte, name, member string) bool {
	for _, object := range Each(octets, name) {
		if text := string(object[member]); text == "" || text == "null" {
			return false
		}
	}
	return true
}
