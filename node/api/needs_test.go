package api

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fukusen/fukusen/node/api/need"
	"github.com/fukusen/fukusen/node/consent"
	"github.com/fukusen/fukusen/spec"
)

// stated finds the needs that the code of this edge and its rooms states.
var stated = map[string][]*regexp.Regexp{
	"exchange/*.go": {
		regexp.MustCompile(`Invalid\([^"\n]*(?:"[^"\n]*")?[^"\n]*, "([^"\n]+)"\)`),
		regexp.MustCompile(`RefuseField\("[^"]+", "[^"]+", "([^"]+)"\)`),
		regexp.MustCompile(`ErrNo\w+ = errors\.New\("([^"]+)"\)`),
	},
	"own/*.go":              {regexp.MustCompile(`need[A-Z]\w+ += "([^"\n]+)"`)},
	"../publish/publish.go": {regexp.MustCompile(`"%w: [\w.]+: ([^"]+)", ErrInvalid\)`)},
	"*.go": {
		regexp.MustCompile(`invalid\([^"\n]*(?:"[^"\n]*")?[^"\n]*, "([^"\n]+)"\)`),
		regexp.MustCompile(`RefuseField\("[^"]+", "[^"]+", "([^"]+)"\)`),
		regexp.MustCompile(`Refuse\("[^"]+", "([^"]+)"\)`),
		regexp.MustCompile(`errNo\w+ = errors\.New\("([^"]+)"\)`),
	},
	"../consent/consent.go": {
		regexp.MustCompile(`fail\("[^"]+", "([^"]+)"\)`), regexp.MustCompile(`"%w: [a-z.]+: ([^"]+)", ErrInvalid`),
	},
	"../gate/consent.go":  {regexp.MustCompile(`"%w: \w+: ([^"]+)", consent\.ErrInvalid`)},
	"../gate/gate.go":     {regexp.MustCompile(`ErrNoConsent += errors\.New\("([^"]+)"\)`)},
	"../gate/guardian.go": {regexp.MustCompile(`ErrGuardian = errors\.New\("([^"]+)"\)`)},
	"../engage/offer.go": {
		regexp.MustCompile(`invalid\("[^"]+", "([^"]+)"\)`), regexp.MustCompile(`Err(?:Unknown\w+|Closed|Full|Offered) = errors\.New\("([^"]+)"\)`),
	},
	"../subscribe/subscribe.go": {
		regexp.MustCompile(`invalid\([^,]+, "([^"]+)"\)`), regexp.MustCompile(`Err(?:Unknown|Taken|TooMany|TooSoon) += errors\.New\("([^"]+)"\)`),
	},
	"../engage/deed/*.go":         {regexp.MustCompile(`invalid\("[^"]+", "([^"]+)"\)`), regexp.MustCompile(`Err(?:Unknown\w+|Many\w+|Over|Delivered|Undelivered|Newer) = errors\.New\("([^"]+)"\)`)},
	"../pattern/*.go":             {regexp.MustCompile(`wrong\([^\n]*, "([^"\n]+)"\)`)},
	"../slots/slots.go":           {regexp.MustCompile(`: ([a-z0-9][a-z0-9 ]+)", pattern\.ErrInvalid`)},
	"gigs/answers.go":             {regexp.MustCompile(`Invalid\("[^"]+", "([^"]+)"\)`)},
	"../engage/tentative.go":      {regexp.MustCompile(`invalid\("[^"]+", "([^"]+)"\)`)},
	"../engage/answer.go":         {regexp.MustCompile(`Err\w+ = errors\.New\("([^"]+)"\)`)},
	"../calendar/calendar.go":     {regexp.MustCompile(`Err\w+ += errors\.New\("([^"]+)"\)`)},
	"../../spec/access/access.go": {regexp.MustCompile(`bad := spec\.RefuseField\("[^"]+", "[^"]+", "([^"]+)"\)`)},
}

// Every need that our own operations state is there in Japanese too, and none
// stands there that nothing states.
func TestEveryNeedIsSaidInBothLanguages(t *testing.T) {
	used := make(map[string]bool)
	for pattern, finds := range stated {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		before := len(used)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			octets, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, find := range finds {
				for _, m := range find.FindAllStringSubmatch(string(octets), -1) {
					used[m[1]] = true
				}
			}
		}
		if len(used) == before {
			t.Errorf("%s states no need; the pattern of this test is out of date", pattern)
		}
	}
	for english := range used {
		if japanese, _ := need.In(english); japanese == "" {
			t.Errorf("no Japanese for %q", english)
		}
	}
	for _, english := range need.All() {
		if !used[english] {
			t.Errorf("nothing states %q", english)
		}
	}
}

// A person reads the cause in both languages.
func TestACauseIsNamedInBothLanguages(t *testing.T) {
	s := &Server{}
	for name, c := range map[string]struct {
		err          error
		field        string
		ja, en, lack string
	}{
		"a consent that ends too late": {
			fmt.Errorf("%w: until: an end within three years is required", consent.ErrInvalid), "until", "3年以内", "within three years", "invalid consent",
		},
		"a calendar without a body": {errNoCalendar, "", "本文がありません", "text/calendar", "JSON"},
		"a wrong token": {
			authentication(spec.RefuseField("REQ-REQ-001", "Authorization", "the bearer token is not valid at this node, or has ended; ask the desk for a new one")),
			"Authorization", "トークン", "bearer token", "Authorization ヘッダー",
		},
		"a token that nothing is known of": {authentication(errors.New("x")), "Authorization", "呼び出し元", "not known", "header"},
	} {
		a := s.answerTo(c.err, nil)
		if a.Refusal.Field != c.field || a.Status >= http.StatusInternalServerError {
			t.Errorf("%s: %d, field %q, want %q", name, a.Status, a.Refusal.Field, c.field)
		}
		for lang, want := range map[string]string{"ja": c.ja, "en": c.en} {
			if got := a.In(lang); !strings.Contains(got, want) || strings.Contains(got, c.lack) {
				t.Errorf("%s in %s: %q, want %q and never %q", name, lang, got, want, c.lack)
			}
		}
	}
}
