package signin_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/storetest"
)

// house is a door with one clerk, and a clock that the test moves.
type house struct {
	*signin.Door
	t   *testing.T
	now time.Time
	id  string
}

// onBoth runs a test at a door on each engine.
func onBoth(t *testing.T, test func(h *house)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			source := filepath.Join(t.TempDir(), "store.db")
			if engine == "postgres" {
				source = storetest.Postgres(t)
			}
			st, err := store.Open(t.Context(), source, store.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = st.Close() })
			h := &house{t: t, now: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC)}
			h.Door, err = signin.Open(t.Context(), signin.Config{
				Self: "http://localhost:8101", Name: "Fiction", Store: st, Clock: func() time.Time { return h.now }, Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Fatal(err)
			}
			h.write(func(tx *store.Tx) error {
				who, err := h.Admit(tx, signin.Newcomer{Name: "架空 窓口", Held: access.Held{Role: access.Clerk, Organisation: access.Home}})
				h.id = who.ID
				return err
			})
			test(h)
		})
	}
}

func (h *house) write(do func(*store.Tx) error) {
	h.t.Helper()
	if err := h.Store.Write(h.t.Context(), do); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) code(purpose string) (code string) {
	h.t.Helper()
	h.write(func(tx *store.Tx) error {
		var err error
		code, _, err = h.IssueCode(tx, h.id, "", purpose)
		return err
	})
	return code
}

func (h *house) use(code, address string) (string, error) {
	secret, _, err := h.UseCode(h.t.Context(), code, "", address)
	return secret, err
}

func (h *house) enter() string {
	h.t.Helper()
	secret, err := h.use(h.code(signin.Invite), "")
	if err != nil {
		h.t.Fatal(err)
	}
	return secret
}

func (h *house) opens(secret string) bool {
	h.t.Helper()
	_, err := h.Session(h.t.Context(), secret)
	if err != nil && !errors.Is(err, signin.ErrRefused) {
		h.t.Fatal(err)
	}
	return err == nil
}

func TestACookieFromBeforeNeverBecomesASession(t *testing.T) {
	onBoth(t, func(h *house) {
		fixed := signin.NewVisit()
		if h.opens(fixed) {
			t.Error("a visit's cookie is a session")
		}
		first, second := h.enter(), h.enter()
		if h.opens(fixed) || first == second || !h.opens(first) || !h.opens(second) {
			t.Error("a sign-in does not make a session of its own")
		}
	})
}

func TestASessionEndsByItsDateEverywhereOrWithTheAccount(t *testing.T) {
	onBoth(t, func(h *house) {
		here, there := h.enter(), h.enter()
		s, err := h.Session(t.Context(), here)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.SignOutEverywhere(t.Context(), h.id, s.Hash); err != nil {
			t.Fatal(err)
		}
		if !h.opens(here) || h.opens(there) {
			t.Error("signing out everywhere else left another one, or took this one")
		}
		h.now = h.now.Add(signin.DeskLife)
		if h.opens(here) {
			t.Error("a session outlives its date")
		}
		last := h.enter()
		h.write(func(tx *store.Tx) error {
			a, err := account.In(tx).Account(h.id)
			a.ClosedAt = h.now.Unix()
			return errors.Join(err, account.In(tx).Put(a))
		})
		if h.opens(last) {
			t.Error("a closed account's session opens")
		}
		if _, err := h.use(h.code(signin.Invite), ""); !errors.Is(err, signin.ErrRefused) {
			t.Errorf("a closed account's code: %v", err)
		}
	})
}

func TestACodeOpensOnceHoweverItIsTyped(t *testing.T) {
	onBoth(t, func(h *house) {
		wide := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r > ' ' && r <= '~' {
					return r + '！' - '!'
				}
				return r
			}, s)
		}
		for _, typed := range []func(string) string{
			wide, strings.ToLower, func(s string) string { return strings.ReplaceAll(s, "-", " ") },
			func(s string) string { return wide(strings.ToLower(s)) },
			func(s string) string { return strings.NewReplacer("0", "o", "1", "l").Replace(s) },
		} {
			code := h.code(signin.Invite)
			if _, err := h.use(typed(code), ""); err != nil {
				t.Errorf("%q: %v", typed(code), err)
			}
			if _, err := h.use(code, ""); !errors.Is(err, signin.ErrRefused) {
				t.Errorf("the second use: %v", err)
			}
		}
	})
}

