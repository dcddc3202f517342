package assess

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// DayTally is a day of an assessment, or of all assessments of an account, as its insights showed it last.
type DayTally struct {
	Day string `json:"day"`
	Tally
	// Active is the number of assessments counted.
	Active int `json:"active"`
	// Updated is when the numbers were last seen to change, or to be final.
	Updated time.Time `json:"updated"`
}

// final reports whether the day was over when it was noted: it is not noted again.
func (t *DayTally) final() bool { return t.Updated.Format(time.DateOnly) > t.Day }

// days are kept under the assessment's id and the day, those of the whole account under wholeAccount and the day.
var dayTallies = docs.Collection[DayTally]{Kind: "audit-day", Noun: "day of insights"}

const wholeAccount = "account"

// longestHistory bounds one reading: ten years.
const longestHistory = 3660

// History is the course of an assessment, or of all of an account's when none is named, over the days from and to
// (both included), oldest first. Days are as the daily round noted them; a day it has not noted, because it lies
// before the assessment or nothing ran, is counted from its evidence, and left out when there is none. A day that was
// noted keeps its numbers, whatever is backfilled later. It checks no caller: it serves reports and charts of those who
// were let in.
func (s *Service) History(ctx context.Context, owner, assessment, from, to string) ([]DayTally, error) {
	first, err1 := time.Parse(time.DateOnly, from)
	last, err2 := time.Parse(time.DateOnly, to)
	if err1 != nil || err2 != nil || last.Before(first) || last.Sub(first) > longestHistory*24*time.Hour {
		return nil, fault.Invalidf("from", "%q to %q is no period of at most %d days; write days as 2006-01-02.", from, to, longestHistory)
	}
	return read(ctx, s, func(tx Tx) ([]DayTally, error) {
		noted, err := notedDays(tx, owner, assessment, from, to)
		if err != nil {
			return nil, err
		}
		all, err := accountAssessments(tx, owner, assessment)
		if err != nil {
			return nil, err
		}
		today := s.o.IDs.Now().Format(time.DateOnly)
		var out []DayTally
		for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
			day := d.Format(time.DateOnly)
			if day > today {
				break
			}
			if t, ok := noted[day]; ok && day != today {
				out = append(out, t)
				continue
			}
			t, err := tallyOf(tx, all, day, s.o.IDs.Now())
			if err != nil {
				return nil, err
			}
			if t.NonCompliant+t.Compliant+t.Inconclusive+t.Excepted > 0 {
				out = append(out, t)
			}
		}
		return out, nil
	})
}

// ComplianceDays is the History of an assessment that the caller may see; of the account's whole, for those who may see
// all of it, when none is named. Without days it is of the last thirty.
func (s *Service) ComplianceDays(ctx context.Context, c Caller, id, from, to string) ([]DayTally, error) {
	if _, err := read(ctx, s, func(tx Tx) (struct{}, error) {
		if id != "" {
			_, err := assessment(tx, c, id)
			return struct{}{}, err
		}
		if !c.Owner && !c.Reader {
			return struct{}{}, fault.New(fault.Denied, "%s may not see the whole account. Name an assessment.", c.Principal)
		}
		return struct{}{}, registered(tx, c)
	}); err != nil {
		return nil, err
	}
	now := s.o.IDs.Now()
	if to == "" {
		to = now.Format(time.DateOnly)
	}
	if end, err := time.Parse(time.DateOnly, to); from == "" && err == nil {
		from = end.AddDate(0, 0, -29).Format(time.DateOnly)
	}
	return s.History(ctx, c.Account, id, from, to)
}

// accountAssessments are the assessments of an account, or the one that is named.
func accountAssessments(tx Tx, owner, id string) ([]Assessment, error) {
	if id != "" {
		d, err := assessments.Get(tx, owner, "", id)
		return []Assessment{d.Value}, err
	}
	list, err := assessments.All(tx, arn.Scope{Accounts: []string{owner}})
	var out []Assessment
	for _, d := range list {
		out = append(out, d.Value)
	}
	return out, err
}

// tallyOf counts the evidence of a day.
func tallyOf(tx Tx, all []Assessment, day string, now time.Time) (DayTally, error) {
	in := Insights{}
	for i := range all {
		a := &all[i]
		if a.From > day || a.Status != Active && a.endedOn() < day {
			continue
		}
		if err := in.count(tx, a, day); err != nil {
			return DayTally{}, err
		}
	}
	return DayTally{Day: day, Tally: in.Tally, Active: in.Active, Updated: now}, nil
}

