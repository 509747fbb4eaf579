package twins

// readingPatches break what conformance/checks/reading looks at.
func readingPatches() []patch {
	return nil
}
