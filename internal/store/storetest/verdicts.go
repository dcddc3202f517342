package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/store"
)

var verdictTests = map[string]func(*testing.T, *Env){
	"Verdicts/Records":     verdictRecords,
	"Verdicts/Pages":       verdictPages,
	"Verdicts/Scope":       verdictScope,
	"Verdicts/Failures":    verdictFailures,
	"Verdicts/Dependents":  verdictDependents,
	"Verdicts/RuleStates":  ruleStates,
	"Verdicts/Work":        evaluationWork,
	"Verdicts/Evaluations": evaluationFeed,
	"Verdicts/Subject":     evaluationsOfOne,
	"Verdicts/PackScores":  packScores,
}

const (
	vA, vB = "111111111111", "222222222222"
	vR     = "eu-west-1"
)

func vKey(account, region, typ, id string) inventory.Key {
	return inventory.Key{Account: account, Region: region, Type: typ, ID: id}
}

func vEntry(n int64, v rule.Verdict) compliance.Entry {
	at := time.Date(2026, 1, 1, 0, 0, 0, 1000, time.UTC)
	return compliance.Entry{
		N: n, Verdict: v, Annotation: "why: ä", Since: at, At: at.Add(time.Hour), Ordering: at.Add(-time.Hour), Key: [8]byte{1, 2, 3},
		Deps: []compliance.Dep{{Type: "T", Ref: "r", Region: "*"}},
	}
}

func verdictRecords(t *testing.T, e *Env) {
	k := vKey(vA, vR, "T", "i")
	want := compliance.Record{Key: k, Entries: []compliance.Entry{vEntry(1, rule.Compliant), vEntry(1<<40, rule.NonCompliant)}}
	write(t, e, func(tx *store.Tx) error { return tx.PutVerdicts(vA, []compliance.Record{want}) })
	e.Reopen(t)
	write(t, e, func(tx *store.Tx) error {
		got, err := tx.Verdicts(vA, []inventory.Key{k, vKey(vA, vR, "T", "j"), vKey(vA, vR, "U", "i")})
		if err != nil || len(got) != 1 || fmt.Sprint(got[k]) != fmt.Sprint(want) {
			t.Errorf("read %v, %v", got, err)
		}
		want.Entries = want.Entries[:1]
		if err := tx.PutVerdicts(vA, []compliance.Record{want}); err != nil {
			return err
		}
		counts, err := tx.Rollups(arn.In(vA, vR))
		if err != nil || len(counts) != 1 || counts[0].Rollup != rule.Compliant || counts[0].Subjects != 1 {
			t.Errorf("roll-ups %v, %v", counts, err)
		}
		want.Entries = nil
		if err := tx.PutVerdicts(vA, []compliance.Record{want}); err != nil {
			return err
		}
		got, err = tx.Verdicts(vA, []inventory.Key{k})
		if err != nil || len(got) != 0 {
			t.Errorf("a record without entries is still there: %v, %v", got, err)
		}
		return nil
	})
}

// verdictPages: many records are written and read in order, whatever the number of rows in a statement.
func verdictPages(t *testing.T, e *Env) {
	var records []compliance.Record
	var keys []inventory.Key
	for i := range 103 {
		k := vKey(vA, []string{"global", vR}[i%2], []string{"T", "U", "V"}[i%3], fmt.Sprintf("i%03d", i))
		records = append(records, compliance.Record{Key: k, Entries: []compliance.Entry{vEntry(int64(i), rule.Compliant)}})
		keys = append(keys, k)
	}
	write(t, e, func(tx *store.Tx) error { return tx.PutVerdicts(vA, records) })
	slices.SortFunc(keys, inventory.Key.Compare)
	read(t, e, func(tx *store.Tx) error {
		all, err := tx.Verdicts(vA, keys)
		if err != nil || len(all) != len(keys) {
			t.Errorf("%d records by key, %v", len(all), err)
		}
		var got []inventory.Key
		after := inventory.Key{}
		for {
			page, err := tx.VerdictPage(arn.In(vA, vR), []string{"T", "V"}, after, 10)
			if err != nil {
				return err
			}
			for _, r := range page {
				got, after = append(got, r.Key), r.Key
			}
			if len(page) < 10 {
				break
			}
		}
		want := slices.DeleteFunc(slices.Clone(keys), func(k inventory.Key) bool { return k.Type == "U" })
		if !slices.Equal(got, want) {
			t.Errorf("pages\n%v, want\n%v", got, want)
		}
		return nil
	})
}

