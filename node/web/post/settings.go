package post

import (
	"errors"
	"net/http"
	"slices"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/store/inbox"
	"github.com/fukusen/fukusen/node/web/parts"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/word"
)

// settingsView is what an account chose, and where its mail goes.
type settingsView struct {
	On       bool // this node sends mail at all
	Chosen   map[notice.Kind]bool
	Quiet    notice.Quiet
	Language string
	Address  string
	State    string // of the last mail to it: a state of package inbox, or ""
	Own      bool   // the register knows this account, and its address with it
	Wrong    []parts.FieldError
}

// zones are offered for quiet hours, with the one that was chosen before.
func zones(chosen string) []string {
	list := []string{
		"Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Australia/Sydney", "Europe/London", "Europe/Berlin",
		"America/New_York", "America/Los_Angeles", "UTC",
	}
	if chosen != "" && !slices.Contains(list, chosen) {
		list = append(list, chosen)
	}
	return list
}

func (d pages) settings(p *shell.Page) error {
	v, err := d.settingsOf(p)
	if err != nil {
		return err
	}
	return p.Show("post.settings", settingsPage(v))
}

func (d pages) settingsOf(p *shell.Page) (settingsView, error) {
	v := settingsView{On: d.Mail.State().On}
	err := d.read(p, func(tx *store.Tx) error {
		who, err := account.In(tx).Account(p.Session.Owner.ID)
		if err != nil {
			return err
		}
		v.Language, v.Address, v.Own = notice.Lang(who.Language), who.Email, who.Person != ""
		var bad [3]error
		var mails []inbox.Mail
		v.Chosen, bad[0] = inbox.In(tx).Choices(who.ID)
		v.Quiet, bad[1] = inbox.In(tx).Quiet(who.ID)
		mails, bad[2] = inbox.In(tx).MailsOf(who.ID, 1)
		if len(mails) > 0 {
			v.State = mails[0].State
		}
		return errors.Join(bad[:]...)
	})
	return v, err
}

// chooseMail keeps a choice for every kind that has one: what is not ticked is
// switched off.
func (d pages) chooseMail(p *shell.Page) error {
	wanted := p.Request().PostForm["kind"]
	err := d.write(p, func(tx *store.Tx) error {
		for _, w := range notice.Ways() {
			if w.Always {
				continue
			}
			if err := inbox.In(tx).Choose(p.Session.Owner.ID, w.Kind, slices.Contains(wanted, string(w.Kind))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return p.To(Settings, "good", "post.settings.kept")
}

func (d pages) chooseQuiet(p *shell.Page) error {
	var q notice.Quiet
	if p.Value("off") == "" {
		q = notice.Quiet{From: p.Value("from"), To: p.Value("to"), Zone: p.Value("zone")}
		if wrong := d.wrongHours(p, q); len(wrong) > 0 {
			v, err := d.settingsOf(p)
			if err != nil {
				return err
			}
			v.Quiet, v.Wrong = q, wrong
			return p.Render(http.StatusUnprocessableEntity, p.T("post.settings"), settingsPage(v))
		}
	}
	err := d.write(p, func(tx *store.Tx) error { return inbox.In(tx).SetQuiet(p.Session.Owner.ID, q) })
	if err != nil {
		return err
	}
	return p.To(Settings, "good", "post.settings.kept")
}

// wrongHours says at which field quiet hours cannot be read.
func (d pages) wrongHours(p *shell.Page, q notice.Quiet) (wrong []parts.FieldError) {
	const good, zone = "00:00", "Asia/Tokyo"
	say := func(field, key string) { wrong = append(wrong, parts.FieldError{Field: field, Text: p.T(key)}) }
	if (notice.Quiet{From: q.From, To: good, Zone: zone}).Check() != nil {
		say("from", "post.quiet.from.wrong")
	}
	if (notice.Quiet{From: good, To: q.To, Zone: zone}).Check() != nil {
		say("to", "post.quiet.to.wrong")
	}
	if (notice.Quiet{From: good, To: good, Zone: q.Zone}).Check() != nil {
		say("zone", "post.quiet.zone.wrong")
	}
	if len(wrong) == 0 && !q.Some() {
		say("to", "post.quiet.same")
	}
	return wrong
}

func (d pages) chooseLanguage(p *shell.Page) error {
	err := d.write(p, func(tx *store.Tx) error {
		_, err := d.change(tx, p, func(a *account.Account) { a.Language = notice.Lang(p.Value("language")) })
		return err
	})
	if err != nil {
		return err
	}
	return p.To(Settings, "good", "post.settings.kept")
}

// address is where staff change the address of their account. A person's stands
// in the register with the rest of their profile.
func (d pages) address(p *shell.Page) error {
	if p.Session.Owner.Person != "" {
		return p.Show("post.address", elsewherePage())
	}
	return p.Show("post.address", addressPage(p.Session.Owner.Email, nil))
}

const profile = "/my/profile"

// changeAddress keeps a new address after a fresh proof, and tells the old one:
// that one cannot be made silent by whoever took the account over. Nothing has
// to be confirmed at the new one: no mail says anything that a stranger may not
// read, and the desk sees an address that does not exist.
func (d pages) changeAddress(p *shell.Page) error {
	if p.Session.Owner.Person != "" {
		return p.Redirect(http.StatusSeeOther, "/inbox/settings/address")
	}
	address := p.Value("address")
	if address != "" && notice.Address(address) != nil {
		wrong := []parts.FieldError{{Field: "address", Text: p.T("post.address.wrong")}}
		return p.Render(http.StatusUnprocessableEntity, p.T("post.address"), addressPage(address, wrong))
	}
	err := d.write(p, func(tx *store.Tx) error {
		before, err := d.change(tx, p, func(a *account.Account) { a.Email = address })
		if err != nil || before.Email == address {
			return err
		}
		return errors.Join(word.AddressChanged(tx, d.Clock(), before), inbox.In(tx).Mended(before.ID), d.note(tx, p, "address.changed", before.ID))
	})
	if err != nil {
		return err
	}
	return p.To(Settings, "good", "post.address.kept")
}

// stateKey says in words how the last mail fared.
func (v settingsView) stateKey() string {
	switch {
	case v.Address == "":
		return "post.address.none"
	case !v.On:
		return "post.address.off"
	}
	switch v.State {
	case inbox.Sent:
		return "post.address.sent"
	case inbox.Undeliverable:
		return "post.address.undeliverable"
	case inbox.Failed:
		return "post.address.failed"
	case inbox.Queued:
		return "post.address.queued"
	}
	return "post.address.unused"
}

func wrongAt(list []parts.FieldError, field string) string {
	for _, w := range list {
		if w.Field == field {
			return w.Text
		}
	}
	return ""
}
