package query_test

import (
	"context"
	"encoding/json"
	"math"
	"net/netip"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/query"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// The oracle shares no code with the package: it walks the decoded JSON of the estate's items with Go loops.

type obj = map[string]any

// resource is an item's JSON with its capture time.
type resource struct {
	obj
	captured time.Time
}

// estate puts the demo into a store; the second result is every state of every resource.
func estate(t *testing.T) (store.Repo[inventory.Tx], []resource) {
	t.Helper()
	env := storetest.Open(t)
	items := store.For(env.DB, func(tx *store.Tx) inventory.Tx { return tx })
	var all []*inventory.Item
	var states []resource
	for _, it := range sample.Demo(storetest.Start).Items() {
		all = append(all, it)
		var o obj
		if err := json.Unmarshal(it.Raw(), &o); err != nil {
			t.Fatal(err)
		}
		states = append(states, resource{o, it.Captured})
	}
	if _, err := inventory.PutAll(context.Background(), items, all); err != nil {
		t.Fatal(err)
	}
	return items, states
}

// at are the resources that were there at a moment, ordered by account, region, type and id, without account facts.
func at(states []resource, when time.Time) []obj {
	newest := map[string]resource{}
	for _, s := range states {
		k := key(s.obj)
		if old, ok := newest[k]; !s.captured.After(when) && (!ok || !s.captured.Before(old.captured)) {
			newest[k] = s
		}
	}
	var out []obj
	for _, s := range newest {
		if status := str(s.obj, "configurationItemStatus"); status != "ResourceDeleted" && !strings.HasPrefix(str(s.obj, "resourceType"), "Tickmark::") {
			out = append(out, s.obj)
		}
	}
	sort.Slice(out, func(i, j int) bool { return key(out[i]) < key(out[j]) })
	return out
}

func key(o obj) string {
	return str(o, "awsAccountId") + "\x00" + str(o, "awsRegion") + "\x00" + str(o, "resourceType") + "\x00" + str(o, "resourceId")
}

// get follows names through objects; list gives what stands under a name, str its text.
func get(v any, path ...string) any {
	for _, p := range path {
		o, _ := v.(obj)
		v = o[p]
	}
	return v
}

func str(v any, path ...string) string { s, _ := get(v, path...).(string); return s }

func list(v any, path ...string) []any { l, _ := get(v, path...).([]any); return l }

func typ(name string) func(obj) bool {
	return func(o obj) bool { return str(o, "resourceType") == name }
}

func only(in []obj, keep func(obj) bool) (out []obj) {
	for _, o := range in {
		if keep(o) {
			out = append(out, o)
		}
	}
	return out
}

// ids are the rows of SELECT resourceId.
func ids(in []obj, keep func(obj) bool) (out []any) {
	for _, o := range only(in, keep) {
		out = append(out, obj{"resourceId": o["resourceId"]})
	}
	return out
}

// related reports whether an item has an edge to a type.
func related(o obj, to string) bool {
	return slices.ContainsFunc(list(o, "relationships"), func(e any) bool { return str(e, "resourceType") == to })
}

func tagged(o obj, test func(k, v string) bool) bool {
	for k, v := range get(o, "tags").(obj) {
		if test(k, v.(string)) {
			return true
		}
	}
	return false
}

// cidrs are the ranges of a security group's rules that let in.
func cidrs(o obj) (out []netip.Prefix) {
	for _, p := range list(o, "configuration", "ipPermissions") {
		for _, r := range list(p, "ipv4Ranges") {
			if n, err := netip.ParsePrefix(str(r, "cidrIp")); err == nil {
				out = append(out, n)
			}
		}
	}
	return out
}

func top(n netip.Prefix) netip.Addr {
	a := n.Masked().Addr().As4()
	for i := n.Bits(); i < 32; i++ {
		a[i/8] |= 1 << (7 - i%8)
	}
	return netip.AddrFrom4(a)
}

// counted are the rows of a count by some text, ordered by it.
func counted(in []obj, property []string, of func(obj) string) (out []any) {
	n := map[string]float64{}
	for _, o := range in {
		n[of(o)]++
	}
	for _, k := range sorted(n) {
		row := obj{"COUNT(*)": n[k]}
		place := row
		for _, p := range property[:len(property)-1] {
			place[p] = obj{}
			place = place[p].(obj)
		}
		if k != "" {
			place[property[len(property)-1]] = k
		}
		out = append(out, row)
	}
	return out
}

func sorted(m map[string]float64) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

const (
	instance = "AWS::EC2::Instance"
	volume   = "AWS::EC2::Volume"
	group    = "AWS::EC2::SecurityGroup"
	bucket   = "AWS::S3::Bucket"
)

var past = storetest.Start.Add(-20 * 24 * time.Hour)

// statements: each with its answer by loops over the items that are there now.
var statements = []struct {
	sql  string
	want func(now []obj) []any
}{
	{"SELECT resourceId WHERE resourceType = 'AWS::S3::Bucket'", func(now []obj) []any { return ids(now, typ(bucket)) }},
	{"SELECT resourceId WHERE resourceType IN ('AWS::EC2::Instance', 'AWS::EC2::Volume') AND awsRegion = 'eu-central-1'", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			return (typ(instance)(o) || typ(volume)(o)) && str(o, "awsRegion") == "eu-central-1"
		})
	}},
	{"SELECT resourceId WHERE accountId = '111122223333' AND NOT resourceType LIKE 'AWS::EC2::%'", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			return str(o, "awsAccountId") == "111122223333" && !strings.HasPrefix(str(o, "resourceType"), "AWS::EC2::")
		})
	}},
	{"SELECT resourceId WHERE resourceType = 'AWS::EC2::Volume' AND configuration.encrypted = false", func(now []obj) []any {
		return ids(now, func(o obj) bool { return typ(volume)(o) && get(o, "configuration", "encrypted") == false })
	}},
	{"SELECT resourceId WHERE resourceType = 'AWS::EC2::Volume' AND configuration.size >= 100 AND configuration.size < 500", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			n, ok := get(o, "configuration", "size").(float64)
			return typ(volume)(o) && ok && n >= 100 && n < 500
		})
	}},
	{"SELECT resourceId WHERE configuration.size BETWEEN 20 AND 100", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			n, ok := get(o, "configuration", "size").(float64)
			return ok && n >= 20 && n <= 100
		})
	}},
	{"SELECT resourceId WHERE relationships.resourceType = 'AWS::EC2::SecurityGroup'", func(now []obj) []any {
		return ids(now, func(o obj) bool { return related(o, group) })
	}},
	{"SELECT resourceId WHERE relationships.resourceType = 'AWS::EC2::VPC' AND NOT relationships.resourceType = 'AWS::EC2::Subnet'", func(now []obj) []any {
		return ids(now, func(o obj) bool { return related(o, "AWS::EC2::VPC") && !related(o, "AWS::EC2::Subnet") })
	}},
	{"SELECT resourceId WHERE relationships.relationshipName LIKE 'Is contained%'", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			return slices.ContainsFunc(list(o, "relationships"), func(e any) bool {
				return strings.HasPrefix(str(e, "relationshipName")+str(e, "name"), "Is contained")
			})
		})
	}},
	{"SELECT resourceId WHERE tags.tag = 'tickmark:synthetic=true'", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			return tagged(o, func(k, v string) bool { return k == "tickmark:synthetic" && v == "true" })
		})
	}},
	{"SELECT resourceId WHERE tags.key != 'tickmark:synthetic' OR tags.value LIKE 'prod%'", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			return !tagged(o, func(k, _ string) bool { return k == "tickmark:synthetic" }) || tagged(o, func(_, v string) bool { return strings.HasPrefix(v, "prod") })
		})
	}},
	{"SELECT resourceId WHERE resourceType = 'AWS::EC2::SecurityGroup' AND configuration.ipPermissions.ipv4Ranges.cidrIp = '10.1.2.3'", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			return typ(group)(o) && slices.ContainsFunc(cidrs(o), func(n netip.Prefix) bool { return n.Contains(netip.MustParseAddr("10.1.2.3")) })
		})
	}},
	{"SELECT resourceId WHERE resourceType = 'AWS::EC2::SecurityGroup' AND configuration.ipPermissions.ipv4Ranges.cidrIp BETWEEN '10.0.0.0' AND '10.0.255.255' AND NOT configuration.ipPermissions.ipv4Ranges.cidrIp < '10.0.0.0'", func(now []obj) []any {
		low, high := netip.MustParseAddr("10.0.0.0"), netip.MustParseAddr("10.0.255.255")
		return ids(now, func(o obj) bool {
			over := slices.ContainsFunc(cidrs(o), func(n netip.Prefix) bool { return !high.Less(n.Masked().Addr()) && !top(n).Less(low) })
			below := slices.ContainsFunc(cidrs(o), func(n netip.Prefix) bool { return n.Masked().Addr().Less(low) })
			return typ(group)(o) && over && !below
		})
	}},
	{"SELECT resourceId WHERE resourceType = 'AWS::EC2::Instance' AND configuration.privateIpAddress = '10.0.0.0/8'", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			a, err := netip.ParseAddr(str(o, "configuration", "privateIpAddress"))
			return typ(instance)(o) && err == nil && netip.MustParsePrefix("10.0.0.0/8").Contains(a)
		})
	}},
	{"SELECT resourceId WHERE configurationItemCaptureTime > '2025-12-25' AND resourceType = 'AWS::S3::Bucket'", func(now []obj) []any {
		return ids(now, func(o obj) bool { return typ(bucket)(o) && str(o, "configurationItemCaptureTime") > "2025-12-25" })
	}},
	{"SELECT resourceId WHERE resourceType = 'AWS::EC2::Instance' AND configuration.launchTime < '2026-01-01T00:00:00Z'", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			at, err := time.Parse(time.RFC3339, str(o, "configuration", "launchTime"))
			return typ(instance)(o) && err == nil && at.Before(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		})
	}},
	{"SELECT accountId, awsRegion, resourceId, resourceName WHERE resourceType = 'AWS::Lambda::Function' OR resourceType = 'AWS::RDS::DBInstance'", func(now []obj) (out []any) {
		for _, o := range only(now, func(o obj) bool { return typ("AWS::Lambda::Function")(o) || typ("AWS::RDS::DBInstance")(o) }) {
			out = append(out, obj{"accountId": o["awsAccountId"], "awsRegion": o["awsRegion"], "resourceId": o["resourceId"], "resourceName": o["resourceName"]})
		}
		return out
	}},
	{"SELECT resourceId, configuration.instanceType, configuration.securityGroups.groupId WHERE resourceType = 'AWS::EC2::Instance'", func(now []obj) (out []any) {
		for _, o := range only(now, typ(instance)) {
			groups := []any{}
			for _, g := range list(o, "configuration", "securityGroups") {
				groups = append(groups, obj{"groupId": get(g, "groupId")})
			}
			out = append(out, obj{"resourceId": o["resourceId"], "configuration": obj{"instanceType": get(o, "configuration", "instanceType"), "securityGroups": groups}})
		}
		return out
	}},
	{"SELECT configuration, tags WHERE resourceType = 'AWS::EC2::Volume'", func(now []obj) (out []any) {
		for _, o := range only(now, typ(volume)) {
			tags := []any{}
			for k, v := range get(o, "tags").(obj) {
				tags = append(tags, obj{"tag": k + "=" + v.(string), "key": k, "value": v})
			}
			out = append(out, obj{"configuration": o["configuration"], "tags": tags})
		}
		return out
	}},
	{"SELECT resourceType, COUNT(*) GROUP BY resourceType", func(now []obj) []any {
		return counted(now, []string{"resourceType"}, func(o obj) string { return str(o, "resourceType") })
	}},
	{"SELECT configuration.instanceType, COUNT(*) WHERE resourceType = 'AWS::EC2::Instance' GROUP BY configuration.instanceType", func(now []obj) []any {
		return counted(only(now, typ(instance)), []string{"configuration", "instanceType"}, func(o obj) string { return str(o, "configuration", "instanceType") })
	}},
	{"SELECT COUNT(*), MIN(configuration.size), MAX(configuration.size), SUM(configuration.size), AVG(configuration.size) WHERE resourceType = 'AWS::EC2::Volume'", func(now []obj) []any {
		n, low, high, sum := 0.0, math.Inf(1), math.Inf(-1), 0.0
		for _, o := range only(now, typ(volume)) {
			v := get(o, "configuration", "size").(float64)
			n, low, high, sum = n+1, min(low, v), max(high, v), sum+v
		}
		if n == 0 {
			return []any{obj{"COUNT(*)": n, "MIN(configuration.size)": nil, "MAX(configuration.size)": nil, "SUM(configuration.size)": nil, "AVG(configuration.size)": nil}}
		}
		return []any{obj{"COUNT(*)": n, "MIN(configuration.size)": low, "MAX(configuration.size)": high, "SUM(configuration.size)": sum, "AVG(configuration.size)": sum / n}}
	}},
	{"SELECT awsRegion, accountId, COUNT(*) WHERE resourceType = 'AWS::EC2::Volume' GROUP BY awsRegion, accountId ORDER BY COUNT(*) DESC, awsRegion, accountId DESC", func(now []obj) (out []any) {
		n := map[[2]string]float64{}
		for _, o := range only(now, typ(volume)) {
			n[[2]string{str(o, "awsRegion"), str(o, "awsAccountId")}]++
		}
		for k, v := range n {
			out = append(out, obj{"awsRegion": k[0], "accountId": k[1], "COUNT(*)": v})
		}
		sort.Slice(out, func(i, j int) bool {
			a, b := out[i].(obj), out[j].(obj)
			switch {
			case a["COUNT(*)"] != b["COUNT(*)"]:
				return a["COUNT(*)"].(float64) > b["COUNT(*)"].(float64)
			case a["awsRegion"] != b["awsRegion"]:
				return str(a, "awsRegion") < str(b, "awsRegion")
			}
			return str(a, "accountId") > str(b, "accountId")
		})
		return out
	}},
	{"SELECT resourceId, configuration.size WHERE resourceType = 'AWS::EC2::Volume' ORDER BY configuration.size DESC, resourceId", func(now []obj) (out []any) {
		list := only(now, typ(volume))
		sort.SliceStable(list, func(i, j int) bool {
			a, b := get(list[i], "configuration", "size").(float64), get(list[j], "configuration", "size").(float64)
			return a > b || a == b && str(list[i], "resourceId") < str(list[j], "resourceId")
		})
		for _, o := range list {
			out = append(out, obj{"resourceId": o["resourceId"], "configuration": obj{"size": get(o, "configuration", "size")}})
		}
		return out
	}},
	{"SELECT relationships.resourceType, COUNT(*) WHERE resourceType = 'AWS::EC2::Instance' GROUP BY relationships.resourceType", func(now []obj) []any {
		n := map[string]float64{}
		for _, o := range only(now, typ(instance)) {
			here := map[string]bool{}
			for _, e := range list(o, "relationships") {
				here[str(e, "resourceType")] = true
			}
			for k := range here {
				n[k]++
			}
		}
		var out []any
		for _, k := range sorted(n) {
			out = append(out, obj{"relationships": obj{"resourceType": k}, "COUNT(*)": n[k]})
		}
		return out
	}},
	{"SELECT resourceId WHERE (resourceType = 'AWS::S3::Bucket' OR resourceType = 'AWS::EC2::VPC') AND NOT (awsRegion = 'us-east-1' OR accountId = '444455556666')", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			return (typ(bucket)(o) || typ("AWS::EC2::VPC")(o)) && str(o, "awsRegion") != "us-east-1" && str(o, "awsAccountId") != "444455556666"
		})
	}},
	{"SELECT resourceId WHERE supplementaryConfiguration.BucketVersioningConfiguration.status = 'Enabled'", func(now []obj) []any {
		return ids(now, func(o obj) bool {
			return str(o, "supplementaryConfiguration", "BucketVersioningConfiguration", "status") == "Enabled"
		})
	}},
}