// verdictScope: account B sees and touches nothing of A.
func verdictScope(t *testing.T, e *Env) {
	k, other := vKey(vA, vR, "T", "i"), vKey(vB, vR, "T", "i")
	dep := compliance.Dependent{Dep: compliance.Dep{Type: "T", Ref: "r", Region: vR}, N: 1, Subject: k}
	write(t, e, func(tx *store.Tx) error {
		if err := tx.PutVerdicts(vA, []compliance.Record{{Key: k, Entries: []compliance.Entry{vEntry(1, rule.NonCompliant)}}}); err != nil {
			return err
		}
		if err := tx.PutRuleState(compliance.RuleState{Account: vA, Region: vR, RuleID: "x", N: 1}); err != nil {
			return err
		}
		if err := tx.AddFailures(vA, 1, []inventory.Key{k}); err != nil {
			return err
		}
		if err := tx.AppendEvaluations(vA, vR, []compliance.Evaluation{{RuleName: "r"}}); err != nil {
			return err
		}
		return tx.ChangeDependents(vA, nil, []compliance.Dependent{dep})
	})
	write(t, e, func(tx *store.Tx) error {
		if err := tx.ForgetRule(vB, 1); err != nil {
			return err
		}
		if err := tx.DeleteRuleState(vB, vR, 1); err != nil {
			return err
		}
		if err := tx.CountVerdicts(vB, vR, 1, compliance.Counts{Compliant: 1}, tx.Now()); err != nil {
			return err
		}
		if err := tx.RemoveFailures(vB, 1, []inventory.Key{k}); err != nil {
			return err
		}
		if err := tx.ChangeDependents(vB, []compliance.Dependent{dep}, nil); err != nil {
			return err
		}
		return tx.PutVerdicts(vB, []compliance.Record{{Key: k}})
	})
	read(t, e, func(tx *store.Tx) error {
		for _, c := range []struct {
			account string
			want    int
		}{{vA, 1}, {vB, 0}} {
			s := arn.In(c.account, vR)
			states, _ := tx.RuleStates(s)
			revisions, _ := tx.RuleRevisions(c.account)
			records, _ := tx.Verdicts(c.account, []inventory.Key{k, other})
			page, _ := tx.VerdictPage(s, nil, inventory.Key{}, 10)
			rollups, _ := tx.Rollups(s)
			failures, _ := tx.Failures(c.account, 1, inventory.Key{}, 10)
			dependents, _ := tx.Dependents(c.account, "T", []string{"r"}, vR)
			evaluations, _ := tx.EvaluationsSince(c.account, vR, 0, 0)
			of, _ := tx.EvaluationsOf(c.account, vR, k.Type, k.ID)
			feeds, _ := tx.EvaluationFeeds(s)
			for i, n := range []int{len(states), len(revisions), len(records), len(page), len(rollups), len(failures), len(dependents), len(evaluations), len(of), len(feeds)} {
				if n != c.want {
					t.Errorf("account %s sees %d by method %d, want %d", c.account, n, i, c.want)
				}
			}
			if _, err := tx.RuleState(c.account, vR, 1); (fault.KindOf(err) == fault.NotFound) != (c.want == 0) {
				t.Errorf("account %s: the state of a rule gives %v", c.account, err)
			}
		}
		if page, _ := tx.VerdictPage(arn.Scope{}, nil, inventory.Key{}, 10); len(page) != 0 {
			t.Error("the empty scope sees records")
		}
		return nil
	})
}

