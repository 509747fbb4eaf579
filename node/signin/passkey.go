package signin

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/notice"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
)

// owner is an account as a ceremony sees it.
type owner struct {
	account.Account
	called string
	keys   []webauthn.Credential
}

func (o owner) WebAuthnID() []byte {
	octets, _ := base64.RawURLEncoding.DecodeString(o.Handle) // made by newSecret
	return octets
}
func (o owner) WebAuthnName() string                       { return o.called }
func (o owner) WebAuthnDisplayName() string                { return o.called }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.keys }

// ownerOf reads an account with its passkeys; suspended ones open nothing.
func ownerOf(tx *store.Tx, who account.Account) (owner, error) {
	o := owner{Account: who, called: who.Name}
	if who.Person != "" {
		p, err := tx.Person(who.Person)
		if err != nil {
			return o, err
		}
		o.called = p.FamilyName + " " + p.GivenName
	}
	rows, err := account.In(tx).Passkeys(who.ID)
	if err != nil {
		return o, err
	}
	for _, row := range rows {
		if row.SuspendedAt != 0 {
			continue
		}
		var key webauthn.Credential
		if err := json.Unmarshal([]byte(row.Credential), &key); err != nil {
			return o, fmt.Errorf("stored passkey: %w", err)
		}
		o.keys = append(o.keys, key)
	}
	return o, nil
}

// Begun is a ceremony that a browser has to answer: options for its
// authenticator, and the name to send back with the answer.
type Begun struct {
	Options  any    `json:"options"`
	Ceremony string `json:"ceremony"`
}

// begin keeps a ceremony in the caller's transaction. It is tied to the
// browser's cookie, so that nobody else can answer it.
func (d *Door) begin(tx *store.Tx, kind, id, cookie string, data *webauthn.SessionData, options any) (Begun, error) {
	body, err := json.Marshal(data)
	if err != nil {
		return Begun{}, err
	}
	name := newSecret()
	return Begun{Options: options, Ceremony: name}, account.In(tx).PutCeremony(account.Ceremony{
		Hash: hashOf(name + cookie), Account: id, Kind: kind, Body: string(body),
		Expires: d.Clock().Add(ceremonyLife).Unix(),
	})
}

// take answers a ceremony's data, once, to the browser that began it.
func (d *Door) take(ctx context.Context, kind, name, cookie string) (account.Ceremony, webauthn.SessionData, error) {
	var c account.Ceremony
	var data webauthn.SessionData
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		var err error
		c, err = account.In(tx).TakeCeremony(hashOf(name+cookie), kind)
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && c.Expires <= d.Clock().Unix() {
		return c, data, ErrNoCeremony
	}
	if err != nil {
		return c, data, err
	}
	return c, data, json.Unmarshal([]byte(c.Body), &data)
}

// BeginPasskey begins the making of a passkey for a signed-in account.
func (d *Door) BeginPasskey(ctx context.Context, s Session, cookie string) (Begun, error) {
	var begun Begun
	err := d.Store.Write(ctx, func(tx *store.Tx) error {
		o, err := ownerOf(tx, s.Owner)
		if err != nil {
			return err
		}
		var others []protocol.CredentialDescriptor
		for _, key := range o.keys {
			others = append(others, key.Descriptor())
		}
		options, data, err := d.keys.BeginRegistration(o, webauthn.WithExclusions(others))
		if err != nil {
			return err
		}
		begun, err = d.begin(tx, "register", s.Owner.ID, cookie, data, options)
		return err
	})
	return begun, err
}

// FinishPasskey keeps the passkey that an authenticator made, opens a new
// session by it in place of the old one and answers its secret.
func (d *Door) FinishPasskey(ctx context.Context, s Session, cookie, ceremony, called string, answer []byte) (string, error) {
	c, data, err := d.take(ctx, "register", ceremony, cookie)
	if err != nil {
		return "", err
	}
	if c.Account != s.Owner.ID {
		return "", ErrNoCeremony
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrRefused, err)
	}
	var secret string
	err = d.Store.Write(ctx, func(tx *store.Tx) error {
		o, err := ownerOf(tx, s.Owner)
		if err != nil {
			return err
		}
		key, err := d.keys.CreateCredential(o, data, parsed)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
		if err := d.keep(tx, s.Owner.ID, called, key); err != nil {
			return err
		}
		if err := account.In(tx).EndSession(s.Owner.ID, s.Hash, d.Clock().Unix()); err != nil {
			return err
		}
		secret, err = d.enter(tx, s.Owner, access.ByPasskey, s.Agent)
		return err
	})
	return secret, err
}

func (d *Door) keep(tx *store.Tx, id, called string, key *webauthn.Credential) error {
	octets, err := json.Marshal(key)
	if err != nil {
		return err
	}
	name := base64.RawURLEncoding.EncodeToString(key.ID)
	if row, err := account.In(tx).Passkey(name); err == nil && row.Account != id {
		return ErrRefused // WebAuthn, section 7.1, step 27: one credential id, one account
	}
	now := d.Clock().Unix()
	err = account.In(tx).PutPasskey(account.Passkey{
		ID: name, Account: id, Name: called, Credential: string(octets), CreatedAt: now, UsedAt: now,
	})
	if err != nil {
		return err
	}
	return errors.Join(d.note(tx, id, "passkey.added", ""), d.tell(tx, id, notice.PasskeyAdded))
}

