package notice_test

import (
	"errors"
	"net/mail"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/notice"
)

func TestAnAddressIsOneAddressAlone(t *testing.T) {
	long := strings.Repeat("a", 64)
	for _, good := range []string{
		"taro@example.jp", "t@a.example", "o'neil+desk@example.co.jp", "a.b.c@xn--wgv71a119e.example", long + "@example.jp",
		"taro..yamada.@docomo.example", ".taro@ezweb.example",
	} {
		if err := notice.Address(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
		path, err := notice.Path(good)
		if err != nil {
			t.Errorf("%s: %v", good, err)
		}
		parsed, err := mail.ParseAddress(path)
		if err != nil || parsed.Address != good || parsed.Name != "" {
			t.Errorf("%s is written %s, which reads %+v, %v", good, path, parsed, err)
		}
	}
	for _, bad := range []string{
		"", "taro", "@example.jp", "taro@", "taro@example", "taro@127.0.0.1", "taro@[127.0.0.1]", "taro@exa_mple.jp",
		"taro@-example.jp", "taro@example-.jp", "taro@example..jp", "taro@example.jp.", "a@b@example.jp",
		"Taro <taro@example.jp>", "<taro@example.jp>", "taro@example.jp,jiro@example.jp", "taro@example.jp jiro@example.jp",
		"taro@example.jp\r\nBcc: all@example.jp", "taro\n@example.jp", "taro\r@example.jp", "taro\x00@example.jp",
		"太郎@example.jp", "ｔａｒｏ@example.jp", "taro＠example.jp", "taro@例え.jp", `"taro"@example.jp`, "ta(ro)@example.jp",
		long + "a@example.jp", "t@" + strings.Repeat(strings.Repeat("a", 60)+".", 5) + "jp", "t@" + long + ".jp",
		"taro@example.jp ", " taro@example.jp", "taro:x@example.jp", "taro;x@example.jp", "t\\@example.jp",
	} {
		err := notice.Address(bad)
		if !errors.Is(err, notice.ErrAddress) {
			t.Errorf("%q: %v", bad, err)
			continue
		}
		if strings.Contains(err.Error(), "taro") {
			t.Errorf("the error repeats what was written: %v", err)
		}
		if path, err := notice.Path(bad); err == nil || path != "" || notice.Domain(bad) != "" {
			t.Errorf("%q is written %q", bad, path)
		}
	}
	if got := notice.Domain("taro@example.jp"); got != "example.jp" {
		t.Errorf("the domain is %q", got)
	}
}
