package code

import "regexp"

// languageTag is a well-formed tag by the grammar of RFC 5646 section 2.1,
// which needs no registry, so that all implementations agree about every tag.
// Grandfathered tags of its irregular list are not taken.
var languageTag = regexp.MustCompile(`(?i)^(` +
	`([a-z]{2,3}(-[a-z]{3}){0,3}|[a-z]{4,8})` + // language and extended language
	`(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?` + // script and region
	`(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*` + // variants
	`(-[0-9a-wy-z](-[a-z0-9]{2,8})+)*` + // extensions
	`(-x(-[a-z0-9]{1,8})+)?` +
	`|x(-[a-z0-9]{1,8})+)$`)

// ValidLanguage reports whether a tag is well-formed BCP 47, in any case.
func ValidLanguage(tag string) bool { return languageTag.MatchString(tag) }
