package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/nodetest"
	"github.com/fukusen/fukusen/spec"
)

// TestAPersonChoosesHowTheirTimeIsShown: what is chosen in the form of a consent
// stands in the consent, on its page and in the record that the reader gets.
func TestAPersonChoosesHowTheirTimeIsShown(t *testing.T) {
	c := newCast(t, nodetest.Club)
	self := c.visitor("the person")
	const file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//fukusen//test//EN\r\nEND:VCALENDAR\r\n"
	if _, err := c.Node("city").Gate().PutCalendar(c.Context(), self.person, "work", []byte(file)); err != nil {
		t.Fatal(err)
	}
	day := c.Clock.Now().AddDate(0, 2, 0).Format("2006-01-02")
	form := func(step string) url.Values {
		return url.Values{
			"recipient": {string(c.ID("club"))}, "kinds": {"availability"}, "purposes": {"matching"}, "until": {day}, "step": {step}, "life": {"P3D"},
		}
	}
	if a := c.send(c.ask(self, http.MethodPost, "/my/consents/new", form("PT7M"))); a.status != http.StatusUnprocessableEntity ||
		!strings.Contains(a.body, "Choose one of the steps") {
		t.Errorf("a step that is not offered: %d", a.status)
	}
	review := c.send(c.ask(self, http.MethodPost, "/my/consents/new", form("PT1H")))
	for _, want := range []string{`name="step" value="PT1H"`, `name="life" value="P3D"`, "1 hour", "3 days"} {
		if !strings.Contains(review.body, want) {
			t.Errorf("before agreeing, %s is not said", want)
		}
	}
	given := c.send(c.ask(self, http.MethodPost, "/my/consents", form("PT1H")))
	page := c.send(c.ask(self, http.MethodGet, given.header.Get("Location"), nil))
	if given.status != http.StatusSeeOther || !strings.Contains(page.body, "1 hour") || !strings.Contains(page.body, "3 days") {
		t.Fatalf("the consent: %d, %d", given.status, page.status)
	}
	if again := c.send(c.ask(self, http.MethodPost, "/my/consents", form("PT1H"))); again.header.Get("Location") != given.header.Get("Location") {
		t.Error("agreeing twice is not agreeing once")
	}
	c.Eventually("the club reads it in hours, for three days", func() bool {
		for _, l := range c.Current("club", spec.KindAvailability) {
			var said spec.Availability
			if err := json.Unmarshal(spec.Payload(l.Token), &said); err != nil {
				t.Fatal(err)
			}
			if said.Granularity == "PT1H" && said.Expires-said.IssuedAt == 3*24*3600 {
				return true
			}
		}
		return false
	})
	if other := c.send(c.ask(self, http.MethodPost, "/my/consents", form("PT30M"))); other.header.Get("Location") == given.header.Get("Location") {
		t.Error("another choice is taken for the same consent")
	}
}