// TestStatementsAgainstTheEstate: the package's answers are those of loops over the decoded items, whatever the page.
func TestStatementsAgainstTheEstate(t *testing.T) {
	items, states := estate(t)
	now, then := at(states, storetest.Start.Add(24*time.Hour)), at(states, past)
	if len(now) < 300 || len(then) == len(now) {
		t.Fatalf("the estate has %d resources now and %d then", len(now), len(then))
	}
	for _, s := range statements {
		want := s.want(now)
		if len(want) == 0 {
			t.Errorf("%s\nfinds nothing: it proves nothing", s.sql)
		}
		for _, limit := range []int{1000, 7} {
			same(t, s.sql, answer(t, items, s.sql, arn.Everything(), limit), want)
		}
		asOf := s.sql + " AS OF '" + past.Format(time.RFC3339) + "'"
		same(t, asOf, answer(t, items, asOf, arn.Everything(), 1000), s.want(then))
		mine := only(now, func(o obj) bool {
			return str(o, "awsAccountId") == "111122223333" && str(o, "awsRegion") == "us-east-1"
		})
		same(t, s.sql, answer(t, items, s.sql, arn.Scope{Accounts: []string{"111122223333"}, Regions: []string{"us-east-1"}}, 50), s.want(mine))
	}
}