func verdictFailures(t *testing.T, e *Env) {
	var keys []inventory.Key
	for i := range 90 {
		keys = append(keys, vKey(vA, vR, "T", fmt.Sprintf("i%02d", i)))
	}
	write(t, e, func(tx *store.Tx) error {
		if err := tx.AddFailures(vA, 7, keys); err != nil {
			return err
		}
		if err := tx.AddFailures(vA, 7, keys[:2]); err != nil { // again
			return err
		}
		if err := tx.AddFailures(vA, 8, keys[:1]); err != nil {
			return err
		}
		return tx.RemoveFailures(vA, 7, keys[1:2])
	})
	write(t, e, func(tx *store.Tx) error {
		page, err := tx.Failures(vA, 7, keys[0], 3)
		if err != nil || !slices.Equal(page, keys[2:5]) {
			t.Errorf("page %v, %v", page, err)
		}
		if err := tx.ForgetRule(vA, 7); err != nil {
			return err
		}
		page, err = tx.Failures(vA, 7, inventory.Key{}, 0)
		if err != nil || len(page) != 0 {
			t.Errorf("after the rule was forgotten: %v, %v", page, err)
		}
		page, err = tx.Failures(vA, 8, inventory.Key{}, 0)
		if err != nil || len(page) != 1 {
			t.Errorf("of another rule: %v, %v", page, err)
		}
		return nil
	})
}

func verdictDependents(t *testing.T, e *Env) {
	dep := func(ref, region, id string) compliance.Dependent {
		return compliance.Dependent{Dep: compliance.Dep{Type: "T", Ref: ref, Region: region}, N: 1, Subject: vKey(vA, vR, "S", id)}
	}
	write(t, e, func(tx *store.Tx) error {
		return tx.ChangeDependents(vA, nil, []compliance.Dependent{dep("x", vR, "by id"), dep("", vR, "by type"), dep("x", "us-east-1", "elsewhere"), dep("", "*", "anywhere"), dep("y", vR, "other")})
	})
	read(t, e, func(tx *store.Tx) error {
		for _, c := range []struct {
			region string
			refs   []string
			want   string
		}{
			{vR, []string{"", "x"}, "anywhere by id by type "},
			{vR, []string{"", "z"}, "anywhere by type "},
			{"us-east-1", []string{"", "x", "arn", "y"}, "anywhere elsewhere "},
			{"global", []string{"", "x"}, "anywhere by id by type elsewhere "},
			{vR, append(slices.Repeat([]string{"none"}, 300), "y", "x"), "by id other "},
		} {
			found, err := tx.Dependents(vA, "T", c.refs, c.region)
			got := ""
			for _, d := range found {
				got += d.Subject.ID + " "
			}
			if err != nil || got != c.want {
				t.Errorf("%v: %q, %v; want %q", c, got, err, c.want)
			}
		}
		return nil
	})
	write(t, e, func(tx *store.Tx) error {
		return tx.ChangeDependents(vA, []compliance.Dependent{dep("x", vR, "by id")}, nil)
	})
	read(t, e, func(tx *store.Tx) error {
		found, err := tx.Dependents(vA, "T", []string{"x"}, vR)
		if err != nil || len(found) != 0 {
			t.Errorf("removed, but found %v, %v", found, err)
		}
		return nil
	})
}

func ruleStates(t *testing.T, e *Env) {
	s := compliance.RuleState{
		Account: vA, Region: vR, RuleID: "config-rule-abcdef", Revision: "1", Counts: compliance.Counts{Compliant: 5},
		RuleProgress: compliance.RuleProgress{Types: []string{"T"}, Error: "e"},
	}
	write(t, e, func(tx *store.Tx) error {
		a, err := tx.NewRuleNumber()
		if err != nil {
			return err
		}
		b, err := tx.NewRuleNumber()
		if err != nil || b <= a {
			t.Errorf("numbers %d, %d, %v", a, b, err)
		}
		s.N = b
		if err := tx.PutRuleState(s); err != nil {
			return err
		}
		if err := tx.CountVerdicts(vA, vR, s.N, compliance.Counts{Compliant: -1, NonCompliant: 2}, tx.Now()); err != nil {
			return err
		}
		s.Revision, s.Counts = "2", compliance.Counts{Compliant: 100} // counts of an update do not count
		return tx.PutRuleState(s)
	})
	write(t, e, func(tx *store.Tx) error {
		got, err := tx.RuleState(vA, vR, s.N)
		if err != nil || got.Revision != "2" || got.Counts != (compliance.Counts{Compliant: 4, NonCompliant: 2}) || !got.Evaluated.Equal(tx.Now()) || got.Error != "e" || len(got.Types) != 1 {
			t.Errorf("state %+v, %v", got, err)
		}
		s.Deleted = true
		if err := tx.PutRuleState(s); err != nil {
			return err
		}
		if err := tx.CountVerdicts(vA, vR, s.N, compliance.Counts{Compliant: 1}, tx.Now()); err != nil {
			return err
		}
		if r, err := tx.RuleRevisions(vA); err != nil || len(r) != 0 {
			t.Errorf("revisions of deleted rules %v, %v", r, err)
		}
		if got, _ := tx.RuleState(vA, vR, s.N); got.Counts.Compliant != 4 {
			t.Errorf("a deleted rule counts on: %+v", got.Counts)
		}
		return tx.DeleteRuleState(vA, vR, s.N)
	})
	read(t, e, func(tx *store.Tx) error {
		_, err := tx.RuleState(vA, vR, s.N)
		wantKind(t, err, fault.NotFound)
		return nil
	})
}

