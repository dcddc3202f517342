package cloudsim

import (
	"path"
	"time"
)

// Mishap is what goes wrong.
type Mishap string

// The kinds of faults.
const (
	// Throttle answers that calls come too fast.
	Throttle Mishap = "throttle"
	// Deny answers that the role may not make the call.
	Deny Mishap = "deny"
	// Break answers with status 500 and no body that the protocol knows.
	Break Mishap = "break"
	// Cut sends half of the answer and closes the connection.
	Cut Mishap = "cut"
	// HalfPages gives a listing's first page a token, and an error to whoever comes with it.
	HalfPages Mishap = "half-pages"
	// Endless gives every page of a listing the same token.
	Endless Mishap = "endless"
	// Slow waits before it answers.
	Slow Mishap = "slow"
	// Disable answers as a region does that the account has not enabled.
	Disable Mishap = "disable"
)

// Fault is a rule: which calls go wrong and how. The zero value of a field that chooses calls chooses all.
type Fault struct {
	Kind Mishap
	// API and Region are globs: "ec2:Describe*", "eu-*".
	API, Region string
	// Skip leaves the first calls alone, Times bounds how many go wrong (0: all that follow), Every takes each nth.
	Skip, Times, Every int
	// Delay is how long Slow waits.
	Delay time.Duration
}

// state is a fault with the calls it has met.
type state struct {
	Fault
	met, done int
}

// hits decides about a call, and counts it.
func (s *state) hits(c Call) bool {
	if !glob(s.API, c.API()) || !glob(s.Region, c.Region) {
		return false
	}
	s.met++
	if s.met <= s.Skip || s.Times > 0 && s.done >= s.Times || s.Every > 1 && (s.met-s.Skip)%s.Every != 0 {
		return false
	}
	s.done++
	return true
}

func glob(pattern, s string) bool {
	if pattern == "" {
		return true
	}
	ok, err := path.Match(pattern, s)
	return ok && err == nil
}
