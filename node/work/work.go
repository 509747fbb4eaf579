// Package work says what the node does by itself: each job with its last run,
// its result, how far it is and when it is next due. It is kept in memory. It
// refuses to run anything, and to read a clock: time is an argument.
package work

import (
	"strings"
	"sync"
	"time"
)

// errorMost is how much of a failure's text is kept, in octets.
const errorMost = 300

// State is what is known of one job.
type State struct {
	Name    string        // such as refresh
	Every   time.Duration // between runs; 0 where something else starts it
	Running bool
	Began   time.Time // of the last run; zero before the first
	Ended   time.Time // of the last run that ended; zero before
	Next    time.Time // when it is due; zero where nobody knows
	Done    int64     // of Total, in the present run or else the last
	Total   int64     // 0 where nobody knows how much there is
	Runs    int64     // that ended
	Failed  int64     // of these
	Error   string    // of the last run that ended; empty where it succeeded
}

// Board lists jobs. The zero Board is empty; it is safe for concurrent use.
type Board struct {
	mu   sync.Mutex
	jobs []*Job
}

// Job is one entry of a Board.
type Job struct {
	board *Board
	state State
}

// Add puts a job on the board: due first at a time, and then as often as every
// says.
func (b *Board) Add(name string, every time.Duration, first time.Time) *Job {
	b.mu.Lock()
	defer b.mu.Unlock()
	j := &Job{board: b, state: State{Name: name, Every: every, Next: first}}
	b.jobs = append(b.jobs, j)
	return j
}

// States answers all jobs in the order in which they were added.
func (b *Board) States() []State {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]State, len(b.jobs))
	for i, j := range b.jobs {
		list[i] = j.state
	}
	return list
}

// Begin notes that a run begins.
func (j *Job) Begin(now time.Time) {
	j.change(func(s *State) {
		s.Running, s.Began, s.Done, s.Total = true, now, 0, 0
		s.Next = time.Time{}
		if s.Every > 0 {
			s.Next = now.Add(s.Every)
		}
	})
}

// Progress notes how far the run is: done of total, or of nobody knows how
// many where total is 0.
func (j *Job) Progress(done, total int64) {
	j.change(func(s *State) { s.Done, s.Total = done, total })
}

// End notes how the run ended.
func (j *Job) End(now time.Time, err error) {
	j.change(func(s *State) {
		s.Running, s.Ended, s.Error = false, now, ""
		s.Runs++
		if err != nil {
			s.Failed++
			text := err.Error()
			s.Error = strings.ToValidUTF8(text[:min(len(text), errorMost)], "")
		}
	})
}

func (j *Job) change(with func(*State)) {
	j.board.mu.Lock()
	defer j.board.mu.Unlock()
	with(&j.state)
}
