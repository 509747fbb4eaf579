package engage

import (
	"errors"
	"strconv"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/diary"
	"github.com/fukusen/fukusen/node/word"
	"github.com/fukusen/fukusen/spec/work"
)

// keptUntil refuses time that would be kept past the offer, or is over.
func keptUntil(c *gate.Change, a Answer, p diary.Proposal) error {
	if !a.Until.IsZero() && (!a.Until.After(c.Now()) || a.Until.Unix() > p.OfferUntil) {
		return invalid("until", "a time in the future, and no later than the offer ends, is required")
	}
	return nil
}

// giveBack ends a tentative hold: the owner is told that it is cancelled, and
// the time is free again. The proposal is settled as the state says.
func giveBack(c *gate.Change, h diary.Hold, state string) error {
	d := diary.In(c.Tx())
	p, err := d.Proposal(h.Proposal)
	if errors.Is(err, store.ErrNotFound) {
		return release(c, h) // one that was put back after a restore
	}
	if err != nil {
		return err
	}
	p.State, p.SettledAt = state, c.Now().Unix()
	return errors.Join(release(c, h), d.SettleProposal(p))
}

// noticeOf is how long before its end somebody is told that a tentative hold will
// lapse: a day, or half of its time where it is shorter than two.
func noticeOf(h diary.Hold) int64 { return min(int64(warned/time.Second), (h.ReleaseAt-h.CreatedAt)/2) }

// releaseHolds warns of tentative holds that will lapse, and gives back those
// whose time is over.
func (e *Engagements) releaseHolds(c *gate.Change, most int, ended *int) error {
	d := diary.In(c.Tx())
	list, err := d.Releasing(c.Now().Add(warned).Unix(), most)
	if err != nil {
		return err
	}
	now := c.Now().Unix()
	for _, h := range list {
		if h.ReleaseAt > now {
			if h.ReleaseAt-noticeOf(h) > now {
				continue
			}
			if err := word.TellPerson(c.Tx(), c.Now(), h.Person, word.Word{
				ID: "releasing " + h.ID + " " + strconv.FormatInt(h.ReleaseAt, 10), Kind: notice.HoldLapsing, Object: h.ID, Link: OffersPage,
			}); err != nil {
				return err
			}
			continue
		}
		if err := errors.Join(c.Tx().HoldPerson(h.Person), d.Lock(h.Person), reread(d, &h)); err != nil {
			return err
		}
		if h.State != work.HoldTentative || h.ReleaseAt > now { // as it is under the lock
			continue
		}
		if err := errors.Join(giveBack(c, h, diary.Lapsed), c.Word(h.Person, notice.HoldReleased, h.ID)); err != nil {
			return err
		}
		*ended++
	}
	return nil
}
