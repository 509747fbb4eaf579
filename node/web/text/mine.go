package text

import "github.com/fukusen/fukusen/spec"

// mineTexts are the words of a person's own pages.
var mineTexts = map[string]spec.Text{}
