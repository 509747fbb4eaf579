package checks

// untested says why a requirement has no check. At most one MUST in twenty may
// stand here, and the matrix prints them.
func untested() map[string]string {
	return map[string]string{
		"REQ-POL-016": "what a council node would cosign is agreed in its council beforehand, by a protocol that is no part of the standard: " +
			"a council of one shows its followers each head that it cosigned, and every one extends the last",
	}
}

// Untested is why a requirement has no check, or empty.
func Untested(requirement string) string { return untested()[requirement] }
