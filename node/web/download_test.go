package web_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/sheet"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/spec"
)

// charged are 200 and more names that a spreadsheet program could run.
func charged() []string {
	var all []string
	for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠", "'=", "''", " =", "\u3000=", "=+", "@@"} {
		for n := range 16 {
			all = append(all, fmt.Sprintf("%s%d+cmd|'/C calc'!A%d", sign, n, n))
		}
	}
	return all
}

// Whatever stands in the register, what a clerk downloads holds no cell that a
// spreadsheet program would run, and reading it again gives what was written
// (ADVERSITY S17).
func TestADownloadedRegisterRunsNothing(t *testing.T) {
	v := newTown(t)
	names := charged()
	if len(names) < 200 {
		t.Fatalf("%d names", len(names))
	}
	v.write(t, func(tx *store.Tx) error {
		for n, name := range names {
			id := spec.NewUUID()
			if err := tx.PutPerson(store.Person{ID: id, FamilyName: name, GivenName: name, FamilyKana: "かくう", GivenKana: "ひと", CreatedAt: 1, Demo: true}); err != nil {
				return err
			}
			entry, err := json.Marshal(talent.Entry{Family: name, Given: name, FamilyKana: "かくう", GivenKana: "ひと"})
			if err != nil {
				return err
			}
			if _, err := roster.In(tx).Put(roster.Entry{Person: id, Reading: fmt.Sprintf("かくう%04d", n), Entry: string(entry), Version: 1}); err != nil {
				return err
			}
		}
		return nil
	})
	cookie, secret := v.SignedIn("city", v.accounts[access.Clerk])
	for _, form := range []string{"csv", "shift-jis", "xlsx"} {
		octets := v.download(t, cookie, secret, form)
		table, err := sheet.Read("people", octets)
		if err != nil {
			t.Fatalf("%s: %v", form, err)
		}
		var cells []string
		for _, row := range table.Rows {
			cells = append(cells, row.Cells...)
		}
		for _, name := range names {
			if !slices.ContainsFunc(cells, func(c string) bool { return strings.Contains(c, strings.TrimSpace(name)) }) {
				t.Errorf("%s: %q did not come back", form, name)
			}
		}
		if form != "csv" {
			continue
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(octets, []byte("\xef\xbb\xbf")))).ReadAll()
		if err != nil || len(rows) < len(names) {
			t.Fatalf("%d rows: %v", len(rows), err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if bare := strings.TrimLeft(cell, " \u3000"); bare != "" && strings.ContainsAny(string([]rune(bare)[0]), "=+-@＝＋－＠\t\r") {
					t.Errorf("a cell would be run: %q", cell)
				}
			}
		}
	}
}

// download is the file that a clerk gets in a form.
func (v town) download(t *testing.T, cookie, secret, form string) []byte {
	t.Helper()
	body := url.Values{"csrf": {v.Node("city").Door().FormToken(secret)}, "form": {form}}
	r := httptest.NewRequest(http.MethodPost, string(v.ID("city"))+"/people/export", strings.NewReader(body.Encode()))
	r.RequestURI = ""
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: cookie, Value: secret})
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out bytes.Buffer
	if _, err := out.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%s is answered %d: %.300s", form, res.StatusCode, out.String())
	}
	return out.Bytes()
}
