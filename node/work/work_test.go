package work

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAJobSaysHowFarItIsAndHowItEnded(t *testing.T) {
	var b Board
	at := time.Unix(1_700_000_000, 0)
	j := b.Add("clean", time.Minute, at.Add(time.Minute))
	b.Add("ground", 0, time.Time{})
	if s := b.States()[0]; s.Running || !s.Began.IsZero() || !s.Next.Equal(at.Add(time.Minute)) {
		t.Errorf("before its first run a job says %+v", s)
	}
	j.Begin(at)
	j.Progress(3, 5)
	if s := b.States()[0]; !s.Running || s.Done != 3 || s.Total != 5 || !s.Next.Equal(at.Add(time.Minute)) || s.Runs != 0 {
		t.Errorf("a running job says %+v", s)
	}
	j.End(at.Add(time.Second), errors.New(strings.Repeat("x", 999)))
	if s := b.States()[0]; s.Running || s.Runs != 1 || s.Failed != 1 || len(s.Error) != errorMost || s.Done != 3 {
		t.Errorf("a job that failed says %+v", s)
	}
	j.Begin(at.Add(time.Minute))
	if s := b.States()[0]; s.Done != 0 || s.Error == "" {
		t.Errorf("while it runs again, the last failure stands and the progress does not: %+v", s)
	}
	j.End(at.Add(2*time.Minute), nil)
	if s := b.States()[0]; s.Error != "" || s.Runs != 2 || s.Failed != 1 {
		t.Errorf("a job that succeeded says %+v", s)
	}
	if list := b.States(); len(list) != 2 || list[1].Name != "ground" {
		t.Errorf("the board lists %+v", list)
	}
}
