package org

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"rsc.io/qr"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/node/web/shell"
	"github.com/fukusen/fukusen/node/word"
)

// slip is what is handed to one person: it exists in one answer only.
type slip struct {
	Name, Code, Purpose string
	Link                string // where the code leads to, for a camera
	Until               int64
	Drawing             drawing
	Mailed              bool
}

// sheetView is slips to print, one or four to a page.
type sheetView struct {
	Slips   []slip
	Back    string
	Skipped int // people whose code is not the reader's to make
	Mailed  int
}

// errAdmit means an account with more than the caller may give.
var errAdmit = errors.New("this account holds more than you may give")

// slipFor makes a code for an account in the caller's transaction: for a first
// passkey, or for another one where there was one. A mail goes out for the
// first alone: who reads somebody's mail must not get into their account.
func (d pages) slipFor(tx *store.Tx, by access.Caller, who account.Account, send bool) (slip, error) {
	keys, err := account.In(tx).Passkeys(who.ID)
	if err != nil {
		return slip{}, err
	}
	purpose := signin.Invite
	if len(keys) > 0 {
		purpose = signin.Recover
	}
	made, err := d.codeFor(tx, by, who, purpose)
	if err != nil || !send || purpose != signin.Invite {
		return made, err
	}
	address, err := addressOf(tx, who)
	if err != nil || address == "" {
		return made, err
	}
	who.Email, made.Mailed = address, true
	return made, d.tell(tx, who, notice.Invitation, "/account", made.Link)
}

func (d pages) codeFor(tx *store.Tx, by access.Caller, who account.Account, purpose string) (slip, error) {
	if who.ClosedAt != 0 {
		return slip{}, store.ErrNotFound
	}
	holds, err := signin.Holds(tx, who)
	if err != nil {
		return slip{}, err
	}
	if !access.MayAdmit(by, who.ID, holds) {
		return slip{}, errAdmit
	}
	made := slip{Purpose: purpose}
	if made.Name, err = called(tx, who); err != nil {
		return slip{}, err
	}
	code, until, err := d.Door.IssueCode(tx, who.ID, by.Account, purpose)
	if err != nil {
		return slip{}, err
	}
	made.Code, made.Until, made.Link = code, until.Unix(), string(d.Self)+"/sign-in#"+code
	made.Drawing, err = draw(made.Link)
	return made, err
}

// tell puts a word into somebody's inbox, and where they have an address on
// its way by mail.
func (d pages) tell(tx *store.Tx, who account.Account, kind notice.Kind, link, mailLink string) error {
	return word.TellAccount(tx, d.Clock(), who, word.Word{Kind: kind, Link: link, MailLink: mailLink})
}

// showSheet shows codes, once: the page is kept by nobody.
func (d pages) showSheet(p *shell.Page, v sheetView) error {
	for _, s := range v.Slips {
		if s.Mailed {
			v.Mailed++
		}
	}
	return p.Show("org.sheet", sheetPage(v))
}

// admitted turns why a code was not made into a page.
func (d pages) admitted(p *shell.Page, err error, v sheetView) error {
	if errors.Is(err, errAdmit) {
		return p.Refuse(http.StatusForbidden, "org.admit.not-yours", "org.admit.not-yours.way-out")
	}
	if err != nil {
		return err
	}
	return d.showSheet(p, v)
}

// drawing is a QR code (ISO/IEC 18004) as the path of one pen: each run of
// dark modules is one stroke of width 1. Side is its width in modules with the
// quiet zone of four around it.
type drawing struct {
	Side int
	Path string
}

const quiet = 4

func (d drawing) box() string { return "0 0 " + strconv.Itoa(d.Side) + " " + strconv.Itoa(d.Side) }

func draw(text string) (drawing, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return drawing{}, err
	}
	var path strings.Builder
	for y := range code.Size {
		at := 0 // where the pen stands in this row
		fresh := true
		for x := 0; x < code.Size; x++ {
			if !code.Black(x, y) {
				continue
			}
			from := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if fresh {
				path.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + ".5")
			} else {
				path.WriteString("m" + strconv.Itoa(from-at) + " 0")
			}
			path.WriteString("h" + strconv.Itoa(x-from))
			at, fresh = x, false
		}
	}
	return drawing{code.Size + 2*quiet, path.String()}, nil
}
