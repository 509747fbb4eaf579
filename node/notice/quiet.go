package notice

import (
	"fmt"
	"time"
	_ "time/tzdata" // the zones travel with the binary
)

// Quiet are the hours in which somebody wants no mail, by the clock of their
// zone, from the minute From on and before the minute To. They may cross
// midnight. The zero value, like a From equal to To, is none.
type Quiet struct {
	From string // HH:MM
	To   string // HH:MM
	Zone string // name in the IANA time zone database, such as Asia/Tokyo
}

// Some says whether there are quiet hours at all.
func (q Quiet) Some() bool { return q.From != q.To }

// Check says which field is wrong and what it needs.
func (q Quiet) Check() error {
	_, _, _, err := q.read()
	return err
}

// Minutes answers both ends in minutes since midnight.
func (q Quiet) Minutes() (from, to int, err error) {
	from, to, _, err = q.read()
	return from, to, err
}

// QuietOf is Minutes the other way.
func QuietOf(from, to int, zone string) Quiet {
	text := func(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }
	return Quiet{text(from), text(to), zone}
}

func (q Quiet) read() (from, to int, zone *time.Location, err error) {
	if from, err = minute(q.From); err != nil {
		return 0, 0, nil, fmt.Errorf("%w: from: %w", ErrQuiet, err)
	}
	if to, err = minute(q.To); err != nil {
		return 0, 0, nil, fmt.Errorf("%w: to: %w", ErrQuiet, err)
	}
	// The zone "" would be UTC and "Local" the server's: neither is a person's.
	if q.Zone == "" || q.Zone == "Local" {
		return 0, 0, nil, fmt.Errorf("%w: zone: name one such as Asia/Tokyo", ErrQuiet)
	}
	if zone, err = time.LoadLocation(q.Zone); err != nil {
		return 0, 0, nil, fmt.Errorf("%w: zone: name one such as Asia/Tokyo", ErrQuiet)
	}
	return from, to, zone, nil
}

// minute reads HH:MM.
func minute(text string) (int, error) {
	at, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, fmt.Errorf("write a time of day such as 21:30")
	}
	return at.Hour()*60 + at.Minute(), nil
}

// NextAllowed is the first moment from at on that is not within quiet hours.
// Quiet hours that cannot be read delay nothing: late word is worse than loud.
func NextAllowed(at time.Time, q Quiet) time.Time {
	from, to, zone, err := q.read()
	if err != nil || from == to {
		return at
	}
	covered := func(t time.Time) bool {
		local := t.In(zone)
		now := local.Hour()*60 + local.Minute()
		if from < to {
			return from <= now && now < to
		}
		return now >= from || now < to
	}
	if !covered(at) {
		return at
	}
	local := at.In(zone)
	end := time.Date(local.Year(), local.Month(), local.Day(), to/60, to%60, 0, 0, zone)
	if local.Hour()*60+local.Minute() >= to {
		end = time.Date(local.Year(), local.Month(), local.Day()+1, to/60, to%60, 0, 0, zone)
	}
	// Where clocks are changed, that time of day may be missing or come twice.
	if end.Before(at) {
		end = at.Truncate(time.Minute)
	}
	for covered(end) {
		end = end.Add(time.Minute)
	}
	return end
}
