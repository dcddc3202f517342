package fn

import (
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// reading is what has been read of a date: the numbers by their letters, and the zone.
type reading struct {
	numbers map[byte]int
	zone    string
}

// pivot is the middle of the hundred years that two digits of a year stand for.
const pivot = 2020

// maxYear is the last year that is read.
const maxYear = 99_999

// readFields reads a whole text as a format says.
func readFields(function string, fs []field, s string) (*reading, error) {
	r := &reading{numbers: map[byte]int{}, zone: "UTC"}
	rest := s
	for i, f := range fs {
		var ok bool
		if rest, ok = r.field(f, i+1 < len(fs) && fs[i+1].isNumber(), rest); !ok {
			return nil, malformed(function, s, rest)
		}
	}
	if rest != "" {
		return nil, malformed(function, s, rest)
	}
	return r, nil
}

func malformed(function, s, rest string) error {
	if rest == "" {
		return value.Errorf("%s: %s is too short for the format", function, quote(s))
	}
	return value.Errorf("%s: invalid format: %s is malformed at %s", function, quote(s), quote(rest))
}

// isNumber reports whether a field is made of digits.
func (f field) isNumber() bool {
	return f.letter != 0 && strings.IndexByte("GEazZ", f.letter) < 0 && (f.letter != 'M' || f.n < 3)
}

// field reads one field; tight says that digits of another one follow.
func (r *reading) field(f field, tight bool, s string) (rest string, ok bool) {
	switch {
	case f.letter == 0:
		rest, ok = strings.CutPrefix(s, f.text)
		if !ok {
			rest = s
		}
		return rest, ok
	case f.letter == 'G':
		return r.word(f, s, []string{"BC", "AD"})
	case f.letter == 'a':
		return r.word(f, s, []string{"AM", "PM"})
	case f.letter == 'E':
		return r.word(f, s, weekdays)
	case f.letter == 'M' && f.n > 2:
		return r.word(f, s, monthNames)
	case f.letter == 'z' || f.letter == 'Z':
		return r.readZone(s)
	case f.letter == 'f' || f.letter == 'S':
		return r.fraction(f, s)
	}
	return r.number(f, tight, s)
}

var weekdays, monthNames = func() (w, m []string) {
	for d := range 7 {
		w = append(w, time.Weekday((d+1)%7).String())
	}
	for n := range 12 {
		m = append(m, time.Month(n+1).String())
	}
	return w, m
}()

// word reads a name, whole or its first three letters, in any case.
func (r *reading) word(f field, s string, names []string) (rest string, ok bool) {
	for i, n := range names {
		for _, form := range []string{n, n[:min(3, len(n))]} {
			if len(s) >= len(form) && strings.EqualFold(s[:len(form)], form) {
				r.numbers[f.letter] = i
				if f.letter == 'M' {
					r.numbers['M'] = i + 1
				}
				return s[len(form):], true
			}
		}
	}
	return s, false
}

func digitsOf(s string, most int) string {
	n := 0
	for n < len(s) && n < most && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return s[:n]
}

func (r *reading) number(f field, tight bool, s string) (rest string, ok bool) {
	most := 2
	switch f.letter {
	case 'y', 'Y', 'x':
		if most = 4; f.n != 2 && !tight {
			most = 9
		}
		if f.n == 2 && tight {
			most = 2
		}
	case 'D':
		most = 3
	}
	d := digitsOf(s, most)
	n, err := strconv.Atoi(d)
	if err != nil {
		return s, false
	}
	if f.n == 2 && len(d) == 2 && strings.IndexByte("yYx", f.letter) >= 0 {
		if n += pivot / 100 * 100; n >= pivot+50 {
			n -= 100
		}
	}
	letter := f.letter
	if letter == 'Y' {
		letter = 'y'
	}
	r.numbers[letter] = n
	return s[len(d):], true
}

// fraction reads up to nine digits behind a second's point.
func (r *reading) fraction(f field, s string) (rest string, ok bool) {
	most := 9
	if f.letter == 'S' {
		most = max(f.n, 3)
	}
	d := digitsOf(s, most)
	if d == "" {
		return s, false
	}
	n, _ := strconv.Atoi((d + "00")[:3])
	r.numbers['S'] = n
	return s[len(d):], true
}

// readZone reads Z, an offset or a zone's name.
func (r *reading) readZone(s string) (rest string, ok bool) {
	n := strings.IndexFunc(s, func(c rune) bool {
		return c == ' ' || c == ',' || c == ')' || c == ']'
	})
	if n < 0 {
		n = len(s)
	}
	zone := s[:n]
	if zone == "Z" {
		zone = "UTC"
	}
	if len(zone) == 5 && (zone[0] == '+' || zone[0] == '-') {
		zone = zone[:3] + ":" + zone[3:]
	}
	if _, err := value.Location(zone); err != nil || zone == "" {
		return s, false
	}
	r.zone = zone
	return s[n:], true
}

// time is the date that was read: of a year, a month and a day, of a day of the year, or of a week.
func (r *reading) time(function, s string) (time.Time, error) {
	get := func(letter byte, otherwise int) int {
		if n, ok := r.numbers[letter]; ok {
			return n
		}
		return otherwise
	}
	_, hasMonth := r.numbers['M']
	_, hasDay := r.numbers['d']
	year := get('y', 1970)
	if _, ok := r.numbers['y']; !ok && (hasMonth || hasDay) {
		year = 2000
	}
	day := time.Date(year, time.Month(get('M', 1)), get('d', 1), 0, 0, 0, 0, time.UTC)
	ok := int(day.Month()) == get('M', 1) && day.Day() == get('d', 1) && max(year, get('x', 0)) <= maxYear
	if n, has := r.numbers['D']; has {
		day = time.Date(year, 1, n, 0, 0, 0, 0, time.UTC)
		ok = ok && day.Year() == year
	}
	if week, has := r.numbers['w']; has {
		day = isoWeek(get('x', 1970), week, get('e', get('E', 0)+1))
		ok = ok && week >= 1 && week <= 53
	}
	hour, fits := r.hour(get)
	minute, second := get('m', 0), get('s', 0)
	if !ok || !fits || minute > 59 || second > 59 {
		return time.Time{}, value.Errorf("%s: a number is out of range in %s", function, quote(s))
	}
	return day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + time.Duration(get('S', 0))*time.Millisecond), nil
}

// hour is that of a clock of 24 hours, or of twelve and a half of the day.
func (r *reading) hour(get func(byte, int) int) (int, bool) {
	if n, ok := r.numbers['H']; ok {
		return n, n < 24
	}
	if n, ok := r.numbers['k']; ok {
		return n % 24, n >= 1 && n <= 24
	}
	n, ok := r.numbers['h']
	if !ok {
		n = get('K', 0)
		return n + 12*get('a', 0), n < 12
	}
	return n%12 + 12*get('a', 0), n >= 1 && n <= 12
}
