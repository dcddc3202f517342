package trailtest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
)

// Opener makes an empty store; stir does whatever the store may do between two calls without changing an answer.
type Opener func(t *testing.T) (s trail.Store, stir func(t *testing.T))

// Contract runs every promise of trail.Store.
func Contract(t *testing.T, open Opener) {
	for name, test := range map[string]func(*testing.T, trail.Store, func(*testing.T)){
		"Append": appends, "Tenancy": tenancy, "Paging": paging, "PagingWhileGrowing": growing, "Reference": reference, "Feed": feed, "Marks": fileMarks, "Await": await, "Blocks": blocks, "Top": top,
	} {
		t.Run(name, func(t *testing.T) {
			s, stir := open(t)
			test(t, s, stir)
		})
	}
}

var day = time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)

// event makes an event of account a at a second of the day.
func event(t *testing.T, account, id string, second int, fields string) trail.Event {
	t.Helper()
	e, err := trail.Decode(fmt.Appendf(nil, `{"eventTime":%q,"eventSource":"s.amazonaws.com","awsRegion":"eu-west-1","recipientAccountId":%q,"eventID":%q,%s}`,
		day.Add(time.Duration(second)*time.Second).Format(time.RFC3339), account, id, fields))
	if err != nil {
		t.Fatal(err)
	}
	e.Origin = "origin-" + id
	return e
}

const (
	acct  = "111122223333"
	other = "444455556666"
)

func mustAppend(t *testing.T, s trail.Store, events ...trail.Event) trail.Appended {
	t.Helper()
	a, err := s.Append(t.Context(), trail.Batch{Events: events})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func idsOf(events []trail.Event) string {
	var out []string
	for _, e := range events {
		out = append(out, e.ID)
	}
	return strings.Join(out, " ")
}

func appends(t *testing.T, s trail.Store, stir func(*testing.T)) {
	a := event(t, acct, "a", 1, `"eventName":"A"`)
	twin := event(t, acct, "a", 1, `"eventName":"B"`)
	elsewhere := event(t, other, "a", 1, `"eventName":"A"`)
	got := mustAppend(t, s, a, a, twin, elsewhere)
	if got.Stored != 2 || got.Duplicates != 1 || len(got.Conflicts) != 1 || got.Conflicts[0].ID != "a" || got.Conflicts[0].Account != acct {
		t.Errorf("first append: %+v", got)
	}
	for range 2 {
		if got := mustAppend(t, s, a, twin); got.Stored != 0 || got.Duplicates != 1 || len(got.Conflicts) != 1 {
			t.Errorf("again: %+v", got)
		}
		stir(t)
	}
	p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.In(acct, "eu-west-1"), Limit: 9})
	if err != nil || len(p.Events) != 1 || p.Events[0].Name != "A" || string(p.Events[0].Raw) != string(a.Raw) || p.Events[0].Origin != "origin-a" {
		t.Errorf("look-up: %+v, %v", p, err)
	}
	if got := mustAppend(t, s); got.Stored+got.Duplicates != 0 {
		t.Errorf("an empty batch: %+v", got)
	}
}

func tenancy(t *testing.T, s trail.Store, stir func(*testing.T)) {
	mustAppend(t, s, event(t, acct, "mine", 1, `"eventName":"N","userIdentity":{"userName":"u"}`))
	stir(t)
	for name, scope := range map[string]arn.Scope{"another account": arn.In(other, "eu-west-1"), "another region": arn.In(acct, "us-east-1"), "nothing": {}} {
		for _, m := range []trail.Match{{}, {Attribute: trail.EventID, Value: "mine"}, {Attribute: trail.Username, Value: "u"}} {
			p, err := s.Lookup(t.Context(), trail.Query{Scope: scope, Attribute: m.Attribute, Value: m.Value, Limit: 5})
			if err != nil || len(p.Events) != 0 || !p.Next.IsZero() {
				t.Errorf("Lookup from %s: %+v, %v", name, p, err)
			}
		}
		if got, _, err := s.Since(t.Context(), scope, 0, 5); err != nil || len(got) != 0 {
			t.Errorf("Since from %s: %v, %v", name, got, err)
		}
		err := s.Scan(t.Context(), trail.ScanQuery{Scope: scope}, func(e *trail.Event) bool { t.Errorf("Scan from %s: %s", name, e.ID); return true })
		if err != nil {
			t.Error(err)
		}
	}
}

