package signin_test

import (
	"errors"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/inbox"
)

// paused answers how often the audit log says that the clerk was paused, and
// how often the clerk was told.
func (h *house) paused() (noted, told int) {
	h.t.Helper()
	h.write(func(tx *store.Tx) error {
		noted, told = 0, 0
		rows, err := tx.Audits(500)
		for _, row := range rows {
			if row.Act == "ways.paused" && row.Object == h.id {
				noted++
			}
		}
		words, err2 := inbox.In(tx).List(h.id, inbox.Place{}, 100)
		for _, w := range words {
			if w.Kind == notice.WaysPaused {
				told++
			}
		}
		return errors.Join(err, err2)
	})
	return noted, told
}

// Whoever shows an old code of an account again and again, each time from
// another address, pauses its codes: the answer reads like any other refusal,
// the operator and the owner get word once, and it ends by itself or by a new
// code from the desk.
func TestOldCodesPauseTheCodesOfTheirAccount(t *testing.T) {
	onBoth(t, func(h *house) {
		old, good := h.code(signin.Invite), ""
		good = h.code(signin.Invite)
		fail := func(times int) {
			t.Helper()
			for i := range times {
				if _, err := h.use(old, "192.0.2."+string(rune('0'+i))); !errors.Is(err, signin.ErrRefused) {
					t.Fatal(err)
				}
			}
		}
		fail(9)
		if noted, told := h.paused(); noted != 0 || told != 0 {
			t.Errorf("after nine failures: noted %d, told %d", noted, told)
		}
		fail(9)
		if noted, told := h.paused(); noted != 1 || told != 1 {
			t.Errorf("after eighteen failures: noted %d, told %d", noted, told)
		}
		if _, err := h.use(good, "192.0.2.99"); err == nil || err.Error() != signin.ErrRefused.Error() {
			t.Errorf("a good code in the pause: %v", err)
		}
		h.now = h.now.Add(16 * time.Minute)
		if _, err := h.use(good, "192.0.2.99"); err != nil {
			t.Errorf("the same code when the pause is over: %v", err)
		}
		fail(9)
		fail(3)
		if _, err := h.use(h.code(signin.Recover), "192.0.2.99"); err != nil {
			t.Errorf("a new code from the desk in the pause: %v", err)
		}
	})
}

// Codes that never were name nobody, and a failed sign-in by passkey names
// nobody either: neither keeps an owner out.
func TestAStrangerPausesNobody(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, good := t.Context(), h.code(signin.Invite)
		for i := range 30 {
			address := "192.0.2." + string(rune('0'+i))
			if _, err := h.use("AAAA-BBBB-CCCC", address); !errors.Is(err, signin.ErrRefused) {
				t.Fatal(err)
			}
			begun, err := h.BeginSignIn(ctx, "cookie")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := h.FinishSignIn(ctx, "cookie", begun.Ceremony, "", address, []byte("{}"), nil); !errors.Is(err, signin.ErrRefused) {
				t.Fatal(err)
			}
		}
		if noted, told := h.paused(); noted != 0 || told != 0 {
			t.Errorf("noted %d, told %d", noted, told)
		}
		if _, err := h.use(good, "192.0.2.99"); err != nil {
			t.Errorf("the owner's code: %v", err)
		}
	})
}

// At a browser that was left open, proofs are not tried for ever; a sign-in by
// passkey is still looked at.
func TestFailedProofsPauseTheProofsOfTheirAccount(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		secret, err := h.use(h.code(signin.Invite), "")
		if err != nil {
			t.Fatal(err)
		}
		open, err := h.Session(ctx, secret)
		if err != nil {
			t.Fatal(err)
		}
		try := func(prove *signin.Session) error {
			begun, err := h.BeginSignIn(ctx, secret)
			if err != nil {
				t.Fatal(err)
			}
			_, err = h.FinishSignIn(ctx, secret, begun.Ceremony, "", "192.0.2.1", []byte("{}"), prove)
			return err
		}
		for range 10 {
			if err := try(&open); !errors.Is(err, signin.ErrRefused) {
				t.Fatal(err)
			}
		}
		if err := try(&open); !errors.Is(err, signin.ErrTooMany) {
			t.Errorf("the eleventh proof: %v", err)
		}
		if err := try(nil); !errors.Is(err, signin.ErrRefused) {
			t.Errorf("a sign-in: %v", err)
		}
		if noted, told := h.paused(); noted != 1 || told != 1 {
			t.Errorf("noted %d, told %d", noted, told)
		}
	})
}
