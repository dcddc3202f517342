package insight

import "time"

// Minute is a minute of time, counted since 1970 in UTC.
type Minute int64

// Spans in minutes.
const (
	hour Minute = 60
	day  Minute = 24 * hour
	week Minute = 7 * day
)

// MinuteOf is the minute that holds t.
func MinuteOf(t time.Time) Minute {
	s := t.Unix()
	if s < 0 {
		return Minute((s - 59) / 60)
	}
	return Minute(s / 60)
}

// Time is the minute's beginning.
func (m Minute) Time() time.Time { return time.Unix(int64(m)*60, 0).UTC() }

// day is the first minute of the day.
func (m Minute) day() Minute { return m - ((m%day)+day)%day }
