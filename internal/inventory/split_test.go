package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// pieces splits a text and shows its pieces: item texts, and problems in angle brackets.
func pieces(r io.Reader, lines bool) (out []string, messages int, err error) {
	messages, err = Split(r, lines, func(p Piece) error {
		if p.N != len(out)+1 {
			return fmt.Errorf("piece %d has number %d", len(out)+1, p.N)
		}
		if p.Problem != "" {
			out = append(out, "<"+p.Problem+">")
		} else {
			out = append(out, string(p.Raw))
		}
		return nil
	})
	return out, messages, err
}

const one, two = `{"resourceId":"1","configuration":{"a":"}\"]"}}`, `{"resourceId":"2"}`

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func TestSplit(t *testing.T) {
	const message = `{"configurationItemDiff":{"x":[1]},"configurationItem":` + one + `,"messageType":"ConfigurationItemChangeNotification"}`
	cases := []struct {
		name, text string
		lines      bool
		want       []string
		messages   int
		err        string
	}{
		{name: "snapshot", text: `{"fileVersion":"1.0","configSnapshotId":"x","configurationItems":[` + one + "\n, " + two + `]}`, want: []string{one, two}},
		{name: "members behind the items", text: `{"configurationItems":[` + one + `],"nextToken":"t","z":{"resourceId":[]}}`, want: []string{one}},
		{name: "empty list", text: `{"configurationItems":[ ]}`},
		{name: "single item", text: " \n" + one + " ", want: []string{one}},
		{name: "array", text: "[" + one + "," + two + "]", want: []string{one, two}},
		{name: "sequence", text: one + two + "\n" + one, want: []string{one, two, one}},
		{name: "byte order mark", text: "\xef\xbb\xbf" + one, want: []string{one}},
		{name: "notification", text: message, want: []string{one}},
		{name: "old notification", text: `{"configurationItem":[` + one + "," + two + `]}`, want: []string{one, two}},
		{name: "SNS envelope", text: `{"Type":"Notification","Message":` + quote(message) + `,"Signature":"x"}`, want: []string{one}},
		{name: "EventBridge", text: `{"source":"aws.config","detail-type":"x","detail":` + message + `}`, want: []string{one}},
		{name: "SNS in Lambda", text: `{"Records":[{"EventSource":"aws:sns","Sns":{"Message":` + quote(message) + `}}]}`, want: []string{one}},
		{name: "rule event", text: `{"invokingEvent":` + quote(message) + `,"ruleParameters":"{}"}`, want: []string{one}},
		{name: "wrapped item", text: `{"source":"x","item":` + one + `}`, want: []string{one}},
		{
			name: "summary", text: `{"configurationItemSummary":{"resourceType":"T","resourceId":"i"},"s3DeliverySummary":{"s3BucketLocation":"b/k.json.gz"},"messageType":"OversizedConfigurationItemChangeNotification"}`,
			want: []string{"<summary only: item body of T i is in b/k.json.gz>"},
		},
		{name: "delivery message", text: `{"messageType":"ComplianceChangeNotification","resourceType":"T","resourceId":"i"}`, messages: 1},
		{name: "lines", lines: true, text: one + "\n\n{\"resourceId\":\n" + two, want: []string{one, "<Line 3 is not JSON: the text ends in the middle at byte 15.>", two}},
		{name: "other document", text: `{"a":1}`, want: []string{"<The document holds no configuration items.>"}},
		{name: "empty object", text: `{}`, want: []string{"<The document holds no configuration items.>"}},
		{
			name: "broken message in an envelope", text: `{"Message":"{\"configurationItems\":[1,"}` + one,
			want: []string{"1", "<The message inside the envelope is unreadable: the text ends in the middle at byte 25.>", one},
		},
		{name: "truncated", text: `{"configurationItems":[` + one + `,{"resourceId":"2`, want: []string{one}, err: "ends in the middle"},
		{name: "text behind an item", text: `{"configurationItems":[` + one + ` x]}`, want: []string{one}, err: `expected ',' or ']', found 'x'`},
		{name: "no object", text: `"hello"`, err: "expected an object or an array"},
		{name: "CloudTrail", text: `{"Records":[{"eventVersion":"1.08","eventName":"x"}]}`, err: "CloudTrail"},
		{name: "envelope bomb", text: strings.Repeat(`[`, 1000), err: "nested too deeply"},
		{name: "name missing", text: `{1:2}`, err: "expected a member name"},
		{name: "colon missing", text: `{"a"}`, err: `expected ':'`},
		{name: "value missing", text: `{"a":}`, err: "expected a value"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for name, r := range map[string]io.Reader{"whole": strings.NewReader(c.text), "by bytes": iotest.OneByteReader(strings.NewReader(c.text))} {
				got, messages, err := pieces(r, c.lines)
				if !slices.Equal(got, c.want) || messages != c.messages {
					t.Errorf("%s: %q and %d messages, want %q and %d", name, got, messages, c.want, c.messages)
				}
				if (err == nil) != (c.err == "") || err != nil && !strings.Contains(err.Error(), c.err) {
					t.Errorf("%s: error %v, want %q", name, err, c.err)
				}
			}
		})
	}
}

