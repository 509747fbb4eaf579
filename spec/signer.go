package spec

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
)

// Signer holds one private Ed25519 key.
type Signer struct {
	private ed25519.PrivateKey
	kid     string
}

// NewSigner makes a signer of an Ed25519 private key.
func NewSigner(private ed25519.PrivateKey) *Signer {
	return &Signer{private: private, kid: Thumbprint(private.Public().(ed25519.PublicKey))}
}

// GenerateSigner makes a signer with a fresh key.
func GenerateSigner() (*Signer, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	return NewSigner(private), nil
}

// KID is the RFC 7638 thumbprint of the public key.
func (s *Signer) KID() string { return s.kid }

// Public is the public key.
func (s *Signer) Public() ed25519.PublicKey { return s.private.Public().(ed25519.PublicKey) }

// Private is the private key, for a TLS certificate or a key file.
func (s *Signer) Private() ed25519.PrivateKey { return s.private }

// Thumbprint is the RFC 7638 thumbprint of an Ed25519 public key (RFC 8037 appendix A.3).
func Thumbprint(public ed25519.PublicKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + encodeKey(public) + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func encodeKey(public ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(public) }

// EncodeKey is the member x of RFC 8037: base64url of the 32 octets.
func EncodeKey(public ed25519.PublicKey) string { return encodeKey(public) }

// DecodeKey reads the member x of RFC 8037.
func DecodeKey(x string) (ed25519.PublicKey, error) {
	octets, err := strict64.DecodeString(x)
	if err != nil || len(octets) != ed25519.PublicKeySize {
		return nil, errors.New("a public key is 32 octets in base64url")
	}
	return octets, nil
}

// NewUUID is a fresh urn:uuid (version 7 for jti: ordered by time).
func NewUUID() string { return "urn:uuid:" + uuid.Must(uuid.NewV7()).String() }

// RandomUUID is a urn:uuid (version 4) that tells nothing of its time, for
// sub, uid and consent.
func RandomUUID() string { return "urn:uuid:" + uuid.NewString() }

func asType(err error, target **json.UnmarshalTypeError) bool { return errors.As(err, target) }
