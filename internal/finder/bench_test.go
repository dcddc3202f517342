package finder_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

// BenchmarkFind asks about a million rows: a fifth of them are pieces of their own, the others members of groups of 10,000.
func BenchmarkFind(b *testing.B) {
	h := newHouse(b)
	n := 1_000_000
	if os.Getenv("FINDER_ROWS") != "" {
		_, err := fmt.Sscan(os.Getenv("FINDER_ROWS"), &n)
		h.ok(err)
	}
	began := time.Now()
	h.fill(n)
	fmt.Println("recorded in", time.Since(began))
	began = time.Now()
	h.ok(h.finder.Follow(ctx, accountA))
	fmt.Println(n, "rows by columns in", time.Since(began))
	for _, q := range []struct{ name, statement string }{
		{"count", `SELECT count(*) FROM x WHERE eventData.assessmentId = 'a1'`},
		{"by control", `SELECT eventData.controlId, count(*) FROM x WHERE eventData.assessmentId = 'a1' AND eventTime > TIMESTAMP '2026-01-01 00:00:00' AND eventTime < TIMESTAMP '2026-12-01 00:00:00' AND eventData.resourceComplianceCheck IN ('NON_COMPLIANT','FAILED','WARNING') GROUP BY eventData.controlId`},
		{"by service", `SELECT eventData.service, eventData.serviceCategory, eventData.resourceComplianceCheck, count(*) FROM x WHERE eventData.assessmentId = 'a1' GROUP BY 1, 2, 3`},
		{"by resource", `SELECT eventData.resourceArn, count(*) FROM x WHERE eventData.assessmentId = 'a1' AND eventData.resourceComplianceCheck IN ('NON_COMPLIANT') GROUP BY 1 ORDER BY 2 DESC LIMIT 20`},
		{"one resource", `SELECT eventData.evidenceId, eventTime FROM x WHERE eventData.assessmentId = 'a1' AND eventData.resourceArn = 'arn:aws:s3:::bucket-77'`},
		{"one piece", `SELECT eventJson FROM x WHERE eventData.assessmentId = 'a1' AND eventData.resourceArn = 'arn:aws:s3:::bucket-77' LIMIT 10`},
	} {
		b.Run(q.name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				rows = len(h.query(all, q.statement))
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}

// fill records n rows over a hundred days.
func (h *house) fill(n int) {
	const size = 10_000
	members := make([]ledger.Hash, 0, size)
	for len(members) < size {
		h.write(func(tx *store.Tx) error {
			for range 1000 {
				i := len(members)
				v := ledger.Compliant
				if i%10 == 0 {
					v = ledger.NonCompliant
				}
				hash, err := ledger.PutBody(tx, accountA, bucket(i, v))
				if err != nil {
					return err
				}
				members = append(members, hash)
			}
			return nil
		})
	}
	var items []ledger.Item
	for i := range n * 4 / 5 / size {
		items = append(items, ledger.Item{
			Body:       ledger.Body{Source: assess.SourceConfig, Type: assess.ComplianceCheck, Event: "group", Verdict: ledger.Compliant},
			Occurrence: occurrence("a1", "s1", fmt.Sprintf("g%d", i%10), day.AddDate(0, 0, i)), Members: members[i%7:],
		})
	}
	h.record(items...)
	items = nil
	for i := range n / 5 {
		body := ledger.Body{
			Source: assess.SourceCloudTrail, Type: assess.UserActivity, Service: "ec2.amazonaws.com", Event: "RunInstances", Account: accountB, Actor: "arn:aws:iam::1:user/u",
			Attributes: map[string]string{"n": fmt.Sprint(i)}, Subjects: []ledger.Subject{{ARN: fmt.Sprintf("arn:aws:ec2:eu-west-1:222222222222:instance/i-%08d", i%200_000)}},
		}
		if i%2 == 0 {
			body = bucket(i%100_000, ledger.NonCompliant)
			body.Attributes["i"] = fmt.Sprint(i)
		}
		items = append(items, ledger.Item{Body: body, Occurrence: occurrence("a1", fmt.Sprintf("s%d", i%5), fmt.Sprintf("c%d", i%50), day.Add(time.Duration(i)*17*time.Second))})
		if len(items) == 1000 {
			h.record(items...)
			items = items[:0]
		}
	}
	h.record(items...)
}
