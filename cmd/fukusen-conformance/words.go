package main

import "slices"

// stranger is the first word that is not among the known ones, or empty.
func stranger(words, known []string) string {
	for _, w := range words {
		if !slices.Contains(known, w) {
			return w
		}
	}
	return ""
}
