package caldav

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/fetch"
)

const head = `<?xml version="1.0"?><multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">`

// TestXMLBombsAreRefused: what declares entities, nests without end, is another
// document, or breaks off is refused before it costs anything.
func TestXMLBombsAreRefused(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE multistatus [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>` + `<multistatus xmlns="DAV:">&b;</multistatus>`
	for name, text := range map[string]string{
		"entities that multiply": laughs, "a document type": `<!DOCTYPE multistatus><multistatus xmlns="DAV:"/>`,
		"an entity of a file": `<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><multistatus xmlns="DAV:">&x;</multistatus>`,
		"an unknown entity":   head + `&nbsp;</multistatus>`, "100,000 deep": head + strings.Repeat("<a>", 100_000) + strings.Repeat("</a>", 100_000) + `</multistatus>`,
		"deep and open": head + strings.Repeat("<a>", 100_000), "a page": `<html><body>Sign in</body></html>`, "nothing": "", "text": "BEGIN:VCALENDAR",
		"another space": `<multistatus xmlns="urn:other"/>`, "half of it": head + `<response><href>/a.ics</href>`, "two roots": head + `</multistatus><multistatus/>`,
		"octets that are no text": head + "\xff\xfe</multistatus>", "another encoding": `<?xml version="1.0" encoding="utf-16"?><multistatus xmlns="DAV:"/>`,
	} {
		if _, err := readMultistatus([]byte(text)); !errors.Is(err, ErrXML) {
			t.Errorf("%s: %v", name, err)
		}
	}
	many := head + strings.Repeat(`<response><href>/a</href></response>`, maxResponses+1) + `</multistatus>`
	if _, err := readMultistatus([]byte(many)); !errors.Is(err, ErrTooMany) {
		t.Errorf("too many responses: %v", err)
	}
	long := head + `<response><href>/` + strings.Repeat("a", maxName) + `</href></response></multistatus>`
	if m, err := readMultistatus([]byte(long)); err != nil || m.Responses[0].href != "" {
		t.Errorf("a path of %d octets: %v", maxName, err)
	}
}

// scripted is a server that says what a test wants.
type scripted struct {
	asked  int
	answer func(method, body string) (int, string)
}

func (s *scripted) Do(_ context.Context, ask fetch.Ask) (fetch.Answer, error) {
	s.asked++
	at, err := url.Parse(ask.URL)
	if err != nil {
		return fetch.Answer{}, err
	}
	status, body := s.answer(ask.Method, string(ask.Body))
	return fetch.Answer{Status: status, Header: http.Header{}, URL: at, Body: []byte(body)}, nil
}

const self = head + `<response><href>/cal/</href><propstat><prop><resourcetype><collection/><C:calendar/></resourcetype><sync-token>t1</sync-token>` +
	`<supported-report-set><supported-report><report><sync-collection/></report></supported-report></supported-report-set></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`

// TestAServerThatLiesIsBounded: pages without end, paths that lead out, resources
// that nobody asked for and more text than fits end in a refusal or are left out.
func TestAServerThatLiesIsBounded(t *testing.T) {
	read := func(answer func(method, body string) (int, string)) (Changes, int, error) {
		s := &scripted{answer: func(method, body string) (int, string) {
			if method == "PROPFIND" {
				return http.StatusMultiStatus, self
			}
			return answer(method, body)
		}}
		c := Collection{Doer: s, URL: "https://calendar.example/cal/", Bytes: 1 << 16}
		got, err := c.Read(t.Context(), State{}, true)
		return got, s.asked, err
	}
	n := 0
	_, asked, err := read(func(string, string) (int, string) {
		n++
		return http.StatusMultiStatus, fmt.Sprintf(`%s<response><href>/cal/</href><status>HTTP/1.1 507 x</status></response><sync-token>t%d</sync-token></multistatus>`, head, n)
	})
	if !errors.Is(err, ErrSync) || asked > maxPages+1 {
		t.Errorf("pages without end: %v after %d questions", err, asked)
	}
	outside := []string{
		"https://elsewhere.example/cal/x.ics", "//elsewhere.example/cal/x.ics", "/other/x.ics", "/cal/../other/x.ics", "/cal/", "/cal/sub/", "http://calendar.example/cal/x.ics",
		"https://u:p@calendar.example/cal/x.ics", "javascript:x", "/cal/" + strings.Repeat("a", 2000),
	}
	got, _, err := read(func(_, body string) (int, string) {
		if strings.Contains(body, "multiget") {
			for _, o := range outside {
				if strings.Contains(body, "<href>"+o+"</href>") {
					t.Errorf("%q is asked for", o)
				}
			}
			return http.StatusMultiStatus, head + `<response><href>/cal/a.ics</href><propstat><prop><C:calendar-data>BEGIN</C:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response>` +
				`<response><href>/cal/stranger.ics</href><propstat><prop><C:calendar-data>BEGIN</C:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`
		}
		text := head
		for _, o := range append(outside, "/cal/a.ics") {
			text += `<response><href>` + o + `</href><propstat><prop><getetag>"1"</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response>`
		}
		return http.StatusMultiStatus, text + `<sync-token>t2</sync-token></multistatus>`
	})
	if err != nil || len(got.Put) != 1 || got.Put[0].Path != "/cal/a.ics" {
		t.Errorf("%v, %v", got, err)
	}
	_, _, err = read(func(_, body string) (int, string) {
		if strings.Contains(body, "multiget") {
			return http.StatusMultiStatus, head + `<response><href>/cal/a.ics</href><propstat><prop><C:calendar-data>` + strings.Repeat("a", 1<<17) + `</C:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`
		}
		return http.StatusMultiStatus, head + `<response><href>/cal/a.ics</href><propstat><prop><getetag>"1"</getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response><sync-token>t2</sync-token></multistatus>`
	})
	if !errors.Is(err, fetch.ErrTooLarge) {
		t.Errorf("more text than fits: %v", err)
	}
}

// FuzzMultistatus: no answer ends in a panic, or in more than its bounds.
func FuzzMultistatus(f *testing.F) {
	f.Add([]byte(self))
	f.Add([]byte(head + `<response><href>/a</href><propstat><prop><getetag>"1"</getetag><C:calendar-data><![CDATA[BEGIN]]></C:calendar-data></prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		m, err := readMultistatus(body)
		if err != nil && (len(m.Responses) > 0 || m.Token != "") {
			t.Errorf("an error with an answer: %v", err)
		}
		for _, r := range m.Responses {
			if len(r.href) > maxName || len(r.etag) > maxName || len(r.data) > len(body) {
				t.Errorf("%d octets of a path", len(r.href))
			}
		}
	})
}

// What is written into a question stays one value.
func TestAQuestionIsXMLWhateverIsInIt(t *testing.T) {
	for _, text := range []string{syncCollection(`"><&]]>`), multiget([]string{`/cal/a&b<.ics`, "/cal/ .ics"}), propfindSelf, propfindETags, queryEvents} {
		d := xml.NewDecoder(bytes.NewReader([]byte(text)))
		for {
			if _, err := d.Token(); err != nil {
				if err.Error() != "EOF" {
					t.Errorf("%s: %v", text, err)
				}
				break
			}
		}
	}
}
