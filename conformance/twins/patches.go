package twins

import "slices"

// patch breaks a requirement where no refusal does it: in File the text Old,
// which stands there once, becomes New, in which BROKEN asks for the twin.
type patch struct {
	Requirement string
	File        string
	Old, New    string
}

// patches lists all patches by the room that checks them.
func patches() []patch {
	return slices.Concat(recordPatches(), servingPatches(), readingPatches(), governingPatches(), harmlessPatches())
}
