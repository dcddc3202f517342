package finder_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/store"
)

func (h *house) same(got []string, want ...string) {
	h.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		h.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// TestRows: one row for each resource, of a piece of its own and of one that stands for many.
func TestRows(t *testing.T) {
	h := newHouse(t)
	var members []ledger.Hash
	h.write(func(tx *store.Tx) error {
		for i := range 3 {
			m, err := ledger.PutBody(tx, accountA, bucket(i, ledger.Compliant))
			if err != nil {
				return err
			}
			members = append(members, m)
		}
		return nil
	})
	finding := ledger.Body{
		Source: assess.SourceSecurityHub, Type: assess.ComplianceCheck, Service: "securityhub.amazonaws.com", Event: "IAM.1", Account: accountB, Verdict: ledger.NonCompliant, Reason: "WARNING",
		Subjects: []ledger.Subject{{ARN: "arn:aws:iam::2:user/x", Type: "AwsIamUser", Verdict: ledger.NonCompliant}, {ARN: "arn:aws:iam::2:user/y", Type: "AwsIamUser", Verdict: ledger.NonCompliant}},
	}
	text := ledger.Body{Source: assess.SourceManual, Type: assess.ManualEvidence, Account: accountA, Event: "ImportText", Text: "We did."}
	group := ledger.Body{Source: assess.SourceConfig, Type: assess.ComplianceCheck, Service: "config.amazonaws.com", Event: "S3_BUCKET_VERSIONING_ENABLED", Verdict: ledger.Compliant}
	ids := h.record(
		ledger.Item{Body: finding, Occurrence: occurrence("a1", "s1", "c1", day)},
		ledger.Item{Body: text, Occurrence: occurrence("a1", "s1", "c2", day.Add(time.Hour))},
		ledger.Item{Body: group, Occurrence: occurrence("a1", "s2", "c1", day.AddDate(0, 0, 1)), Members: members},
		ledger.Item{Body: group, Occurrence: occurrence("a1", "s2", "c1", day.AddDate(0, 0, 2)), Members: members},
	)
	h.same(h.query(all, `SELECT eventData.controlId, eventData.resourceArn, eventData.resourceComplianceCheck, eventData.complianceCheck, eventData.service, eventData.evidenceFolderName FROM x`),
		"c1|arn:aws:iam::2:user/x|WARNING|Fail|iam|2026-01-10",
		"c1|arn:aws:iam::2:user/y|WARNING|Fail|iam|2026-01-10",
		"c2|NULL|NULL|NULL|NULL|2026-01-10",
		"c1|arn:aws:s3:::bucket-0|COMPLIANT|Compliant|s3|2026-01-11", "c1|arn:aws:s3:::bucket-1|COMPLIANT|Compliant|s3|2026-01-11", "c1|arn:aws:s3:::bucket-2|COMPLIANT|Compliant|s3|2026-01-11",
		"c1|arn:aws:s3:::bucket-0|COMPLIANT|Compliant|s3|2026-01-12", "c1|arn:aws:s3:::bucket-1|COMPLIANT|Compliant|s3|2026-01-12", "c1|arn:aws:s3:::bucket-2|COMPLIANT|Compliant|s3|2026-01-12")
	h.same(h.query(all, `SELECT count(*) FROM x`), "9")
	h.same(h.query(all, `SELECT count(*) FROM x WHERE eventData.time >= TIMESTAMP '2026-01-12 00:00:00'`), "3")
	h.same(h.query(all, `SELECT eventData.controlName, eventData.frameworkName, eventData.assessmentName, eventData.controlDomainName, eventData.description, eventData.textResponse
		FROM x WHERE eventData.evidenceId = '`+ids[1].ID+`'`), "Control two|Frame|audit a1|Domain of c2|NULL|We did.")
	h.same(h.query(all, `SELECT eventData.resourceArn, element_at(eventData.attributes, 'n') FROM x WHERE element_at(eventData.attributes, 'n') = '1' AND eventTime < TIMESTAMP '2026-01-12 00:00:00'`), "arn:aws:s3:::bucket-1|1")
	h.same(h.query(all, `SELECT eventData.serviceCategory, count(*) FROM x WHERE eventData.serviceCategory LIKE 'Stor%' GROUP BY 1`), "Storage|6")
	h.same(h.query(all, `SELECT eventData.controlName, count(*) FROM x WHERE eventData.controlName = 'Control one' GROUP BY 1`), "Control one|8")
	h.same(h.query(all, `SELECT eventCategory, eventType, eventID, recipientAccountId, awsRegion, eventName FROM x WHERE eventData.resourceArn = 'arn:aws:s3:::bucket-2' AND eventData.evidenceFolderName = '2026-01-12'`),
		"Evidence|AwsAuditManagerEvidence|"+ids[3].ID+"|"+accountA+"|eu-west-1|S3_BUCKET_VERSIONING_ENABLED")

	folder := assess.FolderKey{Owner: accountA, Assessment: "a1", Set: "s2", Control: "c1", Day: "2026-01-12"}.ID()
	record := h.query(all, `SELECT eventJson FROM x WHERE eventData.evidenceFolderId = '`+folder+`' AND eventData.resourceId = 'bucket-1'`)
	var got struct {
		EventTime string
		EventData map[string]any
	}
	if len(record) != 1 {
		t.Fatalf("records %q", record)
	}
	h.ok(json.Unmarshal([]byte(record[0]), &got))
	if got.EventTime != "2026-01-12T08:00:00.000Z" || got.EventData["resourceArn"] != "arn:aws:s3:::bucket-1" || got.EventData["attributes"].(map[string]any)["n"] != "1" ||
		got.EventData["controlName"] != "Control one" || got.EventData["backfilled"] != false || got.EventData["textResponse"] != nil {
		t.Errorf("record %s", record[0])
	}
	if whole := h.query(all, `SELECT eventData FROM x WHERE eventData.resourceId = 'bucket-1' LIMIT 1`); len(whole) != 1 || !strings.Contains(whole[0], "controlName=Control one") || !strings.Contains(whole[0], "n=1") {
		t.Errorf("eventData %q", whole)
	}
}

// TestSight: who may see some assessments or control sets finds nothing of the others; an account nothing of another.
func TestSight(t *testing.T) {
	h := newHouse(t)
	for i, at := range [][2]string{{"a1", "s1"}, {"a1", "s2"}, {"a2", "s1"}, {"deleted", "s1"}} {
		h.record(ledger.Item{Body: bucket(i, ledger.Compliant), Occurrence: occurrence(at[0], at[1], "c1", day)})
	}
	const statement = `SELECT eventData.assessmentId, eventData.controlSetId FROM x`
	h.same(h.query(all, statement), "a1|s1", "a1|s2", "a2|s1")
	h.same(h.query(finder.Sight{Assessments: map[string][]string{"a1": {"s2"}}}, statement), "a1|s2")
	h.same(h.query(finder.Sight{Assessments: map[string][]string{"a1": nil, "deleted": nil}}, statement), "a1|s1", "a1|s2")
	h.same(h.query(finder.Sight{}, statement))
	rows, err := h.ask(accountB, all, statement)
	h.ok(err)
	h.same(rows)

	some, more := finder.Sight{Assessments: map[string][]string{"a1": {"s2"}}}, finder.Sight{Assessments: map[string][]string{"a1": nil, "a2": {"s1"}}}
	for _, c := range []struct {
		a, b finder.Sight
		want bool
	}{{all, more, true}, {more, all, false}, {more, some, true}, {some, more, false}, {some, some, true}, {finder.Sight{}, finder.Sight{}, true}, {some, finder.Sight{Assessments: map[string][]string{"a1": {"s1"}}}, false}} {
		if got := c.a.Covers(&c.b); got != c.want {
			t.Errorf("%+v covers %+v: %v", c.a, c.b, got)
		}
	}
}

// TestAgainstLedger: whatever the order in which evidence comes and is asked for, what is counted is what the log has.
func TestAgainstLedger(t *testing.T) {
	h := newHouse(t)
	want := map[string]int{}
	var known []ledger.Hash
	n := 0
	for round := range 12 {
		var items []ledger.Item
		h.write(func(tx *store.Tx) error {
			items = nil
			for i := range 1 + round*37%211 {
				b := bucket((n+i)%97, []ledger.Verdict{ledger.Compliant, ledger.NonCompliant}[i%2])
				hash, err := b.Hash()
				if err != nil {
					return err
				}
				known = append(known, hash)
				items = append(items, ledger.Item{Body: b, Occurrence: occurrence("a1", "s1", fmt.Sprint("c", i%5), day.Add(time.Duration(n+i)*time.Minute))})
			}
			_, err := ledger.Record(tx, items)
			return err
		})
		for i, it := range items {
			want[fmt.Sprintf("c%d|%s", i%5, it.Body.Verdict)]++
		}
		n += len(items)
		group := ledger.Item{Body: bucket(0, ledger.Compliant), Occurrence: occurrence("a1", "s1", "many", day.AddDate(0, 0, round)), Members: known[:len(known)/2+1]}
		group.Body.Subjects = nil
		h.record(group)
		distinct := map[ledger.Hash]bool{}
		for _, k := range group.Members {
			distinct[k] = true
		}
		for k := range distinct {
			v := ledger.NonCompliant
			for i := range 97 {
				if hash, _ := bucket(i, ledger.Compliant).Hash(); hash == k {
					v = ledger.Compliant
				}
			}
			want["many|"+string(v)]++
		}
		if round == 7 { // a restart
			h.env.Reopen(t)
			h.build()
		}
		var rows []string
		for k, c := range want {
			rows = append(rows, fmt.Sprintf("%s|%d", k, c))
		}
		h.same(h.query(all, `SELECT eventData.controlId, eventData.resourceComplianceCheck, count(*) FROM x GROUP BY 1, 2`), rows...)
		if t.Failed() {
			t.Fatalf("round %d", round)
		}
	}
}

// TestRebuilt: columns that are lost, or that are older than this version, are made again.
func TestRebuilt(t *testing.T) {
	h := newHouse(t)
	for i := range 3 {
		h.record(ledger.Item{Body: bucket(i, ledger.Compliant), Occurrence: occurrence("a1", "s1", "c1", day)})
	}
	h.same(h.query(all, `SELECT count(*) FROM x`), "3")
	h.write(func(tx *store.Tx) error { return tx.ForgetFinder(accountA) })
	h.same(h.query(all, `SELECT count(*), count(DISTINCT eventData.resourceArn) FROM x`), "3|3")
	h.write(func(tx *store.Tx) error {
		head, err := tx.FinderHead(accountA)
		if err != nil {
			return err
		}
		other := head
		other.Version--
		return tx.MoveFinderHead(accountA, head, other)
	})
	h.record(ledger.Item{Body: bucket(3, ledger.Compliant), Occurrence: occurrence("a1", "s1", "c1", day)})
	h.same(h.query(all, `SELECT count(*), count(DISTINCT eventData.resourceArn) FROM x`), "4|4")
	if n, err := h.finder.Behind(ctx, accountA); n != 0 || err != nil {
		t.Errorf("behind by %d, %v", n, err)
	}
}
