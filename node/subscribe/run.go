package subscribe

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/gate"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/subscription"
	"github.com/fukusen/fukusen/spec"
)

// ReadDue reads what is due, a batch at a time, until nothing is, and says how
// many calendars it read. Several processes may do so over one store.
func (f *Feeds) ReadDue(ctx context.Context) (done int, err error) {
	for ctx.Err() == nil {
		list, err := f.claim(ctx)
		if err != nil || len(list) == 0 {
			return done, err
		}
		ends := make(chan struct{}, len(list))
		for _, s := range list {
			f.runs.Go(func() {
				f.one(ctx, s)
				ends <- struct{}{}
			})
		}
		for range list {
			<-ends
		}
		done += len(list)
	}
	return done, ctx.Err()
}

func (f *Feeds) claim(ctx context.Context) (list []subscription.Subscription, err error) {
	var due int64
	now := f.Clock()
	err = f.Store.Read(ctx, func(tx *store.Tx) error {
		due, err = subscription.In(tx).Due(now.Unix())
		return err
	})
	if err != nil || due == 0 {
		return nil, err
	}
	name := rand.Text()
	err = f.Store.Write(ctx, func(tx *store.Tx) error {
		list, err = subscription.In(tx).Claim(name, now.Unix(), now.Add(lease).Unix(), batch)
		return err
	})
	return list, err
}

// one reads a claimed calendar and writes how it went. What cannot be written
// down is read again when the lease is over.
func (f *Feeds) one(ctx context.Context, s subscription.Subscription) {
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	case <-ctx.Done():
		return
	}
	got, err := f.read(ctx, s)
	if ctx.Err() != nil {
		return // the node stops; the calendar is not to blame
	}
	if err == nil {
		err = f.keep(ctx, s, got)
	} else {
		err = f.fail(ctx, s, err)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, gate.ErrRestoring) {
		f.Log.Warn("a calendar was read and not kept", "error", err)
	}
}

// keep writes what was read, and tells the readers where it changed.
func (f *Feeds) keep(ctx context.Context, s subscription.Subscription, got found) error {
	pause := after(0, got.every, 0, f.Chance())
	return f.Gate.Change(ctx, func(c *gate.Change) error {
		if err := c.Restoring(); err != nil {
			return err // nothing can be said yet
		}
		now := c.Now()
		s := s
		s.ETag, s.Modified, s.Token, s.Digest, s.Problems = got.etag, got.modified, got.token, got.digest, got.problems
		s.State, s.Reason, s.Failures, s.ToldAt = subscription.Fresh, "", 0, 0
		s.TriedAt, s.ReadAt, s.NextAt = now.Unix(), now.Unix(), now.Add(pause).Unix()
		if got.whole {
			s.WholeAt = now.Unix()
		}
		if !got.same {
			s.ChangedAt = now.Unix()
		}
		in := subscription.In(c.Tx())
		held, err := in.Settle(s)
		if err != nil || !held {
			return err
		}
		if err := keepItems(in, s, got); err != nil || got.same {
			return err
		}
		if err := c.Tx().PutCalendar(store.Calendar{
			Person: s.Person, Name: s.Name, ICS: got.text, Digest: string(spec.Digest(got.text)),
			Events: got.events, Problems: got.count, ImportedAt: now.Unix(),
		}); err != nil {
			return err
		}
		return c.Retell(s.Person)
	})
}

func keepItems(in subscription.Subscriptions, s subscription.Subscription, got found) error {
	if got.reset {
		if err := in.DropItems(s.Person, s.Name); err != nil {
			return err
		}
	}
	for _, href := range got.drop {
		if err := in.DropItem(s.Person, s.Name, href); err != nil {
			return err
		}
	}
	for _, i := range got.put {
		if err := in.PutItem(i); err != nil {
			return err
		}
	}
	return nil
}

// fail writes why a calendar could not be read. The times that were read before
// stay; who waits too long for new ones is told, once.
func (f *Feeds) fail(ctx context.Context, s subscription.Subscription, why error) error {
	peace := time.Duration(0)
	if st := statusOf(why, f.Clock()); st != nil {
		peace = st.peace
	}
	pause := after(s.Failures+1, 0, peace, f.Chance())
	return f.Store.Write(ctx, func(tx *store.Tx) error {
		now, s := f.Clock(), s
		s.State, s.Reason = subscription.Failing, reasonOf(why)
		s.Failures++
		s.TriedAt, s.NextAt = now.Unix(), now.Add(pause).Unix()
		late := now.Unix()-max(s.ReadAt, s.CreatedAt) >= int64(tellAfter/time.Second)
		tell := late && s.ToldAt == 0
		if tell {
			s.ToldAt = now.Unix()
		}
		held, err := subscription.In(tx).Settle(s)
		if err != nil || !held || !tell {
			return err
		}
		return f.Tell(tx, now, s.Person, s.Name)
	})
}
