package text

import "github.com/fukusen/fukusen/spec"

// deskTexts are the words of the desk and the talent register.
var deskTexts = map[string]spec.Text{}
