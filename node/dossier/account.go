package dossier

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/store/organisation"
	"github.com/fukusen/fukusen/node/store/roster"
	"github.com/fukusen/fukusen/spec/wire"
)

// entry adds what the talent register has of a person: the entry, what was
// asked of them, what they want corrected, and lines of spreadsheets.
func entry(tx *store.Tx, person string, out *wire.Export) error {
	register := roster.In(tx)
	row, err := register.Entry(person)
	switch {
	case err == nil:
		object, err := object(row.Entry)
		if err != nil {
			return fmt.Errorf("stored entry: %w", err)
		}
		out.Register = &object
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	wishes, err := register.CorrectionsOf(person)
	if err != nil {
		return err
	}
	for _, w := range wishes {
		out.Corrections = append(out.Corrections, wire.CorrectionKept{
			Field: w.Field, Wanted: w.Wanted, At: w.CreatedAt, State: w.State, Answered: when(w.AnsweredAt),
		})
	}
	questions, err := register.AskedOf(person)
	if err != nil {
		return err
	}
	for _, q := range questions {
		out.Asked = append(out.Asked, wire.ConsentAsked{
			Organisation: q.Organisation, Recipient: q.Recipient, Kinds: strings.Fields(q.Kinds), Purposes: strings.Fields(q.Purposes),
			Until: q.Until, At: q.CreatedAt, State: q.State, Answered: when(q.AnsweredAt),
		})
	}
	lines, err := register.LinesOf(person)
	if err != nil {
		return err
	}
	for _, line := range lines {
		for _, text := range []string{line.Before, line.After} {
			if text == "" {
				continue
			}
			object, err := object(text)
			if err != nil {
				return fmt.Errorf("stored line: %w", err)
			}
			out.Spreadsheets = append(out.Spreadsheets, object)
		}
	}
	return nil
}

// signIn adds how a person signs in, what they were told and where they
// belong.
func signIn(tx *store.Tx, person string, now time.Time, out *wire.Export) error {
	accounts := account.In(tx)
	who, err := accounts.OfPerson(person)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	a := wire.AccountKept{
		Email: who.Email, Language: who.Language, Created: who.CreatedAt, Passkeys: []wire.SignInMeans{},
		Sessions: []wire.SignInMeans{}, Identities: []wire.SignInMeans{}, Memberships: []wire.MembershipKept{},
	}
	passkeys, err := accounts.Passkeys(who.ID)
	if err != nil {
		return err
	}
	for _, k := range passkeys {
		a.Passkeys = append(a.Passkeys, wire.SignInMeans{Name: k.Name, Created: k.CreatedAt, Used: when(k.UsedAt)})
	}
	sessions, err := accounts.Sessions(who.ID, now.Unix())
	if err != nil {
		return err
	}
	for _, s := range sessions {
		a.Sessions = append(a.Sessions, wire.SignInMeans{Name: s.Agent, Created: s.CreatedAt, Used: when(s.SeenAt)})
	}
	identities, err := accounts.Identities(who.ID)
	if err != nil {
		return err
	}
	for _, i := range identities {
		a.Identities = append(a.Identities, wire.SignInMeans{Name: i.Issuer, Created: i.CreatedAt})
	}
	memberships, err := organisation.In(tx).Of(who.ID)
	if err != nil {
		return err
	}
	for _, m := range memberships {
		a.Memberships = append(a.Memberships, wire.MembershipKept{
			Organisation: m.Organisation, Role: m.Role, State: m.State, Created: m.CreatedAt, Ended: when(m.EndedAt),
		})
	}
	if err := chosen(tx, who.ID, &a); err != nil {
		return err
	}
	out.Account = &a
	return messages(tx, who.ID, out)
}

// chosen adds an account's tokens, without their secrets, which nobody keeps,
// and what its owner chose about mail.
func chosen(tx *store.Tx, id string, a *wire.AccountKept) error {
	tokens, err := account.In(tx).Tokens(id)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		a.Tokens = append(a.Tokens, wire.SignInMeans{Name: t.Name, Created: t.CreatedAt, Used: when(t.UsedAt)})
	}
	choices, err := inbox.In(tx).Choices(id)
	if err != nil {
		return err
	}
	quiet, err := inbox.In(tx).Quiet(id)
	if err != nil {
		return err
	}
	mail := wire.MailChosen{On: []string{}, Off: []string{}}
	for _, w := range notice.Ways() {
		if on, made := choices[w.Kind]; made && on {
			mail.On = append(mail.On, string(w.Kind))
		} else if made {
			mail.Off = append(mail.Off, string(w.Kind))
		}
	}
	if quiet.Some() {
		mail.Quiet = quiet.From + "-" + quiet.To + " " + quiet.Zone
	}
	a.Mail = &mail
	return nil
}

// messages adds all words that stand in an account's inbox.
func messages(tx *store.Tx, id string, out *wire.Export) error {
	const page = 500
	for from := (inbox.Place{}); ; {
		list, err := inbox.In(tx).List(id, from, page)
		if err != nil {
			return err
		}
		for _, m := range list {
			out.Messages = append(out.Messages, wire.MessageKept{Kind: string(m.Kind), At: m.CreatedAt, Read: when(m.ReadAt)})
		}
		if len(list) < page {
			return nil
		}
		from = list[len(list)-1].Place()
	}
}

func object(text string) (wire.AnyObject, error) {
	var out wire.AnyObject
	err := json.Unmarshal([]byte(text), &out)
	return out, err
}

// when is a time that may not have come: nil for 0.
func when(at int64) *int64 {
	if at == 0 {
		return nil
	}
	return &at
}
