package nodetest

import "os"

// Thorough says whether a test takes its full count, as under make thorough,
// which the CI runs, and make soak. Otherwise a long one takes a part that still
// shows what it is about.
func Thorough() bool {
	return os.Getenv("FUKUSEN_THOROUGH") != "" || os.Getenv("FUKUSEN_SOAK") != ""
}
