package spec

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// NodeID is a node's origin, such as https://city.example (standard section 1).
type NodeID string

// Subject is a pairwise, random identifier of a person, one for each audience.
type Subject string

// Kind is a record's typ without "+jwt", such as "availability".
type Kind string

// ID is base64url of SHA-256 over a record's signing input: 43 characters.
type ID string

// The kinds of records and of what stands beside them (standard section 12).
const (
	KindTalent       Kind = "talent"
	KindAvailability Kind = "availability"
	KindEvaluation   Kind = "vc"
	KindErasure      Kind = "erasure"
	KindReceipt      Kind = "receipt"
	KindGig          Kind = "gig"
	KindProposal     Kind = "proposal"
	KindHold         Kind = "hold"
	KindRisk         Kind = "risk"
	KindDelivery     Kind = "delivery"
	KindAcceptance   Kind = "acceptance"
	KindCalendar     Kind = "calendar"
	KindHead         Kind = "head"
	KindPolicy       Kind = "policy"
)

// The names of the two logs that anyone may read.
const (
	PublicLog = "public"
	PolicyLog = "policy"
)

var (
	hostPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$`)
	idPattern   = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	uuidPattern = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
)

// ParseNodeID accepts an https origin and, in a development federation,
// http://localhost:PORT (REQ-STM-007).
func ParseNodeID(s string, development bool) (NodeID, error) {
	if port, ok := strings.CutPrefix(s, "http://localhost:"); ok {
		if development && validPort(port) && port != "80" {
			return NodeID(s), nil
		}
		return "", refuseField("REQ-STM-007", "iss", "a node id over http is allowed for localhost with a port under a development genesis only")
	}
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		return "", refuseField("REQ-STM-007", "iss", "a node id begins with https://")
	}
	host, port, hasPort := strings.Cut(rest, ":")
	if hasPort && (!validPort(port) || port == "443") {
		return "", refuseField("REQ-STM-007", "iss", "the port of a node id is a number other than 443")
	}
	if len(host) > 253 || !hostPattern.MatchString(host) {
		return "", refuseField("REQ-STM-007", "iss", "a node id is an origin: a lower-case host name and nothing after it")
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return "", refuseField("REQ-STM-007", "iss", "a node id names a host, not an IP address")
	}
	return NodeID(s), nil
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0 && strconv.FormatUint(n, 10) == port
}

// Host is the node id without its scheme: the note key name and the first part
// of its logs' origins.
func (n NodeID) Host() string {
	_, host, _ := strings.Cut(string(n), "://")
	return host
}

// LogFor names the log that a node keeps for one reader (standard section 6).
func LogFor(reader NodeID) string {
	sum := sha256.Sum256([]byte(reader))
	return "to-" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// LogOrigin is the first line of the heads of a node's log.
func LogOrigin(node NodeID, log string) string { return node.Host() + "/v1/feed/" + log }

// Typ is the JWS header typ of a kind.
func (k Kind) Typ() string { return string(k) + "+jwt" }

// Valid reports whether an id has the form of one.
func (id ID) Valid() bool { return idPattern.MatchString(string(id)) }

// Digest is base64url of SHA-256 over octets: the id of notes and entries.
func Digest(octets []byte) ID {
	sum := sha256.Sum256(octets)
	return ID(base64.RawURLEncoding.EncodeToString(sum[:]))
}

// String keeps node ids readable in errors.
func (n NodeID) String() string { return string(n) }

func checkUUID(requirement, field, value string) *Refusal {
	if !uuidPattern.MatchString(value) {
		return refuseField(requirement, field, fmt.Sprintf("%s is urn:uuid: and a lower-case UUID", field))
	}
	return nil
}

// Scheme is https, or http for localhost in a development federation.
func (n NodeID) Scheme() string {
	scheme, _, _ := strings.Cut(string(n), "://")
	return scheme
}
