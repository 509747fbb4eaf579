// Package signin knows who is at the door: passkeys, a desk's codes, an
// identity provider, sessions and the tokens of programs. It says who somebody
// is and never what they may do, which package access decides. It refuses to
// tell why a secret was wrong: an account that is not there and a code that was
// used answer the same.
package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/fukusen/fukusen/node/access"
	"github.com/fukusen/fukusen/node/idp"
	"github.com/fukusen/fukusen/node/store"
	"github.com/fukusen/fukusen/node/store/account"
	"github.com/fukusen/fukusen/spec"
)

var (
	// ErrRefused means that what was shown opens nothing.
	ErrRefused = errors.New("what was shown opens nothing here")
	// ErrTooMany means that there were too many failed attempts; wait.
	ErrTooMany = errors.New("too many failed attempts; wait a quarter of an hour")
	// ErrCloned means that a passkey's counter went back: it may exist twice.
	ErrCloned = errors.New("this passkey was suspended, because it may have been copied")
	// ErrNoCeremony means that a ceremony was answered twice, or too late.
	ErrNoCeremony = errors.New("this attempt has ended; begin again")
	// ErrLastKey means that the last way to sign in would go.
	ErrLastKey = errors.New("the last passkey stays until there is another")
)

// Lives of what is handed out.
const (
	SessionLife  = 12 * time.Hour
	DeskLife     = 30 * time.Minute // without a device, at a shared screen
	CodeLife     = 14 * 24 * time.Hour
	DeskCodeLife = 15 * time.Minute
	ProofLife    = 10 * time.Minute // how fresh a proof has to be for a sensitive act
	ceremonyLife = 5 * time.Minute
)

// Config is what the door is made of.
type Config struct {
	Self spec.NodeID
	Name string // what a passkey's prompt calls this node
	// Home is what the organisation that runs the node is called, and its kind.
	Home  spec.Text
	Kind  string
	Store *store.Store
	Clock func() time.Time
	Log   *slog.Logger
	// Demo lets fictional personas in with one press. The front door sets it in
	// a development federation alone.
	Demo bool
	// Provider asks the organisation's identity provider; nil where there is none.
	Provider     *idp.Provider
	ProviderText spec.Text // what the sign-in page calls it
}

// Door is the door of one node. It is safe for concurrent use.
type Door struct {
	Config
	keys   *webauthn.WebAuthn
	secret []byte
}

const secretName = "signin.secret"

// Open prepares the door. Its secret, which names addresses and forms without
// keeping them, is made at the first start and stays in the store.
func Open(ctx context.Context, cfg Config) (*Door, error) {
	at, err := url.Parse(string(cfg.Self))
	if err != nil {
		return nil, err
	}
	keys, err := webauthn.New(&webauthn.Config{
		RPID: at.Hostname(), RPDisplayName: cfg.Name, RPOrigins: []string{string(cfg.Self)},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, err
	}
	d := &Door{Config: cfg, keys: keys}
	err = cfg.Store.Write(ctx, func(tx *store.Tx) error {
		text, ok, err := tx.Meta(secretName)
		if err != nil {
			return err
		}
		if !ok {
			text = newSecret()
			if err := tx.SetMeta(secretName, text); err != nil {
				return err
			}
		}
		d.secret = []byte(text)
		return d.settle(tx)
	})
	return d, err
}

// newSecret is 256 random bits.
func newSecret() string {
	octets := make([]byte, 32)
	_, _ = rand.Read(octets) // it never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(octets)
}

// hashOf is what the store keeps of a secret.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// named is a name that only this node can make of something.
func (d *Door) named(what, of string) string {
	mac := hmac.New(sha256.New, d.secret)
	mac.Write([]byte(what + "\x00" + of))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// ProviderName is what the identity provider is called, "" where there is none.
func (d *Door) ProviderName(lang string) string {
	if d.Provider == nil {
		return ""
	}
	return d.ProviderText.In(lang)
}

// FormToken is what every form of a browser carries, made of its cookie.
func (d *Door) FormToken(cookie string) string { return d.named("form", cookie) }

// ValidForm says whether a form carries the token of its browser's cookie.
func (d *Door) ValidForm(cookie, token string) bool {
	return cookie != "" && hmac.Equal([]byte(d.FormToken(cookie)), []byte(token))
}

// CookieName is the name of this node's cookie. It carries the node's id,
// because cookies do not tell ports apart (RFC 6265, section 8.5).
func (d *Door) CookieName() string {
	at, err := url.Parse(string(d.Self))
	if err != nil {
		return "fukusen"
	}
	name := make([]byte, 0, len(at.Host))
	for _, c := range []byte(at.Host) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' {
			name = append(name, c)
		} else {
			name = append(name, '_')
		}
	}
	if at.Scheme == "https" {
		return "__Host-fukusen-" + string(name) // RFC 6265bis, section 4.1.3.2
	}
	return "fukusen-" + string(name)
}

// Secure says whether cookies travel over TLS alone.
func (d *Door) Secure() bool { return d.Self.Scheme() == "https" }

// note writes an act into the audit log in the caller's transaction.
func (d *Door) note(tx *store.Tx, actor, act, object string) error {
	return tx.PutAudit(store.Audit{At: d.Clock().Unix(), Actor: actor, Act: act, Object: object})
}

// Session is a browser that is signed in, with who it is.
type Session struct {
	account.Session
	Owner  account.Account
	Caller access.Caller
}

// enter opens a session in the caller's transaction and answers its secret.
// The cookie is always new, so that nobody can fix it beforehand.
func (d *Door) enter(tx *store.Tx, who account.Account, method, agent string) (string, error) {
	if who.ClosedAt != 0 {
		return "", ErrRefused
	}
	now, secret, life, proven := d.Clock(), newSecret(), SessionLife, d.Clock().Unix()
	switch method {
	case access.ByDesk, access.ByCode:
		life, proven = DeskLife, 0
	}
	err := d.newDevice(tx, who, method, agent)
	if err != nil {
		return "", err
	}
	err = account.In(tx).PutSession(account.Session{
		Hash: hashOf(secret), Account: who.ID, Method: method, Agent: agent, CreatedAt: now.Unix(), SeenAt: now.Unix(),
		ProvenAt: proven, Expires: now.Add(life).Unix(),
	})
	if err != nil {
		return "", err
	}
	return secret, d.note(tx, who.ID, "sign-in."+method, "")
}

// NewVisit is the cookie of a browser that nobody is signed in at. It never
// becomes a session: a sign-in always makes a new one.
func NewVisit() string { return newSecret() }

// Enrol makes an account in the caller's transaction, with an id and a user
// handle of its own (WebAuthn, section 4: 64 octets at most, and nothing of a
// person in them).
func (d *Door) Enrol(tx *store.Tx, a account.Account) (account.Account, error) {
	a.ID, a.Handle, a.CreatedAt = spec.NewUUID(), newSecret(), d.Clock().Unix()
	if a.Language == "" {
		a.Language = "ja"
	}
	return a, account.In(tx).Put(a)
}
