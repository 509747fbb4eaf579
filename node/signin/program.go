package signin

import (
	"context"
	"errors"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
)

// CalendarLogin is the operation that a password for calendar programs names, and no other.
const CalendarLogin = "caldav"

// Program is Token for programs that show a secret as a password with each request. An address that showed too many wrong
// ones is not listened to for a while: ErrTooMany. That is counted apart from the ways in of people, so that a telephone
// with an old password keeps nobody from the sign-in page.
func (d *Door) Program(ctx context.Context, secret, address string) (access.Caller, error) {
	name := d.named("program", address)
	var failed int64
	if err := d.Store.Read(ctx, func(tx *store.Tx) (err error) {
		failed, err = d.attempts(tx, name)
		return err
	}); err != nil {
		return access.Caller{}, err
	}
	if failed >= mostAddress {
		return access.Caller{}, ErrTooMany
	}
	who, err := d.Token(ctx, secret)
	if errors.Is(err, ErrRefused) {
		now := d.Clock().Unix()
		return who, errors.Join(err, d.Store.Write(ctx, func(tx *store.Tx) error {
			return account.In(tx).CountAttempt(name, now-now%60)
		}))
	}
	return who, err
}