// TestSplitStopsWithYield: an error of the receiver ends the splitting and comes back as it is.
func TestSplitStopsWithYield(t *testing.T) {
	boom := errors.New("boom")
	n := 0
	_, err := Split(strings.NewReader(`{"configurationItems":[1,2,3]}`), false, func(Piece) error { n++; return boom })
	if err != boom || n != 1 {
		t.Errorf("%v after %d pieces", err, n)
	}
}

// TestSplitTooLong: an item beyond the limit is refused, its neighbours are not, and memory stays bounded.
func TestSplitTooLong(t *testing.T) {
	long := `{"resourceId":"` + strings.Repeat(`\"`, MaxItem/2+1) + `"}`
	const refused = "<The configuration item is longer than 8 MiB.>"
	for name, text := range map[string]string{"list": `{"configurationItems":[` + one + `,` + long + `,` + two + `]}`, "sequence": one + long + two} {
		if got, _, err := pieces(strings.NewReader(text), false); err != nil || !slices.Equal(got, []string{one, refused, two}) {
			t.Errorf("%s: %d pieces, %v", name, len(got), err)
		}
	}
	if got, _, err := pieces(strings.NewReader(one+"\n"+long+"\n"+two), true); err != nil || !slices.Equal(got, []string{one, refused, two}) {
		t.Errorf("lines: %d pieces, %v", len(got), err)
	}
	s := newScanner(io.MultiReader(strings.NewReader("["+long), strings.NewReader(strings.Repeat(","+long, 5)+"]")), MaxItem)
	if err := s.skip(); err != nil {
		t.Error(err)
	}
	if len(s.buf) != window {
		t.Errorf("skipping grew the window to %d", len(s.buf))
	}
}

// longSnapshot is a snapshot of n items that is made while it is read.
func longSnapshot(n int) io.Reader {
	item := fmt.Sprintf(`{"resourceId":"1","configuration":{"text":%q,"list":[1,2,{"a":"}"}]}},`, strings.Repeat("x y z ", 400))
	parts := []io.Reader{strings.NewReader(`{"fileVersion":"1.0","configurationItems":[`)}
	for range n {
		parts = append(parts, strings.NewReader(item))
	}
	return io.MultiReader(append(parts, strings.NewReader(`{}]}`))...)
}

// TestSplitIsFlat: what is allocated does not grow with the text.
func TestSplitIsFlat(t *testing.T) {
	const n = 20000 // about 50 MB
	r := longSnapshot(n)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	count := 0
	if _, err := Split(r, false, func(Piece) error { count++; return nil }); err != nil || count != n+1 {
		t.Fatalf("%d pieces, %v", count, err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes were allocated", got)
	}
}

func BenchmarkSplit(b *testing.B) {
	const n = 2000
	for b.Loop() {
		if _, err := Split(longSnapshot(n), false, func(Piece) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "items/s")
}

// FuzzSplitItems: the pieces do not depend on how the text arrives, and of a valid list they are the elements.
func FuzzSplitItems(f *testing.F) {
	f.Add([]byte(`{"configurationItems":[`+one+`,`+two+`]}`), false)
	f.Add([]byte(one+"\n"+two), true)
	f.Add([]byte(`{"Message":"{\"configurationItem\":{\"a\":1}}"}`), false)
	f.Add([]byte(`[{"detail":{"configurationItem":{}}},{"Records":[]}]`), false)
	f.Fuzz(func(t *testing.T, b []byte, lines bool) {
		got, n, err := pieces(bytes.NewReader(b), lines)
		again, m, err2 := pieces(iotest.HalfReader(bytes.NewReader(b)), lines)
		slow, k, err3 := pieces(iotest.OneByteReader(bytes.NewReader(b)), lines)
		if !slices.Equal(got, again) || !slices.Equal(got, slow) || n != m || n != k || fmt.Sprint(err) != fmt.Sprint(err2) || fmt.Sprint(err) != fmt.Sprint(err3) {
			t.Fatalf("%q: %q %v, %q %v, %q %v", b, got, err, again, err2, slow, err3)
		}
		var list []json.RawMessage
		if json.Unmarshal(b, &list) != nil || list == nil {
			return
		}
		wrapped := `{"x":null,"configurationItems":` + string(b) + `}`
		got, _, err = pieces(strings.NewReader(wrapped), false)
		if err != nil || len(got) != len(list) {
			t.Fatalf("%q: %d pieces of %d elements, %v", wrapped, len(got), len(list), err)
		}
		for i, e := range list {
			if got[i] != string(e) {
				t.Fatalf("piece %d is %q, want %q", i, got[i], e)
			}
		}
	})
}
