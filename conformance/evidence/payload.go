package evidence

import (
	"encoding/base64"
	"strings"
)

// payloadOf decodes the middle of a compact JWS; it proves nothing.
func payloadOf(token string) []byte {
	parts := strings.Split(strings.TrimSpace(token), ".")
	if len(parts) != 3 {
		return nil
	}
	octets, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	return octets
}
