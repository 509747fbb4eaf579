package mine

import (
	"context"
	"strings"

	"github.com/fukusen/fukusen/node/talent"
	"github.com/fukusen/fukusen/node/web/parts"
)

// kindsOf names kinds of records for their person.
func kindsOf(ctx context.Context, kinds []string) string {
	said := make([]string, len(kinds))
	for i, k := range kinds {
		said[i] = parts.T(ctx, "record."+k)
	}
	return strings.Join(said, parts.T(ctx, "mine.and"))
}

func consentPairs(ctx context.Context, g given) []parts.Pair {
	pairs := []parts.Pair{
		parts.Define("mine.consent.what", kindsOf(ctx, g.Information)),
		parts.Define("mine.consent.why", strings.Join(g.Purposes, " / ")),
		parts.Define("mine.consent.given", parts.Time(g.At)),
	}
	if g.Sharing != nil {
		pairs = append(pairs, shownPairs(ctx, sharedBy(g.Sharing))...)
	}
	if g.Ended != 0 {
		return append(pairs, parts.Define("mine.consent.ended", parts.Time(g.Ended)))
	}
	return append(pairs, parts.Define("mine.consent.until", parts.Date(g.Until)))
}

func summaryPairs(ctx context.Context, s summary) []parts.Pair {
	contents := make([]string, len(s.Kinds))
	for i, k := range s.Kinds {
		contents[i] = parts.T(ctx, "record."+k) + parts.T(ctx, "mine.colon") + parts.T(ctx, "record."+k+".what")
	}
	pairs := []parts.Pair{
		parts.Define("mine.consent.whom", s.Name),
		parts.Define("mine.consent.what", lines(contents)),
		parts.Define("mine.consent.why", lines(s.Aims)),
		parts.Define("mine.consent.until", parts.Date(s.End)),
	}
	if s.shares() {
		pairs = append(pairs, shownPairs(ctx, s.Shown)...)
	}
	return pairs
}

// said is one field of a consent record, in words.
type said struct{ Name, Said string }

// fieldsOf are all fields of a consent record, in the order of the standard.
// The id of a person and of a record have no other words than themselves.
func fieldsOf(ctx context.Context, g given) []said {
	list := func(of []string) string { return strings.Join(of, parts.T(ctx, "mine.and")) }
	named := func(of []string) string {
		out := make([]string, len(of))
		for i, id := range of {
			if out[i] = id; id == string(g.Reader) {
				out[i] = g.Recipient + " " + id
			}
		}
		return list(out)
	}
	r := g.Record
	return []said{
		{"record_id", r.RecordID},
		{"pii_principal_id", r.PrincipalID},
		{"privacy_notice", r.PrivacyNotice},
		{"language", parts.T(ctx, "language."+r.Language)},
		{"purposes", list(g.Purposes)},
		{"lawful_basis", parts.T(ctx, "consent.basis")},
		{"pii_information", kindsOf(ctx, r.Information)},
		{"pii_controllers", named(r.Controllers)},
		{"storage_locations", named(r.StorageLocations)},
		{"retention_period", period(ctx, r.RetentionPeriod)},
		{"jurisdiction", parts.T(ctx, "consent.jurisdiction")},
		{"recipient_third_parties", named(r.RecipientThirdParties)},
		{"withdrawal_method", parts.T(ctx, "consent.withdrawal")},
		{"event_time", r.EventTime},
		{"validity_duration", period(ctx, r.ValidityDuration)},
		{"entity_id", named([]string{r.EntityID})},
		{"event_type", parts.T(ctx, "consent.explicit")},
		{"event_state", parts.T(ctx, "consent."+g.EventState)},
	}
}

// period says a duration of days (P365D) in words.
func period(ctx context.Context, duration string) string {
	days, ok := strings.CutSuffix(strings.TrimPrefix(duration, "P"), "D")
	if !ok || strings.ContainsAny(days, "TYMW") {
		return duration
	}
	return parts.T(ctx, "mine.days", days)
}

// registerPairs are what others recorded of a person, field by field.
func registerPairs(e talent.Entry) [][2]string {
	pairs := [][2]string{
		{"name", strings.TrimSpace(e.Family + " " + e.Given)}, {"kana", strings.TrimSpace(e.FamilyKana + " " + e.GivenKana)}, {"birth", e.Birth},
	}
	if g := e.Guardian; g != nil {
		pairs = append(pairs, [2]string{"guardian-name", g.Name}, [2]string{"guardian-kana", g.Kana}, [2]string{"guardian-relation", g.Relation},
			[2]string{"guardian-email", g.Email}, [2]string{"guardian-agreed", g.Agreed})
	}
	for i := range pairs {
		if pairs[i][1] == "" {
			pairs[i][1] = "—"
		}
	}
	return pairs
}

func correctableOptions() []parts.Option {
	var list []parts.Option
	for _, field := range correctable() {
		list = append(list, parts.Option{Value: field, Key: "desk.field." + field})
	}
	return list
}
