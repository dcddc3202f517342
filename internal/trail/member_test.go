package trail_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/trail"
)

func TestMember(t *testing.T) {
	raw := []byte(`{"a": {"b" : {"c":"x\u0041\"","n":-1.5e3}}, "l":[{"a":1}],"t":true,"z":null,"e":{}, "esc\u0061ped":1,"last":7}`)
	for _, c := range []struct {
		path []string
		json string
		text string
	}{
		{[]string{"a", "b", "c"}, `"x\u0041\""`, `xA"`},
		{[]string{"a", "b", "n"}, `-1.5e3`, `-1.5e3`},
		{[]string{"a", "b"}, `{"c":"x\u0041\"","n":-1.5e3}`, ""},
		{[]string{"l"}, `[{"a":1}]`, ""},
		{[]string{"t"}, `true`, `true`},
		{[]string{"z"}, `null`, ""},
		{[]string{"escaped"}, `1`, `1`},
		{[]string{"last"}, `7`, `7`},
		{[]string{"e", "a"}, "", ""},
		{[]string{"l", "a"}, "", ""},
		{[]string{"t", "a"}, "", ""},
		{[]string{"missing"}, "", ""},
	} {
		got, ok := trail.Member(raw, c.path...)
		if string(got) != c.json || ok != (c.json != "") {
			t.Errorf("%q: %s, %v", c.path, got, ok)
		}
		if got := trail.MemberText(raw, c.path...); got != c.text {
			t.Errorf("text of %q: %q", c.path, got)
		}
	}
}

func TestListed(t *testing.T) {
	raw := []byte(`{"requestParameters":{"resources":[{"ARN":"x"}]},"resources": [{"ARN":"arn:a","accountId":"1","type":"T"}, 7, {"ARNPrefix":"arn:b/"},{}]}`)
	var got []trail.Resource
	trail.Listed(raw, func(r trail.Resource) bool {
		got = append(got, r)
		return len(got) < 3
	})
	want := []trail.Resource{{Type: "T", Name: "arn:a"}, {}, {Name: "arn:b/"}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	for _, none := range []string{`{}`, `{"resources":null}`, `{"resources":"x"}`, `{"resources":[]}`, `{"resources":{}}`} {
		trail.Listed([]byte(none), func(r trail.Resource) bool {
			t.Errorf("%s lists %+v", none, r)
			return true
		})
	}
}

func TestMembers(t *testing.T) {
	var got []string
	trail.Members([]byte(` { "a" : "x\"", "\u0062":{"c":[1]},"d":-1e3 , "e":null}`), func(name string, v []byte) bool {
		got = append(got, name+"="+string(v))
		return len(got) < 4
	})
	trail.Elements([]byte(` [1, "x" ,[2],{"a":3} ]`), func(v []byte) bool {
		got = append(got, string(v))
		return true
	})
	want := []string{`a="x\""`, `b={"c":[1]}`, `d=-1e3`, `e=null`, `1`, `"x"`, `[2]`, `{"a":3}`}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, none := range []string{``, `{}`, `[]`, `1`, `"x"`, `null`, `{"a"`, `[`} {
		trail.Members([]byte(none), func(string, []byte) bool { t.Errorf("%s has members", none); return true })
	}
}

// FuzzListed holds the resources of whatever Decode accepts against encoding/json.
func FuzzListed(f *testing.F) {
	for _, list := range []string{`[]`, `[{"ARN":"a","type":"T"},{"ARNPrefix":"b\u002f","accountId":"1"}]`, `{"ARN":"a"}`, `"x"`, `[1,[{"ARN":"x"}],{"deep":{"ARN":"y"}}]`} {
		f.Add([]byte(`{"eventTime":"2026-01-05T08:00:00Z","eventName":"x","eventSource":"y","resources":` + list + `}`))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := trail.Decode(raw)
		if err != nil {
			return
		}
		var got []string
		trail.Listed(e.Raw, func(r trail.Resource) bool {
			got = append(got, r.Name)
			return true
		})
		var want struct{ Resources []map[string]any }
		if json.Unmarshal(raw, &want) != nil || strings.Count(strings.ToLower(string(raw)), `resources`) != 1 || !strings.Contains(string(raw), `"resources"`) || strings.Contains(string(raw), `\u`) {
			return // not a list of objects, or names that come twice, in disguise or in other letters, which encoding/json takes otherwise
		}
		if len(got) != len(want.Resources) {
			t.Errorf("%s lists %q, want %v", raw, got, want.Resources)
		}
	})
}
