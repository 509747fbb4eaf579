package notice

import (
	"hash/fnv"
	"strconv"
	"time"
)

const (
	firstPause  = 5 * time.Minute
	longest     = 12 * time.Hour
	giveUpAfter = 72 * time.Hour
	// jitter is the most that a pause grows by, in parts of itself: mails that
	// failed together shall not come back together.
	jitter = 5
)

// Retry says when a mail that failed at a time is tried again, after tries
// attempts, or that it is given up. The pauses double from five minutes, which
// is when a server that turns strangers away at first takes them, to twelve
// hours, and make up three days at most. The id spreads them by up to a fifth:
// the same id always waits the same.
func Retry(id string, tries int, at time.Time) (next time.Time, giveUp bool) {
	pause, waited := firstPause, time.Duration(0)
	for n := 1; n < tries && waited <= giveUpAfter; n++ {
		waited += pause
		pause = min(2*pause, longest)
	}
	if waited+pause > giveUpAfter {
		return time.Time{}, true
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(id + " " + strconv.Itoa(tries)))
	return at.Add(pause + pause/jitter*time.Duration(sum.Sum32()%1000)/1000), false
}

// Pause says how long a node sends nothing at all after its mail server failed
// a number of times in a row: half a minute, doubling to half an hour.
func Pause(failures int) time.Duration {
	pause, most := 30*time.Second, 30*time.Minute
	for range max(failures, 1) - 1 {
		if pause = min(2*pause, most); pause == most {
			break
		}
	}
	return pause
}
