package ledger_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// BenchmarkAppend records evidence with bodies of 2 KB from 16 callers; each call returns when its item, with
// the ledger leaf, is on disk.
func BenchmarkAppend(b *testing.B) {
	e := storetest.Open(b)
	var n atomic.Int64
	pad := strings.Repeat("x", 1700)
	b.SetParallelism(16 / max(1, runtime.GOMAXPROCS(0)))
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			it := ledger.Item{
				Body: ledger.Body{
					Source: "AWS Config", Type: "Compliance check", Verdict: ledger.NonCompliant, Event: "restricted-ssh", Reason: pad,
					Rule:     &ledger.Rule{ID: "INCOMING_SSH_DISABLED", Version: "1"},
					Subjects: []ledger.Subject{{ID: fmt.Sprintf("sg-%08d", i), Type: "AWS::EC2::SecurityGroup", Verdict: ledger.NonCompliant}},
				},
				Occurrence: ledger.Occurrence{
					Owner: "111111111111", Assessment: "0195f0c2-0000-7000-8000-000000000001", ControlSet: "Network", Control: "0195f0c2-0000-7000-8000-000000000002",
					Collector: "config", Account: "222222222222", Region: "eu-west-1", ObservedAt: storetest.Start.Add(time.Duration(i)),
				},
				Produced: &ledger.Produced{Call: "config:PutEvaluations", Complete: true, Tool: "tickmark bench"},
			}
			if err := e.Write(context.Background(), func(tx *store.Tx) error {
				_, err := ledger.Put(tx, it)
				return err
			}); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "items/s")
}
