package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
)

// What a desk's code opens.
const (
	Invite  = "invite"  // the first passkey
	Recover = "recover" // another passkey, for who lost theirs
	AtDesk  = "desk"    // one short session without a device
)

// alphabet is Crockford's: no letter that is read as a digit.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newCode is 60 random bits in three groups that can be read aloud.
func newCode() string {
	octets := make([]byte, 12)
	_, _ = rand.Read(octets) // it never fails (crypto/rand)
	var out strings.Builder
	for i, o := range octets {
		if i > 0 && i%4 == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(alphabet[o%32])
	}
	return out.String()
}

// plainCode is a code as it was made, however it was typed: full-width, small,
// without hyphens, with O for 0 and I or L for 1.
func plainCode(typed string) string {
	var out strings.Builder
	for _, r := range typed {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch r = rune(strings.ToUpper(string(r))[0]); {
		case r == 'O':
			r = '0'
		case r == 'I' || r == 'L':
			r = '1'
		}
		if strings.ContainsRune(alphabet, r) {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// IssueCode makes a code for an account in the caller's transaction. Codes
// that were made for it before open nothing any more.
func (d *Door) IssueCode(tx *store.Tx, id, by, purpose string) (string, time.Time, error) {
	life := CodeLife
	if purpose == AtDesk {
		life = DeskCodeLife
	}
	now, code := d.Clock(), newCode()
	until := now.Add(life)
	err := errors.Join(
		account.In(tx).ClearAttempts(d.named("account", id)), // who stands at the desk waits for no pause
		account.In(tx).EndCodes(id, now.Unix()),
		account.In(tx).PutCode(account.Code{
			Hash: hashOf(plainCode(code)), Account: id, Purpose: purpose, IssuedBy: by, CreatedAt: now.Unix(), Expires: until.Unix(),
		}),
		d.note(tx, by, "code."+purpose, id))
	return code, until, err
}

// UseCode opens a session by a code and answers its secret and what the code
// was for. A code opens once, and none of an account that is paused; what is
// refused reads the same whatever the cause. A code that opens nothing any more
// counts for the account that it was made for.
func (d *Door) UseCode(ctx context.Context, typed, agent, address string) (secret, purpose string, err error) {
	if err := d.within(ctx, "", address); err != nil {
		return "", "", err
	}
	hash, whose, paused := hashOf(plainCode(typed)), "", false
	err = d.Store.Write(ctx, func(tx *store.Tx) error {
		var err error
		if whose, paused, err = d.pausedCode(tx, hash); err != nil {
			return err
		}
		if paused {
			return ErrRefused
		}
		good, err := account.In(tx).UseCode(hash, d.Clock().Unix())
		if err != nil {
			return err
		}
		if !good {
			return ErrRefused
		}
		code, err := account.In(tx).Code(hash)
		if err != nil {
			return err
		}
		who, err := account.In(tx).Account(code.Account)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
		purpose = code.Purpose
		method := access.ByCode
		if purpose == AtDesk {
			method = access.ByDesk
		}
		secret, err = d.enter(tx, who, method, agent)
		return err
	})
	if errors.Is(err, ErrRefused) {
		if paused {
			whose = "" // what is tried in a pause does not make it longer
		}
		return "", "", errors.Join(err, d.failed(ctx, whose, address, "code"))
	}
	return secret, purpose, err
}
