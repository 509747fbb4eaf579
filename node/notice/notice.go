// Package notice says what word may reach a person: its kinds, whether mail
// goes out for one, when somebody does not want to be woken, when a mail is
// tried again, and what a mail address looks like.
//
// It is a pure room: it sends nothing, and it refuses a switch that would keep
// from people what protects their account.
package notice

import (
	"errors"
	"fmt"
)

var (
	// ErrAlways means that mail of a kind cannot be switched off.
	ErrAlways = errors.New("mail of this kind cannot be switched off")
	// ErrKind means a kind that this program does not know.
	ErrKind = errors.New("unknown kind of word")
	// ErrAddress begins every refusal of a mail address.
	ErrAddress = errors.New("mail address")
	// ErrQuiet begins every refusal of quiet hours; the text names the field.
	ErrQuiet = errors.New("quiet hours")
)

// Kind is what a word is about. Its name is stable: it is kept with messages
// and with what people chose, and it is the end of its keys in the catalogue of
// texts.
type Kind string

// The kinds of word.
const (
	Invitation        Kind = "invitation"
	ConsentAsked      Kind = "consent.asked"
	ConsentGiven      Kind = "consent.given"
	WithdrawalDone    Kind = "withdrawal.done"
	ErasureReceipt    Kind = "erasure.receipt"
	ProposalReceived  Kind = "proposal.received"
	ProposalLapsing   Kind = "proposal.lapsing" // about to end unanswered
	ProposalLapsed    Kind = "proposal.lapsed"
	HoldLapsing       Kind = "hold.lapsing"   // a tentative one, about to be given back
	HoldReleased      Kind = "hold.released"  // it was
	OfferAnswered     Kind = "offer.answered" // to whoever made the offer
	OfferLapsed       Kind = "offer.lapsed"   // to whoever made the offer
	RedRaised         Kind = "red.raised"     // to the other side
	CancellationAsked Kind = "cancellation.asked"
	WorkDelivered     Kind = "work.delivered"    // to whoever made the offer
	DeliveryAnswered  Kind = "delivery.answered" // to the person
	DeliveryDue       Kind = "delivery.due"      // to the person
	GuardianAsked     Kind = "guardian.asked"
	NewDevice         Kind = "sign-in.new-device"
	PasskeyAdded      Kind = "passkey.added"
	PasskeyLost       Kind = "passkey.lost"
	WaysPaused        Kind = "ways.paused"
	AddressChanged    Kind = "address.changed"
	RoleGiven         Kind = "role.given"
	RoleEnded         Kind = "role.ended"
	ImportDone        Kind = "import.done"
	CorrectionAsked   Kind = "correction.asked"
	MailUndeliverable Kind = "mail.undeliverable"
	CalendarFailing   Kind = "calendar.failing" // not read for a day
)

// Way is how word of one kind reaches a person. Every kind reaches the inbox.
type Way struct {
	Kind Kind
	// Mail says whether mail goes out to somebody who chose nothing.
	Mail bool
	// Always means that mail goes out whatever was chosen, and at once, also in
	// quiet hours. It is for word about the account itself: whoever took an account
	// over would switch such mails off first, and would come at night; and who is
	// invited or erased has no page on which to choose anything.
	Always bool
}

// Ways lists all kinds in the order in which a page shows them. A new kind is a
// constant, a line here and its texts; what people chose before stays as it is.
func Ways() []Way {
	return []Way{
		{Invitation, true, true},
		{ConsentAsked, true, false},
		{ConsentGiven, false, false},
		{WithdrawalDone, true, false},
		{ProposalReceived, true, false},
		{ProposalLapsing, true, false},
		{ProposalLapsed, false, false},
		{HoldLapsing, true, false},
		{HoldReleased, true, false},
		{OfferAnswered, true, false},
		{OfferLapsed, false, false},
		{RedRaised, true, false},
		{CancellationAsked, true, false},
		{WorkDelivered, true, false},
		{DeliveryAnswered, true, false},
		{DeliveryDue, true, false},
		{GuardianAsked, true, false},
		{CalendarFailing, true, false},
		{CorrectionAsked, true, false},
		{RoleGiven, true, false},
		{RoleEnded, true, false},
		{ImportDone, false, false},
		// Never by mail of itself: a desk whose own address fails would mail on.
		{MailUndeliverable, false, false},
		{NewDevice, true, true},
		{PasskeyAdded, true, true},
		{PasskeyLost, true, true},
		{WaysPaused, true, true},
		{AddressChanged, true, true},
		{ErasureReceipt, true, true},
	}
}

// Of answers the way of a kind, and whether the kind is known.
func Of(k Kind) (Way, bool) {
	for _, w := range Ways() {
		if w.Kind == k {
			return w, true
		}
	}
	return Way{Kind: k}, false
}

// Switchable says by nil that a person may choose for or against mail of a
// kind. Errors: ErrKind, ErrAlways.
func Switchable(k Kind) error {
	switch w, known := Of(k); {
	case !known:
		return fmt.Errorf("%w: %q", ErrKind, k)
	case w.Always:
		return fmt.Errorf("%w: %s", ErrAlways, k)
	}
	return nil
}

// Mails says whether mail of a kind goes to somebody who made these choices. A
// kind that is not known goes to nobody.
func Mails(k Kind, chosen map[Kind]bool) bool {
	w, known := Of(k)
	if !known || w.Always {
		return known
	}
	if choice, made := chosen[k]; made {
		return choice
	}
	return w.Mail
}

// Lang is the language to write to somebody in: ja unless en was chosen.
func Lang(chosen string) string {
	if chosen == "en" {
		return "en"
	}
	return "ja"
}
