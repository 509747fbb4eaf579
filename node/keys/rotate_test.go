package keys_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/fail"
	"github.com/fukusen/fukusen/node/keys"
	"github.com/fukusen/fukusen/spec"
)

// A rotation that is cut short at any write, before it or after it, leaves two
// keys that the history names and that are good now, and may be begun again.
func TestARotationCutShortLeavesAKeyThatTheHistoryKnows(t *testing.T) {
	rotations := map[string]func(string, *spec.Signer, time.Time) (keys.Online, error){
		spec.UseRecord: keys.Rotate, spec.UseTLS: keys.RotateTLS,
	}
	for use, rotate := range rotations {
		for _, point := range []string{"keys.write.before", "keys.write.after"} {
			for passage := int64(1); passage <= 3; passage++ {
				t.Run(fmt.Sprintf("%s %s %d", use, point, passage), func(t *testing.T) {
					now := time.Unix(1_790_000_000, 0)
					dir := t.TempDir()
					before, off, err := keys.Create(dir, "https://city.example", now)
					if err != nil {
						t.Fatal(err)
					}
					now = now.Add(time.Minute)
					disarm := fail.Arm(point, passage)
					defer disarm()
					if _, err := rotate(dir, off.Root, now); !errors.Is(err, fail.ErrInjected) {
						t.Fatalf("it was not cut short: %v", err)
					}
					disarm()
					now = now.Add(time.Minute)
					good(t, dir, off.Root, now)
					after, err := rotate(dir, off.Root, now)
					if err != nil {
						t.Fatal(err)
					}
					good(t, dir, off.Root, now.Add(time.Minute))
					if same := after.TLS.KID() == before.TLS.KID(); same != (use == spec.UseRecord) {
						t.Error("the TLS key changes with --tls alone")
					}
					if same := after.Record.KID() == before.Record.KID(); same != (use == spec.UseTLS) {
						t.Error("the record key changes without --tls alone")
					}
				})
			}
		}
	}
}

// good fails unless both keys are such as the history lists for their use now.
func good(t *testing.T, dir string, root *spec.Signer, now time.Time) {
	t.Helper()
	on, err := keys.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	h, err := spec.OpenKeys(on.History, "https://city.example", root.Public())
	if err != nil {
		t.Fatal(err)
	}
	for use, kid := range map[string]string{spec.UseRecord: on.Record.KID(), spec.UseTLS: on.TLS.KID()} {
		if k := h.Find(use, kid); k == nil || !k.CurrentAt(now) {
			t.Errorf("the %s key in use is not good by the history", use)
		}
	}
}