func evaluationWork(t *testing.T, e *Env) {
	now := e.Clock.Now()
	write(t, e, func(tx *store.Tx) error {
		for i, s := range []compliance.RuleState{
			{Account: "1", Requested: now},
			{Account: "2", RuleProgress: compliance.RuleProgress{Running: true}},
			{Account: "3", Deleted: true},
			{Account: "4", Due: now},
			{Account: "5", Due: now.Add(time.Hour)},
			{Account: "6", Due: now.Add(2 * time.Hour)},
			{Account: "7"},
		} {
			s.Region, s.N = vR, int64(i+1)
			if err := tx.PutRuleState(s); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, e, func(tx *store.Tx) error {
		got, next, err := tx.EvaluationWork(now)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, []string{"1", "2", "3", "4"}) || !next.Equal(now.Add(time.Hour)) {
			t.Errorf("work %v, next %v, %v", got, next, err)
		}
		all, err := tx.RuleAccounts()
		if err != nil || len(all) != 7 {
			t.Errorf("accounts %v, %v", all, err)
		}
		return nil
	})
}

// evaluationFeed: numbers have no gaps, an undone transaction leaves none, and a reader with a cursor sees each once.
func evaluationFeed(t *testing.T, e *Env) {
	add := func(tx *store.Tx, n int) error {
		es := make([]compliance.Evaluation, n)
		for i := range es {
			es[i] = compliance.Evaluation{RuleName: "r", Verdict: "COMPLIANT", Subject: vKey(vA, vR, "T", fmt.Sprint(i))}
		}
		return tx.AppendEvaluations(vA, vR, es)
	}
	write(t, e, func(tx *store.Tx) error { return add(tx, 3) })
	undo := fmt.Errorf("undo")
	if err := e.Write(context.Background(), func(tx *store.Tx) error {
		if err := add(tx, 5); err != nil {
			return err
		}
		return undo
	}); err == nil {
		t.Error("the transaction was not undone")
	}
	write(t, e, func(tx *store.Tx) error { return add(tx, 1201) })
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		var after, want int64
		for {
			page, err := tx.EvaluationsSince(vA, vR, after, 100)
			if err != nil {
				return err
			}
			for _, ev := range page {
				if want++; ev.Seq != want || ev.Account != vA || ev.Region != vR || ev.Subject.Account != vA {
					t.Fatalf("evaluation %+v, want number %d", ev, want)
				}
				after = ev.Seq
			}
			if len(page) == 0 {
				break
			}
		}
		if want != 1204 {
			t.Errorf("%d evaluations, want 1204", want)
		}
		feeds, err := tx.EvaluationFeeds(arn.Everything())
		if err != nil || len(feeds) != 1 || feeds[0].Last != 1204 {
			t.Errorf("feeds %v, %v", feeds, err)
		}
		return nil
	})
}