// pages reads all pages of a query.
func pages(t *testing.T, s trail.Store, q trail.Query) []trail.Event {
	t.Helper()
	var out []trail.Event
	for n := 0; ; n++ {
		p, err := s.Lookup(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Events) > q.Limit || n > 100_000 {
			t.Fatalf("page %d has %d events", n, len(p.Events))
		}
		out = append(out, p.Events...)
		if p.Next.IsZero() {
			return out
		}
		q.After = p.Next
	}
}

// paging: many events of one second come in the order of their ids, each once, whatever the page's size.
func paging(t *testing.T, s trail.Store, stir func(*testing.T)) {
	var want []string
	var events []trail.Event
	for i := range 700 {
		id := fmt.Sprintf("id-%04d", i)
		want = append(want, id)
		events = append(events, event(t, acct, id, 5+i/600, `"eventName":"N"`))
	}
	slices.Reverse(want)
	mustAppend(t, s, events[:300]...)
	stir(t)
	mustAppend(t, s, events[650:]...)
	mustAppend(t, s, events[300:650]...)
	for _, limit := range []int{1, 7, 50, 700, 1000} {
		got := pages(t, s, trail.Query{Scope: arn.In(acct, ""), Attribute: trail.EventName, Value: "N", Limit: limit})
		if idsOf(got) != strings.Join(want, " ") {
			t.Errorf("pages of %d: %d events out of order or lost", limit, len(got))
		}
		stir(t)
	}
}

