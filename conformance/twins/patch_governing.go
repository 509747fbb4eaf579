package twins

// governingPatches break what conformance/checks/governing looks at.
func governingPatches() []patch {
	return nil
}
