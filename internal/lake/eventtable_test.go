package lake_test

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// records are events that differ in what the columns of statements can be. The first %s is the time.
var records = []string{
	`{"eventVersion":"1.08","eventTime":"2024-03-05T10:00:00Z","eventID":"1","eventName":"RunInstances","eventSource":"ec2.amazonaws.com","awsRegion":"eu-west-1","recipientAccountId":"111122223333",
	"userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/r/ann","principalId":"AROA:ann","accountId":"111122223333","accessKeyId":"ASIA1","sessionContext":{"attributes":{"creationDate":"2024-03-05T09:00:00Z","mfaAuthenticated":"true"},"sessionIssuer":{"userName":"r"}}},
	"requestParameters":{"instanceType":"t3.micro","instancesSet":{"items":[{"minCount":1,"maxCount":2}]},"monitoring":{"enabled":false},"dry":false,"n":5,"none":null,"q":"a\"b"},
	"responseElements":null,"readOnly":false,"managementEvent":true,"eventCategory":"Management","eventType":"AwsApiCall","tlsDetails":{"tlsVersion":"TLSv1.3"},
	"resources":[{"ARN":"arn:aws:ec2:x","type":"AWS::EC2::Instance","accountId":"111122223333"},{"ARN":"arn:aws:ec2:y"}]}`,
	`{"eventVersion":"1.08","eventTime":"2024-03-05T11:00:00Z","eventID":"2","eventName":"GetObject","eventSource":"s3.amazonaws.com","awsRegion":"eu-west-1","recipientAccountId":"111122223333",
	"userIdentity":{"type":"IAMUser","userName":"bob","arn":"arn:aws:iam::111122223333:user/bob","accessKeyId":"AKIA2"},"requestParameters":{"bucketName":"b"},
	"readOnly":true,"errorCode":"AccessDenied","errorMessage":"no","eventCategory":"Management","sourceIPAddress":"10.0.0.1","additionalEventData":{"SignatureVersion":"SigV4"}}`,
	`{"eventVersion":"1.05","eventTime":"2024-03-06T00:00:00Z","eventID":"3","eventName":"ConsoleLogin","eventSource":"signin.amazonaws.com","awsRegion":"us-east-1","recipientAccountId":"111122223333",
	"userIdentity":null,"requestParameters":null,"readOnly":false,"eventCategory":"Management","responseElements":{"ConsoleLogin":"Success"}}`,
	`{"eventTime":"2024-03-06T01:00:00Z","eventID":"4","eventName":"PutObject","eventSource":"s3.amazonaws.com","awsRegion":"eu-west-1","recipientAccountId":"111122223333","eventCategory":"Data"}`,
}

func (f *fixture) fill() lake.DataStore {
	f.t.Helper()
	for _, r := range records {
		e, err := trail.Decode([]byte(r))
		f.must(err)
		_, err = f.events.Append(f.t.Context(), trail.Batch{Events: []trail.Event{e}})
		f.must(err)
	}
	return f.create(lake.NewDataStore{Name: "all", Retention: 3653})
}

// rows runs a statement in which S stands for the data store; rows are sorted unless it orders them.
func (f *fixture) rows(d lake.DataStore, sql string, parameters ...string) (string, error) {
	f.t.Helper()
	engine := &lake.Trino{Events: f.events, Clock: f.env.Clock, Workers: 2}
	p, err := engine.Prepare(strings.ReplaceAll(sql, "$S", d.ID), parameters, func(name string) (*lake.View, error) {
		return f.View(f.t.Context(), here, name)
	})
	if err != nil {
		return "", err
	}
	lines := []string{}
	err = p.Run(f.t.Context(), func(row []*string) error {
		cells := make([]string, len(row))
		for i, c := range row {
			if cells[i] = "NULL"; c != nil {
				cells[i] = *c
			}
		}
		lines = append(lines, strings.Join(cells, "|"))
		return nil
	})
	if !strings.Contains(sql, "ORDER BY") {
		slices.Sort(lines)
	}
	return strings.Join(lines, "\n"), err
}

