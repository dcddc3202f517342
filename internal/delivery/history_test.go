package delivery_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

const day = "AWSLogs/111122223333/Config/eu-west-1/2026/1/15/ConfigHistory/111122223333_Config_eu-west-1_ConfigHistory_"

// Every six hours there is a file for each type that changed, with each state once; a period without changes has none.
func TestHistory(t *testing.T) {
	h := open(t, compliance.Channel{Prefix: "here"})
	h.round()
	if next := h.channel().History.Next; !next.Equal(h.env.Clock.Now().Add(6 * time.Hour)) {
		t.Errorf("next history at %v", next)
	}
	h.put("AWS::S3::Bucket", "logs", map[string]any{"n": 1})
	h.put("AWS::S3::Bucket", "logs", map[string]any{"n": 2})
	h.put("AWS::EC2::Volume", "vol-1", map[string]any{"size": 1})
	h.put("AWS::EC2::Volume", "vol-1", nil, gone)
	h.put("Tickmark::Account::Summary", "s", map[string]any{})
	h.round()
	if f := h.files("ConfigHistory"); len(f) != 0 {
		t.Fatalf("too early: %v", f)
	}
	h.env.Clock.Advance(6 * time.Hour)
	h.round()
	const span = "_20260115T120000Z_20260115T180005Z_1.json.gz"
	f := h.files("ConfigHistory")
	keys := slices.Sorted(maps.Keys(f))
	if !slices.Equal(keys, []string{"here/" + day + "AWS::EC2::Volume" + span, "here/" + day + "AWS::S3::Bucket" + span}) {
		t.Fatalf("%q", keys)
	}
	for i, want := range []string{`"ResourceDeleted"`, `{"n":2}`} {
		text := f[keys[i]]
		if !strings.HasPrefix(text, `{"fileVersion":"1.0","configurationItems":[{`) || strings.Count(text, `"resourceId"`) != 2 || !strings.Contains(text, want) {
			t.Errorf("%s: %s", keys[i], text)
		}
	}
	st := h.channel().History
	if st.Status != "Success" || !st.Next.Equal(h.env.Clock.Now().Add(6*time.Hour)) {
		t.Errorf("%+v", st)
	}
	h.env.Clock.Advance(7 * time.Hour)
	h.round()
	if n := len(h.files("ConfigHistory")); n != 2 {
		t.Errorf("%d files after a quiet period", n)
	}
}

// Wherever a round is cut off, the next start completes it: the same files with the same content, each announced
// once, and no change told twice.
func TestCrash(t *testing.T) {
	run := func(t *testing.T, crash int, after bool) (map[string]string, map[string]int, int) {
		h := open(t, compliance.Channel{TopicARN: topicARN, Frequency: "Six_Hours"})
		h.round()
		h.subscribe()
		for _, id := range []string{"a", "b", "c"} {
			h.put("AWS::S3::Bucket", id, map[string]any{"id": id})
			h.put("AWS::EC2::Volume", id, map[string]any{"id": id})
		}
		h.env.Clock.Advance(6 * time.Hour)
		f := &storetest.Crashing[compliance.Tx]{Transactions: h.store, Left: crash, After: after}
		h.restart(f)
		err := h.courier.Round(context.Background())
		if crash > 0 && f.Left <= 0 && !errors.Is(err, storetest.ErrCrash) {
			t.Fatalf("no crash: %v", err)
		}
		h.restart(h.store)
		h.round()
		h.round()
		told := map[string]int{}
		for typ, list := range h.heard() {
			told[typ] = len(list)
		}
		return h.files("ConfigHistory"), told, -f.Left
	}
	files, told, writes := run(t, 0, false)
	want := map[string]int{
		"ConfigurationItemChangeNotification": 6, "ConfigurationHistoryDeliveryCompleted": 2,
		"ConfigurationSnapshotDeliveryStarted": 1, "ConfigurationSnapshotDeliveryCompleted": 1,
	}
	if len(files) != 2 || !maps.Equal(told, want) || writes < 5 {
		t.Fatalf("%d files, told %v, %d writes", len(files), told, writes)
	}
	for crash := 1; crash <= writes; crash++ {
		for _, after := range []bool{false, true} {
			f, told, _ := run(t, crash, after)
			if !maps.Equal(f, files) || !maps.Equal(told, want) {
				t.Errorf("crash at write %d (after commit: %v): %d files, told %v", crash, after, len(f), told)
			}
		}
	}
}

// A bucket that is gone shows in the status; nothing is lost until it is back.
func TestHistoryRefused(t *testing.T) {
	h := open(t, compliance.Channel{})
	h.round()
	h.put("AWS::S3::Bucket", "logs", map[string]any{"n": 1})
	ctx := context.Background()
	c := h.channel()
	c.Bucket = "nowhere"
	h.check(h.program.PutChannel(ctx, at, c))
	h.env.Clock.Advance(6 * time.Hour)
	h.round()
	if st := h.channel().History; st.Status != "Failure" || st.ErrorCode != "NoSuchBucket" || !st.Succeeded.IsZero() {
		t.Errorf("%+v", st)
	}
	c.Bucket = "deliveries"
	h.check(h.program.PutChannel(ctx, at, c))
	h.env.Clock.Advance(10 * time.Minute)
	h.round()
	if st := h.channel().History; st.Status != "Success" || st.ErrorCode != "" || len(h.files("ConfigHistory")) != 1 {
		t.Errorf("%+v, files %v", st, h.files("ConfigHistory"))
	}
}