func dayID(assessment, day string) string {
	if assessment == "" {
		assessment = wholeAccount
	}
	return assessment + "/" + day
}

func notedDays(tx Tx, owner, assessment, from, to string) (map[string]DayTally, error) {
	out := map[string]DayTally{}
	scope := arn.Scope{Accounts: []string{owner}}
	after := docs.Key{Account: owner, Kind: dayTallies.Kind, ID: dayID(assessment, from)[:len(dayID(assessment, from))-1]}
	end := dayID(assessment, to)
	for {
		page, err := dayTallies.List(tx, scope, after, 500)
		if err != nil || len(page) == 0 {
			return out, err
		}
		for _, d := range page {
			if d.ID > end {
				return out, nil
			}
			out[d.Value.Day] = d.Value
		}
		after = page[len(page)-1].Key
	}
}

// NoteDays notes today's numbers of every account and assessment, and once those of yesterday: what was collected
// after the last round of yesterday belongs to it. It answers how many notes changed. The notes of a deleted assessment
// go with it; what the account as a whole showed on past days stays.
func (s *Service) NoteDays(ctx context.Context) (int, error) {
	owners, err := read(ctx, s, func(tx Tx) ([]string, error) {
		all, err := tx.ListDocs(arn.Everything(), assessments.Kind, docs.Key{}, 0)
		var out []string
		for _, r := range all {
			out = append(out, r.Account)
		}
		slices.Sort(out)
		return slices.Compact(out), err
	})
	n := 0
	now := s.o.IDs.Now()
	for _, owner := range owners {
		for _, day := range []string{now.AddDate(0, 0, -1).Format(time.DateOnly), now.Format(time.DateOnly)} {
			changed, err := s.noteDay(ctx, owner, day, now)
			if n += changed; err != nil {
				return n, err
			}
		}
	}
	return n, err
}

// noteDay counts outside the transaction that writes: counting may take a while, and a note that is a moment old is
// put right by the next round.
func (s *Service) noteDay(ctx context.Context, owner, day string, now time.Time) (int, error) {
	notes, err := read(ctx, s, func(tx Tx) (map[string]DayTally, error) {
		if d, err := dayTallies.Get(tx, owner, "", dayID("", day)); err == nil && d.Value.final() {
			return nil, nil
		}
		all, err := accountAssessments(tx, owner, "")
		if err != nil {
			return nil, err
		}
		out := map[string]DayTally{}
		whole := DayTally{Day: day, Updated: now}
		for _, a := range all {
			if !a.activeOn(day) {
				continue
			}
			t, err := tallyOf(tx, []Assessment{a}, day, now)
			if err != nil {
				return nil, err
			}
			out[dayID(a.ID, day)] = t
			whole.add(t.Tally)
			whole.Active += t.Active
		}
		out[dayID("", day)] = whole
		return out, nil
	})
	if err != nil {
		return 0, err
	}
	return write(ctx, s, func(tx Tx) (int, error) {
		n := 0
		for id, t := range notes {
			changed, err := putDay(tx, owner, id, t)
			if err != nil {
				return n, err
			}
			if changed {
				n++
			}
		}
		return n, nil
	})
}

func putDay(tx Tx, owner, id string, t DayTally) (bool, error) {
	d, err := dayTallies.Get(tx, owner, "", id)
	switch {
	case fault.KindOf(err) == fault.NotFound && t.Active == 0:
		return false, nil
	case fault.KindOf(err) == fault.NotFound:
		return true, dayTallies.Insert(tx, owner, "", id, "", t)
	case err != nil || d.Value.Tally == t.Tally && d.Value.Active == t.Active && d.Value.final() == t.final():
		return false, err
	}
	d.Value = t
	return true, dayTallies.Update(tx, d)
}

// forgetDays removes the notes of a deleted assessment, and today's of its account: a deleted assessment does not count
// on the day of its end, and the next round counts what is left.
func forgetDays(tx Tx, owner, assessment string) error {
	noted, err := notedDays(tx, owner, assessment, "0000-00-00", "9999-99-99")
	if err != nil {
		return err
	}
	ids := []string{dayID("", tx.Now().Format(time.DateOnly))}
	for day := range noted {
		ids = append(ids, dayID(assessment, day))
	}
	for _, id := range ids {
		if err := dayTallies.Delete(tx, owner, "", id); err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
	}
	return nil
}
