package text

import "github.com/fukusen/fukusen/spec"

// inboxTexts are the words of the inbox and the mails.
var inboxTexts = map[string]spec.Text{}
