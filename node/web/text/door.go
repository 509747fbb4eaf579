package text

import "github.com/fukusen/fukusen/spec"

// doorTexts are the words of sign-in, invitations and recovery.
var doorTexts = map[string]spec.Text{}
