package mail

import (
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strings"
	"testing"
)

// TestAServersAnswerIsReadForWhatItIsAbout: only one about the address makes
// the address a bad one, and only one about the server makes everybody wait.
func TestAServersAnswerIsReadForWhatItIsAbout(t *testing.T) {
	for _, c := range []struct {
		at       stage
		code     int
		words    string
		want     string
		ofServer bool
	}{
		{opening, 554, "no service", "server 554", true},
		{sender, 451, "4.3.2 later", "server 451 4.3.2", true},
		{sender, 553, "5.1.8 sender unknown", "server 553 5.1.8", true},
		{recipient, 421, "4.7.0 bye", "connection 421 4.7.0", true},
		{recipient, 450, "4.2.1 <taro@person.example> later", "temporary 450 4.2.1", false},
		{recipient, 552, "5.2.2 full", "temporary 552 5.2.2", false},
		{recipient, 550, "<taro@person.example> unknown", "address 550", false},
		{recipient, 550, "5.1.1 unknown", "address 550 5.1.1", false},
		{recipient, 550, "5.1.10", "address 550 5.1.10", false},
		{recipient, 501, "5.1.3 bad syntax", "address 501 5.1.3", false},
		{recipient, 554, "5.7.1 relay access denied", "refused 554 5.7.1", false},
		{recipient, 530, "5.7.0 sign in", "refused 530 5.7.0", false},
		{recipient, 530, "sign in", "refused 530", false},
		{content, 554, "spam", "refused 554", false},
		{content, 550, "5.1.1 unknown after all", "address 550 5.1.1", false},
		{content, 452, "4.3.1 full", "temporary 452 4.3.1", false},
		{content, 550, "5.7.26.1 taro@person.example", "refused 550 5.7.26", false},
		{content, 550, "x 5.1.1", "refused 550", false},
	} {
		f := judge(c.at, fmt.Errorf("wrapped: %w", &textproto.Error{Code: c.code, Msg: c.words}))
		if f.note() != c.want || f.ofServer() != c.ofServer || strings.Contains(f.Error(), "person.example") {
			t.Errorf("%d %s at %d: %q (%v), want %q", c.code, c.words, c.at, f.Error(), f.ofServer(), c.want)
		}
	}
	f := judge(content, io.ErrUnexpectedEOF)
	if f.note() != "connection" || !f.ofServer() || !errors.Is(f, io.ErrUnexpectedEOF) {
		t.Errorf("a lost connection: %v", f)
	}
}