func answer(t *testing.T, items store.Repo[inventory.Tx], sql string, scope arn.Scope, limit int) []any {
	t.Helper()
	st, err := query.Parse(sql)
	if err != nil {
		t.Fatalf("%s\n%v", sql, err)
	}
	out := []any{}
	r := query.Request{Scope: scope, Limit: limit}
	for {
		var page query.Page
		err := items.Read(context.Background(), func(tx inventory.Tx) (err error) {
			page, err = st.Run(tx, r)
			return err
		})
		if err != nil {
			t.Fatalf("%s\n%v", sql, err)
		}
		for _, row := range page.Rows {
			var v any
			if err := json.Unmarshal([]byte(row), &v); err != nil {
				t.Fatalf("%s\n%s\n%v", sql, row, err)
			}
			out = append(out, v)
		}
		if page.Next == nil {
			return out
		}
		text, err := json.Marshal(page.Next) // as a page token carries it
		if err != nil {
			t.Fatal(err)
		}
		r.After = query.Cursor{}
		if err := json.Unmarshal(text, &r.After); err != nil {
			t.Fatal(err)
		}
	}
}

// same compares rows as JSON; tags are compared in any order.
func same(t *testing.T, sql string, got, want []any) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s\n%d rows, want %d", sql, len(got), len(want))
		return
	}
	for i := range want {
		if g, w := canonical(got[i]), canonical(want[i]); g != w {
			t.Errorf("%s\nrow %d is  %s\nshould be %s", sql, i, g, w)
			return
		}
	}
}

func canonical(v any) string {
	if o, ok := v.(obj); ok {
		if tags, ok := o["tags"].([]any); ok {
			sort.Slice(tags, func(i, j int) bool { return str(tags[i], "tag") < str(tags[j], "tag") })
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
