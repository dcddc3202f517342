package eventbus

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/trail"
)

// Take takes a stretch of events to the rules.
func (p *Program) Take(ctx context.Context, s *trail.Stretch) error { return p.take(ctx, s) }

// Due tells when a schedule is due after a time.
func Due(text string, after time.Time) (time.Time, error) {
	s, err := parseSchedule(text)
	if err != nil {
		return time.Time{}, err
	}
	return s(after), nil
}

// CheckTarget refuses a target.
func CheckTarget(t Target, at Place) error { return t.check(at) }

// InputOf is what a target gets for an event of a rule.
func InputOf(t Target, r Rule, event string, taken time.Time) (string, error) {
	return t.input(&r, event, taken)
}
