package text

import "github.com/fukusen/fukusen/spec"

// consoleTexts are the words of the operator's pages.
var consoleTexts = map[string]spec.Text{}
