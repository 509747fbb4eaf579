package mail

import (
	"errors"
	"fmt"
	"net/textproto"
	"regexp"
	"strings"
)

// The classes of what goes wrong. They stand in the store and on the operator's
// page, so they hold nothing of whom a mail was for.
const (
	classConnection = "connection" // no server, or it went away
	classTLS        = "tls"        // its certificate does not hold, or it has none
	classSignIn     = "sign-in"    // it does not let this node in
	classServer     = "server"     // it takes nothing from this node now
	classTemporary  = "temporary"  // it does not take this mail now
	classRefused    = "refused"    // it does not take this mail, whatever the address
	classAddress    = "address"    // it says that there is no such address
	classStale      = "stale"      // it waited too long for a server
	classLetter     = "letter"     // it must not go out as it stands
)

// stage is how far the talk with the server had come.
type stage int

const (
	opening   stage = iota // before a mail was named
	sender                 // MAIL
	recipient              // RCPT
	content                // DATA
)

// Fault says why a mail did not go out: a class and the codes of the server,
// never its words, since those repeat addresses.
type Fault struct {
	Class  string
	Code   int    // reply code, or 0
	Status string // enhanced status code (RFC 3463), or empty
	cause  error  // of a connection; it names the server at most
	at     stage
}

// Error is the fault with its cause, for the operator's log.
func (f *Fault) Error() string {
	if f.cause != nil {
		return "mail: " + f.note() + ": " + f.cause.Error()
	}
	return "mail: " + f.note()
}

func (f *Fault) Unwrap() error { return f.cause }

// note is the fault as it is kept.
func (f *Fault) note() string {
	words := []string{f.Class}
	if f.Code != 0 {
		words = append(words, fmt.Sprint(f.Code))
	}
	if f.Status != "" {
		words = append(words, f.Status)
	}
	return strings.Join(words, " ")
}

// ofServer says that the fault is the server's or this node's, so that the next
// mail would meet it too.
func (f *Fault) ofServer() bool {
	switch f.Class {
	case classConnection, classTLS, classSignIn, classServer:
		return true
	}
	return false
}

// judge makes a fault of what the talk with the server ended in.
func judge(at stage, err error) *Fault {
	var reply *textproto.Error
	if !errors.As(err, &reply) {
		return &Fault{Class: classConnection, cause: err, at: at}
	}
	f := &Fault{Code: reply.Code, Status: statusOf(reply.Msg), at: at}
	permanent := reply.Code >= 500
	switch {
	case reply.Code == 421: // "closing", whatever was asked (RFC 5321, section 3.8)
		f.Class = classConnection
	case at == opening || at == sender:
		f.Class = classServer
	case !permanent || reply.Code == 552: // 552 counts as full for now (RFC 5321, section 4.5.3.1.10)
		f.Class = classTemporary
	case f.aboutAddress():
		f.Class = classAddress
	default:
		f.Class = classRefused
	}
	return f
}

// aboutAddress says whether a permanent refusal means the address. A server
// that wants a sign-in (530, 535, 538) or has a policy (5.7) says nothing about
// it; nor does one that read the whole mail first, unless its status says so.
func (f *Fault) aboutAddress() bool {
	switch {
	case strings.HasPrefix(f.Status, "5.1.") || strings.HasPrefix(f.Status, "5.2."):
		return true
	case f.at == content || strings.HasPrefix(f.Status, "5.7."):
		return false
	}
	return f.Code != 530 && f.Code != 535 && f.Code != 538
}

var statusCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}\b`)

// statusOf reads the enhanced status code that a reply may begin with.
func statusOf(words string) string {
	return statusCode.FindString(words)
}