// growing: a page's cursor stays right while events arrive before and behind it.
func growing(t *testing.T, s trail.Store, stir func(*testing.T)) {
	var events []trail.Event
	for i := range 20 {
		events = append(events, event(t, acct, fmt.Sprintf("m%02d", i), 100+i, `"eventName":"N"`))
	}
	mustAppend(t, s, events...)
	q := trail.Query{Scope: arn.In(acct, ""), Limit: 10}
	first, err := s.Lookup(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	mustAppend(t, s, event(t, acct, "newer", 500, `"eventName":"N"`), event(t, acct, "older", 1, `"eventName":"N"`))
	stir(t)
	q.After = first.Next
	second, err := s.Lookup(t.Context(), q)
	if err != nil || idsOf(first.Events) != "m19 m18 m17 m16 m15 m14 m13 m12 m11 m10" || idsOf(second.Events) != "m09 m08 m07 m06 m05 m04 m03 m02 m01 m00" {
		t.Errorf("%s | %s, %v", idsOf(first.Events), idsOf(second.Events), err)
	}
	q.After = second.Next
	if third, err := s.Lookup(t.Context(), q); err != nil || idsOf(third.Events) != "older" || !third.Next.IsZero() {
		t.Errorf("third page %+v, %v", third, err)
	}
}

// reference: any mixture of appends answers every query as the reference store does.
func reference(t *testing.T, s trail.Store, stir func(*testing.T)) {
	rnd := rand.New(rand.NewPCG(1, 2))
	m := NewMemory()
	random := func(i int) trail.Event {
		cat := []string{trail.Management, trail.Management, trail.Data, trail.Insight}[rnd.IntN(4)]
		e := event(t, []string{acct, other}[rnd.IntN(2)], fmt.Sprintf("%x", i*7919%100_003), rnd.IntN(3*86400),
			fmt.Sprintf(`"eventName":"N%d","readOnly":%t,"eventCategory":%q,"errorCode":"","userIdentity":{"userName":"u%d","accessKeyId":"K%d"},"resources":[{"type":"T%d","ARN":"r%d"},{"type":"T%d","ARN":"r%d"}]`,
				rnd.IntN(4), rnd.IntN(2) == 0, cat, rnd.IntN(9), rnd.IntN(30), rnd.IntN(2), rnd.IntN(40), rnd.IntN(2), rnd.IntN(40)))
		e.Region = []string{"eu-west-1", "us-east-1"}[rnd.IntN(2)]
		return e
	}
	n := 0
	for _, size := range []int{1, 700, 40, 1200, 5, 400, 1} {
		var b []trail.Event
		for range size {
			b = append(b, random(n))
			n++
		}
		for range size / 10 { // and some again
			b = append(b, random(rnd.IntN(n)))
		}
		got, want := mustAppend(t, s, b...), mustAppend(t, m, b...)
		if got.Stored != want.Stored || got.Duplicates != want.Duplicates || len(got.Conflicts) != len(want.Conflicts) {
			t.Fatalf("append of %d: %+v, want %+v", size, got, want)
		}
		stir(t)
		for range 25 {
			compareLookup(t, s, m, rnd)
		}
		for range 4 {
			compareScan(t, s, m, rnd)
		}
	}
}

func randomMatch(rnd *rand.Rand) trail.Match {
	switch a := trail.Attribute(rnd.IntN(9)); a {
	case trail.EventID:
		return trail.Match{Attribute: a, Value: fmt.Sprintf("%x", rnd.IntN(2000)*7919%100_003)}
	case trail.EventName:
		return trail.Match{Attribute: a, Value: fmt.Sprintf("N%d", rnd.IntN(5))}
	case trail.ReadOnly:
		return trail.Match{Attribute: a, Value: []string{"true", "false", "maybe"}[rnd.IntN(3)]}
	case trail.Username:
		return trail.Match{Attribute: a, Value: fmt.Sprintf("u%d", rnd.IntN(10))}
	case trail.ResourceType:
		return trail.Match{Attribute: a, Value: fmt.Sprintf("T%d", rnd.IntN(3))}
	case trail.ResourceName:
		return trail.Match{Attribute: a, Value: fmt.Sprintf("r%d", rnd.IntN(41))}
	case trail.EventSource:
		return trail.Match{Attribute: a, Value: "s.amazonaws.com"}
	case trail.AccessKeyID:
		return trail.Match{Attribute: a, Value: fmt.Sprintf("K%d", rnd.IntN(31))}
	}
	return trail.Match{}
}

func randomScope(rnd *rand.Rand) arn.Scope {
	switch rnd.IntN(4) {
	case 0:
		return arn.Everything()
	case 1:
		return arn.Scope{Accounts: []string{acct, other}, Regions: []string{"us-east-1"}}
	}
	return arn.In([]string{acct, other}[rnd.IntN(2)], []string{"eu-west-1", "us-east-1", ""}[rnd.IntN(3)])
}

func randomTimes(rnd *rand.Rand) (start, end time.Time) {
	at := func() time.Time { return day.Add(time.Duration(rnd.IntN(3*86400)) * time.Second) }
	if rnd.IntN(2) == 0 {
		start = at()
	}
	if rnd.IntN(2) == 0 {
		end = at()
	}
	return start, end
}

func compareLookup(t *testing.T, s, m trail.Store, rnd *rand.Rand) {
	t.Helper()
	match := randomMatch(rnd)
	q := trail.Query{Scope: randomScope(rnd), Attribute: match.Attribute, Value: match.Value, Limit: 1 + rnd.IntN(60)}
	q.Category = []string{"", "", trail.Management, trail.Data, "None"}[rnd.IntN(5)]
	q.Start, q.End = randomTimes(rnd)
	for n := 0; n < 3; n++ {
		got, err := s.Lookup(t.Context(), q)
		want, _ := m.Lookup(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if idsOf(got.Events) != idsOf(want.Events) || got.Next.IsZero() != want.Next.IsZero() {
			t.Fatalf("query %+v:\n got %s\nwant %s", q, idsOf(got.Events), idsOf(want.Events))
		}
		for i := range got.Events {
			got.Events[i].Seq, want.Events[i].Seq = 0, 0
			if g, w := fmt.Sprintf("%+v", got.Events[i]), fmt.Sprintf("%+v", want.Events[i]); g != w {
				t.Fatalf("event differs:\n got %s\nwant %s", g, w)
			}
		}
		if q.After = want.Next; q.After.IsZero() {
			return
		}
	}
}

func compareScan(t *testing.T, s, m trail.Store, rnd *rand.Rand) {
	t.Helper()
	q := trail.ScanQuery{Scope: randomScope(rnd), Raw: rnd.IntN(2) == 0}
	for range rnd.IntN(3) {
		q.AnyOf = append(q.AnyOf, randomMatch(rnd))
	}
	q.From, q.To = randomTimes(rnd)
	lines := func(s trail.Store) []string {
		var out []string
		err := s.Scan(t.Context(), q, func(e *trail.Event) bool {
			e.Seq = 0
			out = append(out, fmt.Sprintf("%+v", *e))
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(out)
		return out
	}
	got, want := lines(s), lines(m)
	if !slices.Equal(got, want) {
		t.Fatalf("scan %+v: %d events, want %d", q, len(got), len(want))
	}
	n := 0
	if err := s.Scan(t.Context(), q, func(*trail.Event) bool { n++; return n < 3 }); err != nil || n > 3 {
		t.Fatalf("a scan went on after it was stopped: %d, %v", n, err)
	}
}

// feed: a reader that keeps its place sees every event of its scope once, those of an earlier batch first.
func feed(t *testing.T, s trail.Store, stir func(*testing.T)) {
	var after int64
	seen := map[string]bool{}
	total, batch := 0, 0
	read := func(limit int) {
		t.Helper()
		for {
			got, next, err := s.Since(t.Context(), arn.In(acct, "eu-west-1"), after, limit)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) > limit || next < after {
				t.Fatalf("%d events, from %d to %d", len(got), after, next)
			}
			for _, e := range got {
				if seen[e.ID] || e.Account != acct || e.Seq <= after || e.Seq > next {
					t.Fatalf("event %s of %s at %d, asked after %d", e.ID, e.Account, e.Seq, after)
				}
				var of int
				if _, err := fmt.Sscanf(e.ID, "b%d-", &of); err != nil || of < batch {
					t.Fatalf("event %s comes behind batch %d", e.ID, batch)
				}
				batch = of
				seen[e.ID] = true
			}
			if len(got) == 0 {
				after = next
				return
			}
			after = next
		}
	}
	for n, size := range []int{3, 1, 600, 20, 0, 500, 2} {
		var b []trail.Event
		for i := range size {
			b = append(b, event(t, []string{acct, other}[i%3/2], fmt.Sprintf("b%d-%d", n, i), (n*977+i*31)%86400, `"eventName":"N"`))
			if i%3/2 == 0 {
				total++
			}
		}
		mustAppend(t, s, b...)
		if n%2 == 0 {
			stir(t)
			read(7 + n*50)
		}
		stir(t)
	}
	read(1000)
	if len(seen) != total {
		t.Errorf("saw %d events, want %d", len(seen), total)
	}
	if got, next, err := s.Since(t.Context(), arn.In(acct, ""), after, 5); err != nil || len(got) != 0 || next != after {
		t.Errorf("nothing is new, yet %v, %d, %v", got, next, err)
	}
}

func fileMarks(t *testing.T, s trail.Store, stir func(*testing.T)) {
	b := trail.Batch{Events: []trail.Event{event(t, acct, "x", 1, `"eventName":"N"`)}, Files: []trail.FileMark{{Sum: "s1", Name: "f", Records: 1}}}
	for range 2 {
		if _, err := s.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	stir(t)
	got, err := s.Marks(t.Context(), []string{"s0", "s1"})
	if err != nil || len(got) != 1 || got["s1"] != b.Files[0] {
		t.Errorf("marks %v, %v", got, err)
	}
	if got, err := s.Marks(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("no marks: %v, %v", got, err)
	}
}

// await: the head moves with every append, and who waits behind it is woken.
func await(t *testing.T, s trail.Store, stir func(*testing.T)) {
	for i := range 3 {
		head, err := s.Head(t.Context())
		if err != nil || head != int64(i) {
			t.Fatalf("head %d, %v", head, err)
		}
		woken := make(chan error, 1)
		go func() { woken <- s.Await(t.Context(), head) }()
		mustAppend(t, s, event(t, acct, fmt.Sprint(i), i, `"eventName":"A"`))
		if err := <-woken; err != nil {
			t.Error(err)
		}
		stir(t)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Await(ctx, 3); err == nil {
		t.Error("waited for nothing and got it")
	}
}

// blocks: reading by columns gives what a scan gives.
func blocks(t *testing.T, s trail.Store, stir func(*testing.T)) {
	for i := range 40 {
		mustAppend(t, s, event(t, acct, fmt.Sprint("e", i), i%7, fmt.Sprintf(`"eventName":"N%d","eventType":"T%d","userIdentity":{"userName":"u%d"},"resources":[{"ARN":"arn%d"}]`, i%3, i%2, i%5, i%4)))
		if i == 20 {
			stir(t)
		}
	}
	all := make([]trail.Column, trail.NumColumns)
	for i := range all {
		all[i] = trail.Column(i)
	}
	name := []trail.Match{{Attribute: trail.EventName, Value: "N1"}, {Attribute: trail.EventName, Value: "N2"}}
	user := []trail.Match{{Attribute: trail.Username, Value: "u3"}}
	resource := []trail.Match{{Attribute: trail.ResourceName, Value: "arn1"}}
	for i, q := range []trail.BlockQuery{
		{},
		{From: day.Add(2 * time.Second), To: day.Add(4 * time.Second)},
		{AllOf: [][]trail.Match{name}},
		{AllOf: [][]trail.Match{name, user}},
		{AllOf: [][]trail.Match{append(user, resource...), name}, From: day.Add(time.Second)},
		{AllOf: [][]trail.Match{{{Attribute: trail.Anything}}, {{Attribute: trail.EventID, Value: "e8"}, {Attribute: trail.EventID, Value: "e30"}}}},
		{AllOf: [][]trail.Match{{{Attribute: trail.ReadOnly, Value: ""}}}},
		{AllOf: [][]trail.Match{{{Attribute: trail.EventSource, Value: "s.amazonaws.com"}}}},
		{AllOf: [][]trail.Match{resource, user}, To: day.Add(5 * time.Second)},
		{AllOf: [][]trail.Match{resource}},
		{AllOf: [][]trail.Match{{{Attribute: trail.Username, Value: "nobody"}}}},
	} {
		q.Scope = arn.In(acct, "eu-west-1")
		var want, got []string
		line := func(seq, ms int64, raw []byte, text func(trail.Column) string) string {
			out := fmt.Sprint(seq, " ", ms, " ", string(raw))
			for _, c := range all {
				if c != trail.ColumnSeq && c != trail.ColumnTime && c != trail.ColumnRaw {
					out += " " + text(c)
				}
			}
			return out
		}
		err := s.Scan(t.Context(), trail.ScanQuery{Scope: q.Scope, Raw: true}, func(e *trail.Event) bool {
			if q.Matches(e) {
				want = append(want, line(e.Seq, e.Time.UnixMilli(), e.Raw, e.Text))
			}
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, columns := range [][]trail.Column{all, {trail.ColumnName}} {
			q.Columns = columns
			rows := 0
			err := s.Blocks(t.Context(), q, func(b *trail.Block) error {
				rows += b.Rows
				for r := range b.Rows {
					if n := b.Texts[trail.ColumnName].At(r); n == "" {
						t.Errorf("query %d: no name", i)
					}
					if len(columns) > 1 {
						got = append(got, line(b.Seqs[r], b.Times[r], b.Raw[r], func(c trail.Column) string { return b.Texts[c].At(r) }))
					}
				}
				return nil
			})
			if err != nil || rows != len(want) {
				t.Errorf("query %d: %d rows for %d, %v", i, rows, len(want), err)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("query %d: got\n%s\nwant\n%s", i, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	var mu sync.Mutex
	rows := 0
	err := s.Blocks(t.Context(), trail.BlockQuery{Scope: arn.In(acct, ""), Columns: all, Parallel: 3}, func(b *trail.Block) error {
		mu.Lock()
		defer mu.Unlock()
		rows += b.Rows
		if b.Worker < 0 || b.Worker > 2 {
			t.Errorf("block of worker %d", b.Worker)
		}
		return nil
	})
	if err != nil || rows != 40 {
		t.Errorf("in parallel: %d rows, %v", rows, err)
	}
	stop := errors.New("stop")
	if err := s.Blocks(t.Context(), trail.BlockQuery{Scope: arn.In(acct, "")}, func(*trail.Block) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the caller's error came back as %v", err)
	}
	if err := s.Blocks(t.Context(), trail.BlockQuery{Scope: arn.In(other, "")}, func(*trail.Block) error { return stop }); err != nil {
		t.Error("another account sees the events")
	}
}

// top: counts by a column are those of a scan.
func top(t *testing.T, s trail.Store, stir func(*testing.T)) {
	for i := range 50 {
		mustAppend(t, s, event(t, acct, fmt.Sprint("e", i), i%7, fmt.Sprintf(`"eventName":"N%d","userIdentity":{"userName":"u%d"}`, i%9%5, i%2)))
		if i%13 == 0 {
			stir(t)
		}
	}
	q := trail.BlockQuery{Scope: arn.In(acct, ""), From: day.Add(time.Second), AllOf: [][]trail.Match{{{Attribute: trail.Username, Value: "u1"}}}}
	for _, by := range []trail.Column{trail.ColumnName, trail.ColumnUser, trail.ColumnID, trail.ColumnAccount, trail.ColumnErrorCode} {
		want := map[string]int{}
		if err := s.Scan(t.Context(), trail.ScanQuery{Scope: q.Scope, Raw: true}, func(e *trail.Event) bool {
			if q.Matches(e) {
				want[e.Text(by)]++
			}
			return true
		}); err != nil {
			t.Fatal(err)
		}
		all, err := trail.Top(t.Context(), s, q, by, 0)
		if err != nil || len(all) != len(want) || len(all) == 0 {
			t.Fatalf("by column %d: %v, want %v, %v", by, all, want, err)
		}
		for i, c := range all {
			if want[c.Text] != c.Events || i > 0 && (all[i-1].Events < c.Events || all[i-1].Events == c.Events && all[i-1].Text > c.Text) {
				t.Errorf("by column %d: %v, want %v", by, all, want)
			}
		}
		if first, err := trail.Top(t.Context(), s, q, by, 1); err != nil || len(first) != 1 || first[0] != all[0] {
			t.Errorf("by column %d: the first is %v, %v", by, first, err)
		}
	}
	for _, by := range []trail.Column{trail.ColumnSeq, trail.ColumnTime, trail.ColumnRaw, trail.NumColumns} {
		if _, err := trail.Top(t.Context(), s, q, by, 1); err == nil {
			t.Errorf("counted by column %d", by)
		}
	}
}
