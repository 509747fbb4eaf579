package proxy

import (
	"encoding/json"
	"slices"
)

// reversed encodes JSON with the members of every object from Z to A.
func reversed(v any) ([]byte, error) {
	switch at := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(at))
		for name := range at {
			names = append(names, name)
		}
		slices.Sort(names)
		slices.Reverse(names)
		out := []byte{'{'}
		for i, name := range names {
			if i > 0 {
				out = append(out, ',')
			}
			key, err := json.Marshal(name)
			if err != nil {
				return nil, err
			}
			value, err := reversed(at[name])
			if err != nil {
				return nil, err
			}
			out = append(append(append(out, key...), ':'), value...)
		}
		return append(out, '}'), nil
	case []any:
		out := []byte{'['}
		for i, e := range at {
			if i > 0 {
				out = append(out, ',')
			}
			value, err := reversed(e)
			if err != nil {
				return nil, err
			}
			out = append(out, value...)
		}
		return append(out, ']'), nil
	default:
		return json.Marshal(v)
	}
}
