package compliance

import (
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// Entry is the verdict of one rule instance for one subject.
type Entry struct {
	// N is the number of the rule instance.
	N          int64
	Verdict    rule.Verdict
	Annotation string // the reason, at most 256 characters
	// Since is when the verdict became what it is; At is when it was last judged and written: an equal evaluation
	// later writes nothing here, but the rule's Evaluated.
	Since, At time.Time
	// Ordering is the time of the event that led to the evaluation: the subject's capture, or the scheduled run.
	Ordering time.Time
	// Key names what was judged by what: revision of the rule and its parameters, and all that was read.
	Key [8]byte
	// Deps are what a change of must lead to a new evaluation, beside the subject itself.
	Deps []Dep
}

// Dep is something a verdict rests on: an item of a type, by id or by a reference that was followed; all items of
// the type when Ref is empty. Region is "*" for the whole account.
type Dep struct{ Type, Ref, Region string }

// Record is all verdicts of one subject.
type Record struct {
	inventory.Key
	Entries []Entry
}

// entry finds the verdict of a rule instance.
func (r *Record) entry(n int64) *Entry {
	for i := range r.Entries {
		if r.Entries[i].N == n {
			return &r.Entries[i]
		}
	}
	return nil
}

// Rollup is AWS's summary of several verdicts: NON_COMPLIANT when one is, else COMPLIANT when one is, else
// INSUFFICIENT_DATA. The store keeps it beside each record.
func (r *Record) Rollup() rule.Verdict {
	var c Counts
	for _, e := range r.Entries {
		c.Add(e.Verdict, 1)
	}
	return c.Rollup()
}

// Counts are subjects by verdict.
type Counts struct{ Compliant, NonCompliant, NotApplicable, Insufficient int64 }

// Add counts n more subjects of a verdict; n may be negative.
func (c *Counts) Add(v rule.Verdict, n int64) {
	switch v {
	case rule.Compliant:
		c.Compliant += n
	case rule.NonCompliant:
		c.NonCompliant += n
	case rule.NotApplicable:
		c.NotApplicable += n
	case rule.InsufficientData:
		c.Insufficient += n
	}
}

// Plus is the sum.
func (c Counts) Plus(o Counts) Counts {
	return Counts{c.Compliant + o.Compliant, c.NonCompliant + o.NonCompliant, c.NotApplicable + o.NotApplicable, c.Insufficient + o.Insufficient}
}

// Total is the number of subjects.
func (c Counts) Total() int64 { return c.Compliant + c.NonCompliant + c.NotApplicable + c.Insufficient }

// Rollup is AWS's summary of the verdicts.
func (c Counts) Rollup() rule.Verdict {
	switch {
	case c.NonCompliant > 0:
		return rule.NonCompliant
	case c.Compliant > 0:
		return rule.Compliant
	}
	return rule.InsufficientData
}

// RuleState is what the engine knows of a rule instance.
type RuleState struct {
	Account, Region, RuleID string
	// N is the instance's number, never used again.
	N int64
	// Revision names the rule's logic, parameters and scope.
	Revision string
	Counts   Counts
	// Requested is when a full evaluation was asked for that has not begun; zero when none was.
	Requested time.Time
	// Due is the next scheduled run; zero when the rule has no schedule.
	Due time.Time
	// Evaluated is when subjects of the rule were last evaluated, with or without a new verdict.
	Evaluated time.Time
	// Deleted instances are remembered until their verdicts have been removed.
	Deleted bool
	RuleProgress
}

// RuleProgress is the part of a RuleState that changes with full evaluations only.
type RuleProgress struct {
	// Types are those whose items may have a verdict of the instance.
	Types []string
	// Sweep says that subjects may have left the scope: the next full evaluation looks at all Types.
	Sweep bool
	// Running: a full evaluation is under way. Started is when one was last asked for by hand.
	Running bool
	Started time.Time
	// Begun: a full evaluation has begun once. Since then changes are followed.
	Begun bool
	// Full is the beginning of the last full evaluation that was completed: every subject was judged since.
	Full time.Time
	// Activated is when the rule was deployed; Failed when an evaluation failed last, with the reason.
	Activated, Failed time.Time
	Error             string
	// ErrorCode is what a function said of its failure.
	ErrorCode string `json:",omitempty"`
}

// Dependent is a verdict that rests on something: what, and whose verdict it is.
type Dependent struct {
	Dep
	N       int64
	Subject inventory.Key
}

// Busy reports whether the engine has something to do for the rule whatever the time.
func (s *RuleState) Busy() bool { return s.Deleted || s.Running || !s.Requested.IsZero() }

// RollupCount is how many subjects of a type have a summary.
type RollupCount struct {
	Account, Region, Type string
	Rollup                rule.Verdict
	Subjects              int64
}

// Feed is the sequence of verdict changes of one account and region.
type Feed struct {
	Account, Region string
	Last            int64
}

// VerdictTx is what a store offers for verdicts inside a transaction. Methods take a scope, or an account whose
// rows alone they touch.
type VerdictTx interface {
	// NewRuleNumber is a number no rule instance has had.
	NewRuleNumber() (int64, error)
	// RuleStates are the states in the scope, deleted ones included, ordered by account, region and number.
	RuleStates(s arn.Scope) ([]RuleState, error)
	// RuleState is one state; NotFound when there is none.
	RuleState(account, region string, n int64) (RuleState, error)
	// RuleGeneration grows whenever a state of the account is put or removed.
	RuleGeneration(account string) (int64, error)
	// RuleRevisions are the revisions of an account's live instances by number.
	RuleRevisions(account string) (map[int64]string, error)
	// PutRuleState inserts or replaces a state; counts and Evaluated are only taken by an insert.
	PutRuleState(s RuleState) error
	// CountVerdicts changes a live instance's counts and sets Evaluated.
	CountVerdicts(account, region string, n int64, by Counts, evaluated time.Time) error
	// ForgetRule removes what is kept per instance beside the records: its failures and dependents.
	ForgetRule(account string, n int64) error
	// RuleAccounts are the accounts with rule states. EvaluationWork are those where a full evaluation is asked for,
	// due or under way, or a deleted instance is to be purged; next is when the next rule is due after now, zero when
	// none is.
	RuleAccounts() ([]string, error)
	EvaluationWork(now time.Time) (accounts []string, next time.Time, err error)
	// DeleteRuleState removes a state.
	DeleteRuleState(account, region string, n int64) error

	// Verdicts are the records of subjects of one account; those without one are left out.
	Verdicts(account string, subjects []inventory.Key) (map[inventory.Key]Record, error)
	// VerdictPage are the records in the scope, of some types when any are given, after a key, ordered by key.
	VerdictPage(s arn.Scope, types []string, after inventory.Key, limit int) ([]Record, error)
	// PutVerdicts writes records of one account; one without entries is removed.
	PutVerdicts(account string, records []Record) error
	// Rollups counts the records in the scope by type and roll-up.
	Rollups(s arn.Scope) ([]RollupCount, error)

	// AddFailures and RemoveFailures keep the list of an instance's NON_COMPLIANT subjects.
	AddFailures(account string, n int64, subjects []inventory.Key) error
	RemoveFailures(account string, n int64, subjects []inventory.Key) error
	// Failures are the NON_COMPLIANT subjects of an instance after a key, ordered by key.
	Failures(account string, n int64, after inventory.Key, limit int) ([]inventory.Key, error)

	// ChangeDependents removes and adds rows of the reverse index of one account.
	ChangeDependents(account string, remove, add []Dependent) error
	// Dependents are the verdicts that rest on an item of the type, known by any of the references (one of which
	// is "" for all items of the type), in the region; an item of the region "global" is in every region.
	Dependents(account, typ string, refs []string, region string) ([]Dependent, error)

	// AppendEvaluations adds verdict changes to the sequence of an account and region, numbering them.
	AppendEvaluations(account, region string, evaluations []Evaluation) error
	// EvaluationsSince are the verdict changes after a number.
	EvaluationsSince(account, region string, after int64, limit int) ([]Evaluation, error)
	// EvaluationsOf are the verdict changes of one subject, regional or global, in the order of their numbers, with
	// those that have no subject: ends of rules.
	EvaluationsOf(account, region, typ, id string) ([]Evaluation, error)
	// AddPackScore keeps how a pack stands; PackScores are how it stood before a moment (zero for all), the newest
	// first; ForgetPackScores removes them.
	AddPackScore(s PackScore) error
	PackScores(account, region, pack string, before time.Time, limit int) ([]PackScore, error)
	ForgetPackScores(account, region, pack string) error
	// EvaluationFeeds are the sequences in the scope with their last numbers.
	EvaluationFeeds(s arn.Scope) ([]Feed, error)
}
