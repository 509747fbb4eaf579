package console_test

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/node/store"
)

// The audit log names people by their present names, and each entry stands on
// exactly one of its pages.
func TestTheAuditLogIsReadInPages(t *testing.T) {
	f := nodetest.New(t, nodetest.City)
	clerk := f.Staff("city", "Fictional Desk", access.Clerk, access.Home)
	now := f.Clock.Now().Unix()
	err := f.Node("city").Store().Write(f.Context(), func(tx *store.Tx) error {
		for n := range 120 {
			// Many in one second, as after a batch.
			a := store.Audit{At: now - int64(n/70), Actor: clerk, Act: "code.invite", Object: fmt.Sprintf("object-%03d.", n)}
			if err := tx.PutAudit(a); err != nil {
				return err
			}
		}
		return tx.PutAudit(store.Audit{At: now, Actor: clerk, Act: "sign-in.passkey"})
	})
	if err != nil {
		t.Fatal(err)
	}
	cookie := cookieOf(f, access.Operator)
	older := regexp.MustCompile(`rel="next" href="([^"]+)"`)
	whole, pages := "", 0
	for path := "/console/audit?act=code"; path != "" && pages < 9; pages++ {
		_, body := visit(t, f, cookie, path)
		whole += body
		path = ""
		if m := older.FindStringSubmatch(body); m != nil {
			path = html.UnescapeString(m[1])
		}
	}
	for n := range 120 {
		if times := strings.Count(whole, fmt.Sprintf("object-%03d.", n)); times != 1 {
			t.Errorf("entry %d stands %d times", n, times)
		}
	}
	if pages != 3 || !strings.Contains(whole, "Fictional Desk") || !strings.Contains(whole, "Issued a code") || strings.Contains(whole, "Signed in (Passkey)") {
		t.Errorf("%d pages; a name, an act or the filter is wrong", pages)
	}
	if _, body := visit(t, f, cookie, "/console/audit?act=sign-in"); !strings.Contains(body, "Signed in (Passkey)") {
		t.Error("the log does not say how somebody signed in")
	}
}