// evaluationsOfOne: the verdict changes of one subject among many, with the ends of rules, in their order.
func evaluationsOfOne(t *testing.T, e *Env) {
	const subjects, rounds = 700, 3
	end := compliance.Evaluation{RuleName: "r", RuleID: "r", Annotation: "The rule was deleted."}
	write(t, e, func(tx *store.Tx) error {
		for round := range rounds {
			es := make([]compliance.Evaluation, subjects)
			for i := range es {
				es[i] = compliance.Evaluation{RuleName: "r", RuleID: "r", Verdict: fmt.Sprint(round), Subject: vKey(vA, vR, "T", fmt.Sprint("id ", i))}
			}
			es[subjects/2].Subject.Region = arn.Global
			if err := tx.AppendEvaluations(vA, vR, es); err != nil {
				return err
			}
		}
		if err := tx.AppendEvaluations(vA, "us-east-1", []compliance.Evaluation{{Subject: vKey(vA, arn.Global, "T", "id 1")}}); err != nil {
			return err
		}
		return tx.AppendEvaluations(vA, vR, []compliance.Evaluation{end})
	})
	e.Reopen(t)
	read(t, e, func(tx *store.Tx) error {
		for i := 0; i < subjects; i += subjects / 14 {
			got, err := tx.EvaluationsOf(vA, vR, "T", fmt.Sprint("id ", i))
			if err != nil || len(got) != rounds+1 {
				t.Fatalf("subject %d has %d changes, %v", i, len(got), err)
			}
			for round := range rounds {
				if got[round].Verdict != fmt.Sprint(round) || got[round].Subject.ID != fmt.Sprint("id ", i) {
					t.Errorf("subject %d, round %d: %+v", i, round, got[round])
				}
			}
			if got[rounds].Annotation != end.Annotation || got[rounds].Subject.Type != "" {
				t.Errorf("subject %d: %+v at the end", i, got[rounds])
			}
		}
		got, err := tx.EvaluationsOf(vA, vR, "T", "id")
		if err != nil || len(got) != 1 {
			t.Errorf("a subject that is not there has %v, %v", got, err)
		}
		return nil
	})
}

func packScores(t *testing.T, e *Env) {
	at := func(n int) time.Time { return Start.Add(time.Duration(n) * time.Minute) }
	write(t, e, func(tx *store.Tx) error {
		for n := range 5 {
			s := compliance.PackScore{Account: vA, Region: vR, Pack: "p", At: at(n), Rules: compliance.Summary{Compliant: 1, NonCompliant: 2, Insufficient: 3}}
			s.Counts = compliance.Counts{Compliant: int64(n), NonCompliant: 5, NotApplicable: 6, Insufficient: 7}
			if err := tx.AddPackScore(s); err != nil {
				return err
			}
			if s.Pack = "other"; n == 0 {
				if err := tx.AddPackScore(s); err != nil {
					return err
				}
			}
		}
		return nil
	})
	read(t, e, func(tx *store.Tx) error {
		all, err := tx.PackScores(vA, vR, "p", time.Time{}, 10)
		if err != nil || len(all) != 5 {
			t.Fatalf("%d scores, %v", len(all), err)
		}
		want := compliance.PackScore{Account: vA, Region: vR, Pack: "p", At: at(4), Rules: compliance.Summary{Compliant: 1, NonCompliant: 2, Insufficient: 3}, Counts: compliance.Counts{Compliant: 4, NonCompliant: 5, NotApplicable: 6, Insufficient: 7}}
		if all[0] != want {
			t.Errorf("the newest is %+v, want %+v", all[0], want)
		}
		if before, err := tx.PackScores(vA, vR, "p", at(3), 2); err != nil || len(before) != 2 || !before[0].At.Equal(at(2)) {
			t.Errorf("before a moment: %v, %v", before, err)
		}
		for _, c := range [][3]string{{vB, vR, "p"}, {vA, "us-east-1", "p"}, {vA, vR, "q"}} {
			if none, err := tx.PackScores(c[0], c[1], c[2], time.Time{}, 10); err != nil || len(none) != 0 {
				t.Errorf("%v sees %v, %v", c, none, err)
			}
		}
		return nil
	})
	write(t, e, func(tx *store.Tx) error { return tx.ForgetPackScores(vA, vR, "p") })
	read(t, e, func(tx *store.Tx) error {
		gone, _ := tx.PackScores(vA, vR, "p", time.Time{}, 10)
		kept, _ := tx.PackScores(vA, vR, "other", time.Time{}, 10)
		if len(gone) != 0 || len(kept) != 1 {
			t.Errorf("after forgetting one: %d, and %d of the other", len(gone), len(kept))
		}
		return nil
	})
}
