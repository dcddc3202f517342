package query_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/query"
)

var sound = []string{
	"SELECT *",
	"select resourceId where resourceType='AWS::EC2::Instance'AND configuration.x=-1.5;",
	"SELECT resourceType, COUNT(*) GROUP BY resourceType ORDER BY COUNT(*) DESC, resourceType",
	"SELECT MIN(configuration.size), max(configuration.size) WHERE NOT (tags.key = 'it''s' OR tags.tag IN ('a=b', 'c=d')) ",
	"SELECT configuration, tags, relationships, supplementaryConfiguration WHERE a.b LIKE 'abc%'",
	"SELECT resourceId WHERE relationships.name NOT LIKE 'Is contained%' AND configuration.ip NOT BETWEEN '10.0.0.0' AND '10.0.0.255'",
	"SELECT resourceId AS OF '2026-01-01' WHERE accountId <> 1 ORDER BY resourceId ASC",
	"SELECT resourceId WHERE configuration.encrypted = TRUE AS OF '2026-01-01T10:00:00+01:00'",
	"SELECT resourceId KNOWN AT '2026-02-01' ORDER BY resourceId as of '2026-01-01';",
}

func TestSoundStatements(t *testing.T) {
	for _, s := range sound {
		s = strings.Replace(s, "a.b", "configuration.b", 1)
		if _, err := query.Parse(s); err != nil {
			t.Errorf("%s\n%v", s, err)
		}
	}
}

// TestMistakes: each is told with its place and what to do.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ statement, message string }{
		{"", "line 1, column 1: expected SELECT, found the end."},
		{"UPDATE x", "line 1, column 1: expected SELECT, found UPDATE."},
		{"SELECT", "line 1, column 7: expected a property, found the end."},
		{"SELECT resourceId,", "line 1, column 19: expected a property"},
		{"SELECT resourceId\n  FROM x", "line 2, column 3: FROM is not part of advanced queries; "},
		{"SELECT resourceId AS id", "line 1, column 19: AS is not part"},
		{"SELECT DISTINCT resourceId", "line 1, column 8: DISTINCT is not part"},
		{"SELECT resourceId WHERE tags.key = NULL", "line 1, column 36: NULL is not part"},
		{"SELECT resourceId WHERE tags.key IS NULL", "line 1, column 34: IS is not part"},
		{"SELECT resourceid", "line 1, column 8: there is no property resourceid: names are case-sensitive, so write resourceId."},
		{"SELECT name", "line 1, column 8: there is no property name: it must begin with configuration"},
		{"SELECT tags.team", "line 1, column 8: there is no property tags.team: tags has key, value, tag."},
		{"SELECT configuration..x", "line 1, column 8: the property configuration..x has an empty part."},
		{"SELECT configuration.a[0]", "line 1, column 23: a property runs through arrays without an index"},
		{`SELECT resourceId WHERE resourceId = "x"`, "line 1, column 38: text stands in single quotes"},
		{"SELECT resourceId WHERE resourceId = 'x", "line 1, column 38: the text that begins here has no closing quote."},
		{"SELECT resourceId WHERE resourceName = 'é' x", "line 1, column 44: expected the end of the statement, found x."},
		{"SELECT resourceId WHERE resourceId == 'x'", "line 1, column 37: expected a value"},
		{"SELECT resourceId WHERE resourceId", "line 1, column 35: expected a comparison"},
		{"SELECT resourceId WHERE (resourceId = 'a'", "line 1, column 42: expected ), found the end."},
		{"SELECT resourceId WHERE tags = 'a'", "line 1, column 25: tags is an object"},
		{"SELECT resourceId WHERE configuration.a < true", "line 1, column 43: true and false have no order"},
		{"SELECT resourceId WHERE resourceId IN (SELECT resourceId)", "line 1, column 40: statements have no subqueries."},
		{"SELECT resourceId WHERE resourceName LIKE '%x'", "line 1, column 43: % may stand only at the end"},
		{"SELECT resourceId WHERE resourceName LIKE 'ab%'", "line 1, column 43: at least 3 characters"},
		{"SELECT resourceId WHERE resourceName LIKE 'abc_%'", "line 1, column 43: a pattern ends with one"},
		{"SELECT resourceId, COUNT(*)", "line 1, column 8: resourceId stands beside aggregates and is not in GROUP BY"},
		{"SELECT SUM(*)", "line 1, column 12: SUM needs a property"},
		{"SELECT LOWER(resourceId)", "line 1, column 8: there is no function LOWER"},
		{"SELECT SUM(resourceId)", "line 1, column 12: SUM takes numbers, and resourceId has none."},
		{"SELECT AVG(configuration.groupName) WHERE resourceType = 'AWS::EC2::SecurityGroup'", "line 1, column 12: AVG takes numbers"},
		{"SELECT resourceId ORDER BY COUNT(*)", "line 1, column 28: ORDER BY COUNT(*) needs an aggregate"},
		{"SELECT resourceId ORDER BY tags", "line 1, column 28: tags is an object"},
		{"SELECT COUNT(*) GROUP BY accountId, awsRegion, resourceType, arn", "line 1, column 62: GROUP BY takes at most 3 properties."},
		{"SELECT resourceId AS OF 'yesterday'", "line 1, column 25: AS OF takes a time"},
		{"SELECT resourceId AS OF '1969-12-31'", "line 1, column 25: the time lies outside the years 1970 to 9999."},
		{"SELECT resourceId AS OF '2026-01-01' WHERE resourceId = 'a'\nAS OF '2026-01-01'", "line 2, column 1: AS OF stands here for the second time."},
		{"SELECT resourceId KNOWN BY 'x'", "line 1, column 25: expected AT (of KNOWN AT 'time'), found BY."},
		{"SELECT resourceId KNOWN AT 2026", "line 1, column 28: KNOWN AT takes a time"},
		{"SELECT resourceId LIMIT 5", "line 1, column 19: LIMIT is not part"},
		{"SELECT resourceId WHERE " + strings.Repeat("(", 200), "nested deeper than 100 levels"},
		{"SELECT " + strings.Repeat("resourceId,", 400), "at most 4096 characters"},
		{"SELECT resourceId WHERE resourceId = '\xff'", "not UTF-8"},
	} {
		_, err := query.Parse(c.statement)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "InvalidExpressionException" || f.Field != "Expression" || !strings.Contains(f.Message, c.message) {
			t.Errorf("%s\ngot  %v\nwant %s", c.statement, err, c.message)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range sound {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		st, err := query.Parse(s)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "line ") {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		if len(st.Columns()) == 0 {
			t.Errorf("%q selects nothing", s)
		}
	})
}
