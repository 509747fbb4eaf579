package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/smtp"
	"slices"
	"strings"
	"time"

	"github.com/fukusen/fukusen/node/notice"
)

const (
	// talkMost bounds the talk about one mail, and that before the first.
	talkMost = time.Minute
	dialMost = 20 * time.Second
	// lastWords is how long a mail under way may take once the node is to stop.
	lastWords = 5 * time.Second
)

var (
	errNoStartTLS = errors.New("the server offers no STARTTLS")
	errNoSignIn   = errors.New("the server offers no way to sign in that this node knows (PLAIN, LOGIN)")
	errInClear    = errors.New("no password goes out in the clear")
)

// session is one connection, on which mails follow one another.
type session struct {
	ctx    context.Context
	conn   net.Conn
	client *smtp.Client
	end    func() bool
	fresh  bool // nothing was said that has to be taken back
}

// open connects, as the settings say: on no account in the clear where they
// want TLS.
func open(ctx context.Context, c Config, name string) (*session, *Fault) {
	host, _, err := net.SplitHostPort(c.Server)
	if err != nil {
		return nil, &Fault{Class: classConnection, cause: err}
	}
	roots, err := c.authorities()
	if err != nil {
		return nil, &Fault{Class: classTLS, cause: err}
	}
	trust := &tls.Config{ServerName: host, RootCAs: roots, MinVersion: tls.VersionTLS12}
	conn, err := (&net.Dialer{Timeout: dialMost}).DialContext(ctx, "tcp", c.Server)
	if err != nil {
		return nil, &Fault{Class: classConnection, cause: err}
	}
	s := &session{ctx: ctx, conn: conn, fresh: true}
	s.end = context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Now().Add(lastWords)) })
	s.more()
	if fault := s.greet(c, host, name, trust); fault != nil {
		s.drop()
		return nil, fault
	}
	return s, nil
}

func (s *session) greet(c Config, host, name string, trust *tls.Config) *Fault {
	way := s.conn
	if c.TLS == TLS {
		secure := tls.Client(s.conn, trust)
		if err := secure.HandshakeContext(s.ctx); err != nil {
			return &Fault{Class: classTLS, cause: err}
		}
		way = secure
	}
	var err error
	if s.client, err = smtp.NewClient(way, host); err != nil {
		return judge(opening, err)
	}
	if err := s.client.Hello(name); err != nil {
		return judge(opening, err)
	}
	if c.TLS == "" || c.TLS == StartTLS {
		if offered, _ := s.client.Extension("STARTTLS"); !offered {
			return &Fault{Class: classTLS, cause: errNoStartTLS}
		}
		if err := s.client.StartTLS(trust); err != nil {
			fault := judge(opening, err)
			if fault.Code == 0 {
				fault.Class = classTLS
			}
			return fault
		}
	}
	return s.signIn(c, host)
}

func (s *session) signIn(c Config, host string) *Fault {
	if c.User == "" {
		return nil
	}
	password, err := c.secret()
	if err != nil {
		return &Fault{Class: classSignIn, cause: err}
	}
	_, ways := s.client.Extension("AUTH")
	offered := strings.Fields(ways)
	var auth smtp.Auth
	switch {
	case slices.Contains(offered, "PLAIN"):
		auth = smtp.PlainAuth("", c.User, password, host)
	case slices.Contains(offered, "LOGIN"):
		auth = &login{user: c.User, password: password}
	default:
		return &Fault{Class: classSignIn, cause: errNoSignIn}
	}
	if err := s.client.Auth(auth); err != nil {
		fault := judge(opening, err)
		if fault.Class == classServer {
			fault.Class = classSignIn
		}
		return fault
	}
	return nil
}

// login is the older way to sign in, which some office servers offer alone.
type login struct{ user, password string }

func (l *login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if !server.TLS && !loopback(server.Name) {
		return "", nil, errInClear
	}
	return "LOGIN", nil, nil
}

// Next answers the server's two questions, whatever words it asks them in.
func (l *login) Next(_ []byte, more bool) ([]byte, error) {
	if !more {
		return nil, nil
	}
	answer := l.user
	l.user = l.password
	return []byte(answer), nil
}

// more gives the talk its time, or what is left once the node is to stop.
func (s *session) more() {
	_ = s.conn.SetDeadline(time.Now().Add(talkMost))
	if s.ctx.Err() != nil {
		_ = s.conn.SetDeadline(time.Now().Add(lastWords))
	}
}

// send hands one mail over. nil means that the server has taken it.
func (s *session) send(from, to string, octets []byte) *Fault {
	s.more()
	path, err := notice.Path(to)
	if err != nil {
		return &Fault{Class: classLetter}
	}
	if from, err = notice.Path(from); err != nil {
		return &Fault{Class: classLetter}
	}
	if !s.fresh {
		if err := s.client.Reset(); err != nil {
			return judge(opening, err)
		}
	}
	s.fresh = false
	if err := s.from(from); err != nil {
		return judge(sender, err)
	}
	if err := s.client.Rcpt(path); err != nil {
		return judge(recipient, err)
	}
	data, err := s.client.Data()
	if err != nil {
		return judge(content, err)
	}
	if _, err := data.Write(octets); err != nil {
		return judge(content, err)
	}
	if err := data.Close(); err != nil {
		return judge(content, err)
	}
	return nil
}

// from names the sender without the extensions that the library would ask for:
// our mails are 7-bit, and a server beyond this one may not know SMTPUTF8.
func (s *session) from(path string) error {
	id, err := s.client.Text.Cmd("MAIL FROM:<%s>", path)
	if err != nil {
		return err
	}
	s.client.Text.StartResponse(id)
	defer s.client.Text.EndResponse(id)
	_, _, err = s.client.Text.ReadResponse(250)
	return err
}

// close takes leave.
func (s *session) close() {
	s.more()
	_ = s.client.Quit()
	s.drop()
}

func (s *session) drop() {
	s.end()
	_ = s.conn.Close()
}
