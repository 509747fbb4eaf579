package twins

// recordPatches break what conformance/checks/records looks at.
func recordPatches() []patch {
	return nil
}
