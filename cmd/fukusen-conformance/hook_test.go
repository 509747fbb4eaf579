package main

import "testing"

// A hook learns the target, may leave a program behind, and says how it failed.
func TestAHookRunsAndSaysHowItFailed(t *testing.T) {
	c := runCommand{Target: "https://node.example"}
	for command, good := range map[string]bool{
		`test "$CONFORMANCE_TARGET" = https://node.example`: true,
		`cat /dev/zero >/dev/null & echo $!; kill $!`:       true,
		`exit 3`: false,
	} {
		if err := c.hook(command)(t.Context()); (err == nil) != good {
			t.Errorf("%s: %v", command, err)
		}
	}
	if c.hook("") != nil {
		t.Error("no command is a hook")
	}
}
