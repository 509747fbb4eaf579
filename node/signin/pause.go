package signin

import (
	"context"
	"errors"
	"time"

	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
)

const (
	window       = 15 * time.Minute
	mostAccount  = 10
	mostAddress  = 40
	failedPrefix = "sign-in.failed."
)

// within answers ErrTooMany where an account or an address has failed too often.
func (d *Door) within(ctx context.Context, id, address string) error {
	return d.Store.Read(ctx, func(tx *store.Tx) error {
		for name, most := range d.counted(id, address) {
			if n, err := d.attempts(tx, name); err != nil {
				return err
			} else if n >= most {
				return ErrTooMany
			}
		}
		return nil
	})
}

func (d *Door) attempts(tx *store.Tx, name string) (int64, error) {
	return account.In(tx).Attempts(name, d.Clock().Add(-window).Unix())
}

// counted names an account and an address for counting. The address itself is
// not kept.
func (d *Door) counted(id, address string) map[string]int64 {
	names := map[string]int64{}
	if id != "" {
		names[d.named("account", id)] = mostAccount
	}
	if address != "" {
		names[d.named("address", address)] = mostAddress
	}
	return names
}

// failed counts a failed attempt and notes it, without a word of what was shown.
// An account is named only by who held one of its codes or a session of it:
// naming a passkey, which anybody can, counts for the address alone. The failure
// that pauses an account's codes, proofs and ties stands in the audit log, and
// its owner is told.
func (d *Door) failed(ctx context.Context, id, address, how string) error {
	now := d.Clock().Unix()
	return d.Store.Write(ctx, func(tx *store.Tx) error {
		for name := range d.counted(id, address) {
			if err := account.In(tx).CountAttempt(name, now-now%60); err != nil {
				return err
			}
		}
		if err := d.note(tx, id, failedPrefix+how, ""); err != nil || id == "" {
			return err
		}
		if n, err := d.attempts(tx, d.named("account", id)); err != nil || n != mostAccount {
			return err
		}
		return errors.Join(d.note(tx, "", "ways.paused", id), d.tell(tx, id, notice.WaysPaused))
	})
}

// pausedCode answers whose a code is or was, "" where it never was one, and
// whether that account is paused.
func (d *Door) pausedCode(tx *store.Tx, hash string) (whose string, paused bool, err error) {
	code, err := account.In(tx).Code(hash)
	if errors.Is(err, store.ErrNotFound) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	n, err := d.attempts(tx, d.named("account", code.Account))
	return code.Account, n >= mostAccount, err
}
