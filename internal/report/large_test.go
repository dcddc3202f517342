package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/stamp"
)

// OpenStoreAt opens the store of a directory; set as OpenStore is.
var OpenStoreAt func(t testing.TB, dir string) (ledger.Store, *stamp.Fixed)

// TestLargeReport writes and verifies a report of TICKMARK_TEST_EVIDENCE items, each with its raw object, and tells time
// and memory. By hand: TICKMARK_TEST_DIR keeps the evidence, so that a second run measures the report alone.
func TestLargeReport(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("TICKMARK_TEST_EVIDENCE"))
	if n == 0 {
		n = 3500 // the first control has a further page
	}
	dir := os.Getenv("TICKMARK_TEST_DIR")
	if dir == "" {
		dir = t.TempDir()
	}
	st, clock := OpenStoreAt(t, dir)
	s, err := ledger.OpenSigner(dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Store: st, t: t, publisher: ledger.NewPublisher(st, s), raw: map[ledger.Hash][]byte{}}
	const step = 1000
	have := w.checkpoint().Size
	var raws index
	for i := 0; i < n; i += step {
		var items []ledger.Item
		for k := i; k < min(n, i+step); k++ {
			raws.put(sha256.Sum256([]byte(largeRaw(k))), int64(k))
			if int64(k) >= have {
				items = append(items, largeItem(w, k))
			}
		}
		if len(items) > 0 {
			w.record(items...)
			w.ids, w.raw = nil, map[ledger.Hash][]byte{}
		}
	}
	in := w.input()
	src := in.Source.(LedgerSource)
	src.Selected = func(string) bool { return true }
	src.Objects = func(_ context.Context, h ledger.Hash) (Raw, error) {
		k, ok := raws.get(h)
		if !ok {
			return Raw{}, fault.Missing("raw object", h.String())
		}
		return Raw{ReadCloser: io.NopCloser(strings.NewReader(largeRaw(int(k)))), Extension: "json"}, nil
	}
	in.Source = src
	out, err := os.Create(filepath.Join(dir, "report.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	t.Logf("%d items, %d MB before", n, memory())
	begin := time.Now()
	if _, err := Write(context.Background(), out, in, s); err != nil {
		t.Fatal(err)
	}
	info, _ := out.Stat()
	t.Logf("written in %v, %d MB of zip, at most %d MB of memory", time.Since(begin), info.Size()>>20, memory())
	begin = time.Now()
	res, err := VerifyReader(context.Background(), out, info.Size(), Options{Key: s.Verifier()})
	if err != nil || res.Status != Intact || res.Evidence != int64(n) {
		t.Fatalf("%+v, %v", res, err)
	}
	t.Logf("verified in %v, at most %d MB of memory", time.Since(begin), memory())
}

func largeRaw(n int) string {
	return fmt.Sprintf(`{"resourceType":"AWS::EC2::SecurityGroup","resourceId":"sg-%08x","configuration":%q}`, n, strings.Repeat(fmt.Sprint(n), 100))
}

func largeItem(w *world, n int) ledger.Item {
	v := ledger.Compliant
	if n%17 == 0 {
		v = ledger.NonCompliant
	}
	it := w.rule(n, day0.Add(time.Duration(n%(400*1440))*time.Minute), v)
	it.Body.Raw = sha256.Sum256([]byte(largeRaw(n)))
	if n%3 == 0 {
		it.Occurrence.Control = strings.Replace(it.Occurrence.Control, "c001", "c002", 1)
	}
	return it
}

// memory is the most that the process has had, in MB; 0 where the system does not tell.
func memory() int {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	f := bytes.Fields(rest)
	if len(f) == 0 {
		return 0
	}
	kb, _ := strconv.Atoi(string(f[0]))
	return kb >> 10
}
