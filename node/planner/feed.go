package planner

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/signin"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/caldav"
)

const (
	// FeedsMost is how many open feeds a person may have.
	FeedsMost = 20
	labelMost = 60
	// usedEvery is how often the use of a feed is noted.
	usedEvery = 10 * time.Minute
)

// Operation is the name under which package access decides about reading a feed.
const Operation = "feed"

// Rule is who reads a feed: the person whose time it is, by the secret that they made.
func Rule() access.Rule { return access.Rule{Own: true, Operation: Operation} }

// Granularities are the roundings of busy times that a person chooses from, in seconds.
func Granularities() []int64 { return []int64{900, 1800, 3600} }

// MakeFeed makes a secret address for a person and answers its secret, which is told once: 256 random bits. Errors:
// ErrLabel, ErrKind, ErrTooMany.
func (p *Planner) MakeFeed(ctx context.Context, who access.Caller, f caldav.Feed) (string, error) {
	f.Label = strings.TrimSpace(f.Label)
	switch {
	case f.Label == "" || utf8.RuneCountInString(f.Label) > labelMost || strings.ContainsFunc(f.Label, func(r rune) bool { return r < ' ' }):
		return "", ErrLabel
	case f.Kind != caldav.Full && f.Kind != caldav.Busy, !slices.Contains(Granularities(), f.Granularity):
		return "", ErrKind
	}
	octets := make([]byte, 32)
	_, _ = rand.Read(octets) // it never fails (crypto/rand)
	secret := base64.RawURLEncoding.EncodeToString(octets)
	f.Hash, f.Person, f.CreatedAt = hashOf(secret), who.Person, p.Clock().Unix()
	err := p.Store.Write(ctx, func(tx *store.Tx) error {
		list, err := caldav.In(tx).Feeds(f.Person)
		if err != nil {
			return err
		}
		if len(slices.DeleteFunc(list, func(f caldav.Feed) bool { return f.RevokedAt != 0 })) >= FeedsMost {
			return ErrTooMany
		}
		return errors.Join(caldav.In(tx).AddFeed(f), p.note(tx, who, "feed.made", f.Kind))
	})
	return secret, err
}

// Feeds answers a person's feeds, the newest first.
func (p *Planner) Feeds(ctx context.Context, person string) ([]caldav.Feed, error) {
	var list []caldav.Feed
	err := p.Store.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = caldav.In(tx).Feeds(person)
		return err
	})
	return list, err
}

// RevokeFeed ends a feed at once. Errors: store.ErrNotFound where the person has no such feed.
func (p *Planner) RevokeFeed(ctx context.Context, who access.Caller, hash string) error {
	return p.Store.Write(ctx, func(tx *store.Tx) error {
		f, err := caldav.In(tx).Feed(hash)
		if err == nil && f.Person != who.Person {
			err = store.ErrNotFound
		}
		if err != nil || f.RevokedAt != 0 {
			return err
		}
		return errors.Join(caldav.In(tx).RevokeFeed(who.Person, hash, p.Clock().Unix()), p.note(tx, who, "feed.revoked", f.Kind))
	})
}

// Open answers the feed that a secret opens, and notes that it was used. Whatever else it is, an unknown secret, one of
// somebody who has left or one that was revoked, is ErrNothing after the same look.
func (p *Planner) Open(ctx context.Context, secret string) (caldav.Feed, error) {
	var f caldav.Feed
	now := p.Clock().Unix()
	err := p.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		if f, err = caldav.In(tx).Feed(hashOf(secret)); err != nil {
			return err
		}
		if f.RevokedAt != 0 {
			return ErrNothing
		}
		who, err := signin.Standing(tx, f.Person)
		if err != nil {
			return err
		}
		who.Scopes = []string{Operation}
		if access.Decide(Rule(), who, access.Object{Person: f.Person}) != access.Yes {
			return ErrNothing
		}
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		err = ErrNothing
	}
	if err != nil || f.UsedAt > now-int64(usedEvery/time.Second) {
		return f, err
	}
	return f, p.Store.Write(ctx, func(tx *store.Tx) error { return caldav.In(tx).TouchFeed(f.Hash, now) })
}

func (p *Planner) note(tx *store.Tx, who access.Caller, act, object string) error {
	return tx.PutAudit(store.Audit{At: p.Clock().Unix(), Actor: who.Account, Act: act, Object: object})
}

// hashOf is what the store keeps of a secret.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
