package caldav

import (
	"encoding/xml"
	"strings"
)

// The questions. Those with a value in them are made by functions below.
const (
	prolog = `<?xml version="1.0" encoding="utf-8"?>` + "\n"
	spaces = ` xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/"`

	propfindSelf = prolog + `<propfind` + spaces + `><prop><resourcetype/><supported-report-set/><sync-token/><S:getctag/></prop></propfind>`

	propfindETags = prolog + `<propfind` + spaces + `><prop><resourcetype/><getetag/></prop></propfind>`

	queryEvents = prolog + `<C:calendar-query` + spaces + `><prop><getetag/></prop><C:filter><C:comp-filter name="VCALENDAR">` +
		`<C:comp-filter name="VEVENT"/></C:comp-filter></C:filter></C:calendar-query>`
)

// syncCollection asks what changed since a token (RFC 6578 section 3.2).
func syncCollection(token string) string {
	return prolog + `<sync-collection` + spaces + `><sync-token>` + escaped(token) + `</sync-token><sync-level>1</sync-level>` +
		`<prop><getetag/></prop></sync-collection>`
}

// multiget asks for resources by their paths (RFC 4791 section 7.9).
func multiget(names []string) string {
	var b strings.Builder
	b.WriteString(prolog + `<C:calendar-multiget` + spaces + `><prop><getetag/><C:calendar-data/></prop>`)
	for _, name := range names {
		b.WriteString(`<href>` + escaped(name) + `</href>`)
	}
	b.WriteString(`</C:calendar-multiget>`)
	return b.String()
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder takes everything
	return b.String()
}