func TestEventTable(t *testing.T) {
	f := open(t)
	d := f.fill()
	for _, c := range []struct{ sql, want string }{
		{`SELECT count(*), count(errorcode), max(eventTime) FROM $S`, "3|1|2024-03-06 00:00:00.000"},
		{`SELECT eventName, readOnly, sourceIPAddress FROM $S WHERE eventTime > '2024-03-05 10:30:00'`, "ConsoleLogin|false|NULL\nGetObject|true|10.0.0.1"},
		{`SELECT eventID FROM $S WHERE eventTime BETWEEN '2024-03-05 10:00:00' AND TIMESTAMP '2024-03-05 11:00:00'`, "1\n2"},
		{`SELECT eventID FROM $S WHERE eventTime < '2024-03-05T11:00:00Z'`, "1"},
		{`SELECT userIdentity.sessionContext.sessionIssuer.userName, userIdentity.sessionContext.attributes.creationDate, useridentity.sessioncontext.attributes.mfaauthenticated = 'true' FROM $S WHERE userIdentity.sessionContext IS NOT NULL`, "r|2024-03-05 09:00:00.000|true"},
		{`SELECT userIdentity.type, userIdentity.arn, userIdentity.accessKeyId FROM $S WHERE userIdentity.userName = 'bob'`, "IAMUser|arn:aws:iam::111122223333:user/bob|AKIA2"},
		{`SELECT element_at(requestParameters, 'instanceType'), element_at(requestParameters, 'n'), element_at(requestParameters, 'dry'), element_at(requestParameters, 'none'), element_at(requestParameters, 'q'), element_at(requestParameters, 'x') FROM $S WHERE eventName = 'RunInstances'`, `t3.micro|5|false|NULL|a"b|NULL`},
		{`SELECT json_extract_scalar(element_at(requestParameters, 'instancesSet'), '$.items[0].maxCount'), requestParameters['bucketName'] FROM $S WHERE eventID = '2' OR eventID = 'x'`, `NULL|b`},
		{`SELECT json_extract_scalar(element_at(requestParameters, 'instancesSet'), '$.items[0].maxCount'), cardinality(requestParameters) FROM $S WHERE eventID = '1'`, `2|7`},
		{`SELECT r.arn, r.type, i FROM $S CROSS JOIN UNNEST(resources) WITH ORDINALITY AS r (accountId, type, arn, prefix, i)`, "arn:aws:ec2:x|AWS::EC2::Instance|1\narn:aws:ec2:y|NULL|2"},
		{`SELECT eventID FROM $S WHERE any_match(resources, r -> r.arn = 'arn:aws:ec2:y')`, "1"},
		{`SELECT responseElements, tlsDetails, userIdentity.sessionContext.attributes FROM $S ORDER BY eventTime`, "NULL|{tlsVersion=TLSv1.3, cipherSuite=null, clientProvidedHostHeader=null, keyExchange=null}|{creationDate=2024-03-05 09:00:00.000, mfaAuthenticated=true}\nNULL|NULL|NULL\n{ConsoleLogin=Success}|NULL|NULL"},
		{`SELECT length(eventJson), eventJsonChecksum FROM $S WHERE eventSource LIKE 'signin%'`, fmt.Sprintf("%d|%x", len(records[2]), sha256.Sum256([]byte(records[2])))},
		{`SELECT eventID FROM $S WHERE readOnly = false AND awsRegion IN ('us-east-1', 'x') AND recipientAccountId = '111122223333'`, "3"},
		{`SELECT eventID FROM $S WHERE recipientAccountId = '999999999999'`, ""},
		{`SELECT a.eventID, b.eventID FROM $S a JOIN $S b ON a.eventSource < b.eventSource WHERE a.eventTime < b.eventTime AND b.readOnly`, "1|2"},
		{`SELECT eventName, count(*) c FROM $S GROUP BY eventName HAVING count(*) > 0 ORDER BY c DESC, eventName LIMIT 2`, "ConsoleLogin|1\nGetObject|1"},
	} {
		got, err := f.rows(d, c.sql)
		if err != nil || got != c.want {
			t.Errorf("%s\ngives %q, %v\nnot   %q", c.sql, got, err, c.want)
		}
	}
	if got, err := f.rows(d, `SELECT eventID FROM $S WHERE eventName = ? AND eventTime > ? LIMIT 5`, "GetObject", "2024-03-05"); err != nil || got != "2" {
		t.Errorf("with parameters: %q, %v", got, err)
	}
	for sql, want := range map[string]string{
		`SELECT x FROM $S`:                           `line 1:8: Column 'x' cannot be resolved`,
		`SELECT userIdentity.x FROM $S`:              `line 1:21: Column or field 'x' cannot be resolved: the row has type, `,
		`SELECT count(*) FROM nothing`:               `There is no event data store "nothing".`,
		`SELECT eventName FROM $S WHERE eventTime`:   `line 1:66: WHERE clause must evaluate to a boolean: actual type timestamp(3)`,
		`SELECT eventID FROM $S WHERE eventTime > 5`: `line 1:74: Cannot apply operator: timestamp(3) > integer`,
	} {
		if _, err := f.rows(d, sql); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

var word = regexp.MustCompile(`\$[A-Z_]+`)

// Every sample can be planned and run.
func TestSamplesRun(t *testing.T) {
	f := open(t)
	d := f.fill()
	for _, s := range lake.SearchSamples("the of and by with calls who what") {
		sql := word.ReplaceAllStringFunc(s.SQL, func(w string) string {
			if w == "$EDS_ID" {
				return d.ID
			}
			return "x"
		})
		if _, err := f.rows(d, sql); err != nil {
			t.Errorf("%s: %v\n%s", s.Name, err, sql)
		}
	}
}

// Conditions that tables and indexes answer leave the rows that they leave when nothing but the engine looks at them.
func TestPushedConditions(t *testing.T) {
	f := open(t)
	d := f.fill()
	g := trailtest.NewGenerator(3)
	g.Users, g.Step = 7, 3*time.Minute
	var b trail.Batch
	for range 400 {
		e, err := trail.Decode(g.Record(nil))
		f.must(err)
		b.Events = append(b.Events, e)
	}
	_, err := f.events.Append(t.Context(), b)
	f.must(err)
	for _, cond := range []string{
		`eventName = 'Decrypt'`, `eventName IN ('Decrypt', 'GetUser', 'x')`, `eventName > 'G'`, `eventName BETWEEN 'D' AND 'GetUser'`,
		`eventName LIKE 'Get%'`, `eventName LIKE 'GetUser'`, `eventName LIKE 'Get_ser'`, `'GetUser' = eventName`, `'G' < eventName`,
		`eventTime > '2024-03-05 06:00:00'`, `eventTime >= TIMESTAMP '2024-03-05 06:00:00' AND eventTime < '2024-03-05 06:03:00'`,
		`eventTime = '2024-03-05 06:00:00'`, `eventTime IN (TIMESTAMP '2024-03-05 06:00:00', TIMESTAMP '2024-03-05 06:03:00')`,
		`eventTime BETWEEN '2024-03-05 07:00:00' AND '2024-03-05 06:00:00'`, `eventTime < '2024-03-05 06:00:00' OR eventTime > '2024-03-05 12:00:00'`,
		`readOnly`, `NOT readOnly`, `readOnly = true`, `readOnly = 'false'`, `readOnly IS NULL`, `errorCode IS NULL`, `errorCode = 'AccessDenied'`,
		`errorCode <> 'AccessDenied'`, `errorCode NOT IN ('x')`, `eventName = 'Decrypt' OR eventName = 'GetUser'`, `eventName = 'Decrypt' OR readOnly`,
		`userIdentity.arn LIKE '%user-003'`, `userIdentity.arn LIKE 'arn:aws:sts:%'`, `userIdentity.userName = 'bob'`, `userIdentity.userName IS NULL`,
		`userIdentity.accessKeyId IN ('AKIA2', 'ASIA1')`, `recipientAccountId = '111122223333'`, `recipientAccountId <> '111122223333'`,
		`awsRegion = 'us-east-1' AND eventSource LIKE 'signin%'`, `eventID = '2'`, `eventID IN ('1', '2', NULL)`,
		`element_at(requestParameters, 'bucketName') = 'b'`, `element_at(requestParameters, 'userName') LIKE 'user-%' AND eventName = 'GetUser'`,
		`eventCategory = 'Data'`, `sourceIPAddress LIKE '10.%' AND eventName IN ('AssumeRole') AND eventTime > date_add('hour', 5, TIMESTAMP '2024-03-05 00:00:00')`,
	} {
		pushed, err := f.rows(d, `SELECT count(*) FROM $S WHERE `+cond)
		f.must(err)
		plain, err := f.rows(d, `SELECT count_if(`+cond+`) FROM $S`)
		f.must(err)
		if pushed != plain {
			t.Errorf("%s: %s rows, not %s", cond, pushed, plain)
		}
	}
}
