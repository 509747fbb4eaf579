package policy

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"unicode"
)

// decodeBody reads a typed body. encoding/json would also fill a member from a
// name that differs in case, so a body could say one thing here and another
// to a reader in a different language; such names are not read but refused.
func decodeBody(raw json.RawMessage, into any) bool {
	text := bytes.TrimSpace(raw)
	if len(text) == 0 || text[0] != '{' {
		return false
	}
	names := make(map[string]string)
	collectNames(reflect.TypeOf(into), names)
	return exactNames(text, names) && json.Unmarshal(text, into) == nil
}

// collectNames lists the members that a body type defines, at any depth, by
// their folded spelling.
func collectNames(t reflect.Type, names map[string]string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		names[fold(name)] = name
		collectNames(f.Type, names)
	}
}

// exactNames reports whether no member name equals a defined one but for case.
func exactNames(text []byte, names map[string]string) bool {
	d := json.NewDecoder(bytes.NewReader(text))
	type level struct{ object, name bool }
	var at []level
	for {
		token, err := d.Token()
		if err != nil {
			return err == io.EOF && len(at) == 0
		}
		if delim, ok := token.(json.Delim); ok && (delim == '}' || delim == ']') {
			at = at[:len(at)-1]
			continue
		}
		if top := len(at) - 1; top >= 0 && at[top].object {
			if at[top].name = !at[top].name; at[top].name {
				name, _ := token.(string)
				if defined, known := names[fold(name)]; known && defined != name {
					return false
				}
				continue
			}
		}
		if delim, ok := token.(json.Delim); ok {
			at = append(at, level{object: delim == '{'})
		}
	}
}

// fold maps every rune to the least of those that encoding/json takes as equal.
func fold(s string) string {
	return strings.Map(func(c rune) rune {
		least := c
		for next := unicode.SimpleFold(c); next != c; next = unicode.SimpleFold(next) {
			least = min(least, next)
		}
		return least
	}, s)
}