// Unknown, used, replaced and expired codes answer the same, word for word.
func TestACodeThatOpensNothingDoesNotSayWhy(t *testing.T) {
	onBoth(t, func(h *house) {
		used, replaced := h.code(signin.Invite), ""
		if _, err := h.use(used, ""); err != nil {
			t.Fatal(err)
		}
		replaced = h.code(signin.Invite)
		expired := h.code(signin.AtDesk)
		h.now = h.now.Add(signin.DeskCodeLife)
		for what, code := range map[string]string{"unknown": "AAAA-BBBB-CCCC", "used": used, "replaced": replaced, "expired": expired, "empty": ""} {
			if _, err := h.use(code, ""); err == nil || err.Error() != signin.ErrRefused.Error() {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

func TestAnAddressThatFailsTooOftenWaits(t *testing.T) {
	onBoth(t, func(h *house) {
		good := h.code(signin.Invite)
		for range 40 {
			if _, err := h.use("AAAA-BBBB-CCCC", "192.0.2.1"); !errors.Is(err, signin.ErrRefused) {
				t.Fatal(err)
			}
		}
		if _, err := h.use(good, "192.0.2.1"); !errors.Is(err, signin.ErrTooMany) {
			t.Errorf("after forty failures: %v", err)
		}
		if _, err := h.use("AAAA-BBBB-CCCC", "192.0.2.2"); !errors.Is(err, signin.ErrRefused) {
			t.Errorf("another address: %v", err)
		}
		h.now = h.now.Add(16 * time.Minute)
		if _, err := h.use(good, "192.0.2.1"); err != nil {
			t.Errorf("a quarter of an hour later: %v", err)
		}
	})
}

func TestACeremonyIsAnsweredOnceByTheBrowserThatBeganIt(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx := t.Context()
		finish := func(cookie, ceremony string) error {
			_, err := h.FinishSignIn(ctx, cookie, ceremony, "", "", []byte("{}"), nil)
			return err
		}
		begun, err := h.BeginSignIn(ctx, "mine")
		if err != nil {
			t.Fatal(err)
		}
		if err := finish("another", begun.Ceremony); !errors.Is(err, signin.ErrNoCeremony) {
			t.Errorf("another browser: %v", err)
		}
		if err := finish("mine", begun.Ceremony); !errors.Is(err, signin.ErrRefused) {
			t.Errorf("an empty answer: %v", err)
		}
		if err := finish("mine", begun.Ceremony); !errors.Is(err, signin.ErrNoCeremony) {
			t.Errorf("the second answer: %v", err)
		}
		if begun, err = h.BeginSignIn(ctx, "mine"); err != nil {
			t.Fatal(err)
		}
		h.now = h.now.Add(5 * time.Minute)
		if err := finish("mine", begun.Ceremony); !errors.Is(err, signin.ErrNoCeremony) {
			t.Errorf("a late answer: %v", err)
		}
	})
}

func TestATokenEndsByItsDateByRevocationAndWithTheRole(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, held := t.Context(), access.Held{Role: access.Clerk, Organisation: access.Home}
		caller := access.Caller{Account: h.id, Held: []access.Held{held}}
		made := func() string {
			secret, err := h.MakeToken(ctx, caller, "list", held, []string{"listPeople"}, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			return secret
		}
		opens := func(secret string) bool { _, err := h.Token(ctx, secret); return err == nil }
		if _, err := h.MakeToken(ctx, caller, "more", access.Held{Role: access.Operator, Organisation: access.Home}, []string{"listPeers"}, time.Hour); !errors.Is(err, signin.ErrToken) {
			t.Errorf("a token of a role that is not held: %v", err)
		}
		revoked, role := made(), ""
		list, err := h.Tokens(ctx, h.id)
		if err != nil || !opens(revoked) {
			t.Fatal(err, "or the token does not open")
		}
		if err := h.RevokeToken(ctx, h.id, list[0].Hash); err != nil || opens(revoked) {
			t.Error("a revoked token opens", err)
		}
		expired := made()
		h.now = h.now.Add(time.Hour)
		if opens(expired) {
			t.Error("a token outlives its date")
		}
		role = made()
		if err := h.LeaveRole(ctx, h.id, held); err != nil || opens(role) {
			t.Error("a token outlives its role", err)
		}
	})
}

func TestTheLastOperatorStays(t *testing.T) {
	onBoth(t, func(h *house) {
		ctx, held := t.Context(), access.Held{Role: access.Operator, Organisation: access.Home}
		var first, second account.Account
		h.write(func(tx *store.Tx) error {
			var err error
			first, err = h.Admit(tx, signin.Newcomer{Name: "架空 一", Held: held})
			return err
		})
		if err := h.LeaveRole(ctx, first.ID, held); !errors.Is(err, signin.ErrLastOperator) {
			t.Errorf("the last one leaves: %v", err)
		}
		h.write(func(tx *store.Tx) error {
			var err error
			second, err = h.Enrol(tx, account.Account{Name: "架空 二"})
			return errors.Join(err, h.GiveRole(tx, signin.Machine(), second.ID, held))
		})
		if err := h.LeaveRole(ctx, first.ID, held); !errors.Is(err, signin.ErrLastOperator) {
			t.Errorf("while the next has not accepted: %v", err)
		}
		if err := h.AnswerRole(ctx, second.ID, held, true); err != nil {
			t.Fatal(err)
		}
		if err := h.LeaveRole(ctx, first.ID, held); err != nil {
			t.Errorf("when there is another: %v", err)
		}
	})
}