// BeginSignIn begins a sign-in by passkey. Nobody is named: the authenticator
// knows whose it is, so there is nobody to guess.
func (d *Door) BeginSignIn(ctx context.Context, cookie string) (Begun, error) {
	options, data, err := d.keys.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Begun{}, err
	}
	var begun Begun
	err = d.Store.Write(ctx, func(tx *store.Tx) error {
		begun, err = d.begin(tx, "sign-in", "", cookie, data, options)
		return err
	})
	return begun, err
}

// FinishSignIn opens a session by a passkey and answers its secret. If prove is
// a session, that session is proven afresh instead, and stays; a proof that
// fails counts for the session's account. A sign-in is never paused for an
// account, or else a stranger could keep its owner out.
func (d *Door) FinishSignIn(ctx context.Context, cookie, ceremony, agent, address string, answer []byte, prove *Session) (string, error) {
	whose := ""
	if prove != nil {
		whose = prove.Owner.ID
	}
	if err := d.within(ctx, whose, address); err != nil {
		return "", err
	}
	_, data, err := d.take(ctx, "sign-in", ceremony, cookie)
	if err != nil {
		return "", err
	}
	secret, err := d.assert(ctx, data, agent, answer, prove)
	if errors.Is(err, ErrRefused) {
		return "", errors.Join(err, d.failed(ctx, whose, address, "passkey"))
	}
	return secret, err
}

func (d *Door) assert(ctx context.Context, data webauthn.SessionData, agent string, answer []byte, prove *Session) (string, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrRefused, err)
	}
	var secret string
	var cloned bool
	err = d.Store.Write(ctx, func(tx *store.Tx) error {
		secret, cloned = "", false
		var who owner
		find := func(_, handle []byte) (webauthn.User, error) {
			found, err := account.In(tx).OfHandle(base64.RawURLEncoding.EncodeToString(handle))
			if err != nil {
				return nil, err
			}
			who, err = ownerOf(tx, found)
			return who, err
		}
		_, key, err := d.keys.ValidatePasskeyLogin(find, data, parsed)
		if err != nil || who.ClosedAt != 0 {
			return fmt.Errorf("%w: %w", ErrRefused, err)
		}
		if err := d.used(tx, who.ID, key); err != nil {
			return err
		}
		if cloned = key.Authenticator.CloneWarning; cloned {
			return nil // the suspension is to stand, so this transaction must
		}
		if prove == nil {
			secret, err = d.enter(tx, who.Account, access.ByPasskey, agent)
			return err
		}
		if who.ID != prove.Owner.ID {
			return ErrRefused
		}
		if err := account.In(tx).Prove(prove.Hash, d.Clock().Unix()); err != nil {
			return err
		}
		return d.note(tx, who.ID, "proved", "")
	})
	if err == nil && cloned {
		return "", ErrCloned
	}
	return secret, err
}

// used keeps a passkey's new counter, or suspends one whose counter went back
// (WebAuthn, section 6.1.1), with every session that it could have opened.
func (d *Door) used(tx *store.Tx, id string, key *webauthn.Credential) error {
	row, err := account.In(tx).Passkey(base64.RawURLEncoding.EncodeToString(key.ID))
	if err != nil {
		return err
	}
	now := d.Clock().Unix()
	if key.Authenticator.CloneWarning {
		row.SuspendedAt = now
		return errors.Join(account.In(tx).PutPasskey(row), account.In(tx).EndSessions(id, "", now),
			d.note(tx, id, "passkey.suspended", ""), d.tell(tx, id, notice.PasskeyLost))
	}
	octets, err := json.Marshal(key)
	if err != nil {
		return err
	}
	row.Credential, row.UsedAt = string(octets), now
	return account.In(tx).PutPasskey(row)
}

// Passkeys answers an account's passkeys, oldest first.
func (d *Door) Passkeys(ctx context.Context, id string) ([]account.Passkey, error) {
	var list []account.Passkey
	err := d.Store.Read(ctx, func(tx *store.Tx) error {
		var err error
		list, err = account.In(tx).Passkeys(id)
		return err
	})
	return list, err
}

// RemovePasskey deletes a passkey; the last good one stays (ErrLastKey).
func (d *Door) RemovePasskey(ctx context.Context, id, key string) error {
	return d.Store.Write(ctx, func(tx *store.Tx) error {
		list, err := account.In(tx).Passkeys(id)
		if err != nil {
			return err
		}
		left := 0
		for _, row := range list {
			if row.ID != key && row.SuspendedAt == 0 {
				left++
			}
		}
		if left == 0 {
			return ErrLastKey
		}
		return errors.Join(account.In(tx).DeletePasskey(id, key), d.note(tx, id, "passkey.removed", ""),
			d.tell(tx, id, notice.PasskeyLost))
	})
}
