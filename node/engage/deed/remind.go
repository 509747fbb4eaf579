package deed

import (
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/board"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/store/progress"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec"
	"github.com/fukusen/fukusen/spec/work"
)

// warned is how long before an outcome is due a person hears of it.
const warned = 24 * time.Hour

// Remind tells people, each once, of work that is due soon and of which nothing
// was delivered, at most most of them a call.
func Remind(c *gate.Change, most int) error {
	list, err := progress.In(c.Tx()).Due(c.Now().Unix(), c.Now().Add(warned).Unix(), most)
	if err != nil {
		return err
	}
	for _, t := range list {
		h, err := diary.In(c.Tx()).Hold(t.Work)
		if errors.Is(err, store.ErrNotFound) || err == nil && h.State != work.HoldConfirmed {
			continue
		}
		if err == nil {
			err = word.TellPerson(c.Tx(), c.Now(), t.Person, word.Word{
				ID: "due " + t.Work, Kind: notice.DeliveryDue, Object: t.Work, Link: HoldPage + t.Work,
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// noPlace is what a person reads whose yes came when the place was given away.
const noPlace = "お返事が届く前に、この枠は埋まりました。/ Your answer came when this place was given to somebody else."

// AskEnd asks the home to cancel a hold for which there is no place any more.
func AskEnd(c *gate.Change, o board.Offer) error {
	m, err := atOwner(c, o)
	if err != nil || m.said.Until <= c.Now().Unix() {
		return err
	}
	by := c.Now().Add(warned)
	said := &spec.Risk{Of: m.hold, Risk: work.Risk{Severity: "high", What: noPlace, Ask: work.AskCancellation, By: spec.FormatUTC(by)}}
	m.address(&said.Envelope, spec.RandomUUID(), 0)
	id, err := c.Say(m.to, said)
	if err != nil {
		return err
	}
	return progress.In(c.Tx()).PutRed(progress.Red{
		UID: said.UID, Work: m.work, Side: progress.Owner, Record: id, Sequence: said.Sequence, Severity: said.Severity, What: noPlace,
		Ask: said.Ask, HelpBy: by.Unix(), RaisedAt: c.Now().Unix(),
	})
}
