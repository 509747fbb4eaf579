package subscribe

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/caldav"
	"github.com/fukusen/fukusen/node/calendar"
	"github.com/fukusen/fukusen/node/fetch"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/subscription"
	"github.com/fukusen/fukusen/spec"
)

// collectionMost is how long all questions about one collection may take.
const collectionMost = 2 * time.Minute

// collection reads a CalDAV collection and puts its resources together as one
// calendar.
func (f *Feeds) collection(ctx context.Context, s subscription.Subscription, whole bool) (found, error) {
	var had []subscription.Item
	if err := f.Store.Read(ctx, func(tx *store.Tx) (err error) {
		had, err = subscription.In(tx).Items(s.Person, s.Name)
		return err
	}); err != nil {
		return found{}, err
	}
	state := caldav.State{Token: s.Token, ETags: make(map[string]string, len(had))}
	if s.Digest == "" {
		had, state.Token = nil, "" // connected anew: what is kept may be another's
	}
	for _, i := range had {
		state.ETags[i.Href] = i.ETag
	}
	timed, cancel := context.WithTimeout(ctx, collectionMost)
	defer cancel()
	at := caldav.Collection{Doer: f.Reader, URL: s.URL, User: s.User, Password: s.Password, Bytes: f.Bytes}
	changes, err := at.Read(timed, state, whole)
	if err != nil {
		if ctx.Err() == nil && timed.Err() != nil {
			err = fetch.ErrSlow
		}
		return found{}, err
	}
	whole = changes.Whole
	out := found{whole: whole, token: changes.Token, digest: s.Digest, problems: s.Problems}
	if !whole && len(changes.Put)+len(changes.Gone) == 0 {
		out.same = true
		return out, nil
	}
	now := out.merge(s, had, changes)
	var text bytes.Buffer
	for _, i := range now {
		text.Write(i.ICS)
	}
	if int64(text.Len()) > f.Bytes {
		return found{}, fetch.ErrTooLarge
	}
	digest := string(spec.Digest(text.Bytes()))
	if digest == s.Digest {
		out.same = true
		return out, nil
	}
	out.digest = digest
	return out, out.understand(empty(text.Bytes()), f.Clock())
}

// empty is a text, or a calendar without events where there is none.
func empty(text []byte) []byte {
	if len(text) == 0 {
		return []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
	}
	return text
}

// merge answers the resources as they are now, by path, and notes what changes in
// the store. A resource that cannot be read is as it was before.
func (o *found) merge(s subscription.Subscription, had []subscription.Item, changes caldav.Changes) []subscription.Item {
	before := make(map[string]subscription.Item, len(had))
	for _, i := range had {
		before[i.Href] = i
	}
	now := before
	if changes.Whole {
		now, o.reset = map[string]subscription.Item{}, true
	}
	for _, href := range changes.Gone {
		delete(now, href)
		o.drop = append(o.drop, href)
	}
	was := make(map[string]subscription.Item, len(had))
	for _, i := range had {
		was[i.Href] = i
	}
	for _, r := range changes.Put {
		item := subscription.Item{Person: s.Person, Name: s.Name, Href: r.Path, ETag: r.ETag}
		if reduced, err := calendar.Reduce(r.Text, calendar.DefaultLimits()); err == nil {
			item.ICS = reduced.Text
		} else {
			item.ICS, item.ETag = was[r.Path].ICS, "" // asked for again the next time
		}
		if len(item.ICS) == 0 {
			item.ICS = empty(nil)
		}
		now[r.Path] = item
		o.put = append(o.put, item)
	}
	list := make([]subscription.Item, 0, len(now))
	for _, i := range now {
		list = append(list, i)
	}
	slices.SortFunc(list, func(a, b subscription.Item) int { return strings.Compare(a.Href, b.Href) })
	return list
}
