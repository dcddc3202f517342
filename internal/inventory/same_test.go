package inventory

import (
	"strings"
	"testing"
)

func TestSameItem(t *testing.T) {
	file := mustDecode(t, fileForm)
	if !SameItem(file, mustDecode(t, apiForm)) || !SameItem(mustDecode(t, apiForm), file) {
		t.Error("the two spellings of one item differ")
	}
	for _, c := range []struct {
		from, to string
		state    bool // the resource's state is the same all the same
	}{
		{`"name":"b"`, `"name":"c"`, false},
		{`"owner":{"id":"x"}`, `"owner":{"id":"x","y":null}`, true},
		{`"owner":{"id":"x"}`, `"owner":{"id":"x","y":0}`, false},
		{`"owner":{"id":"x"}`, `"owner":["x"]`, false},
		{`"tags":{"env":"prod"}`, `"tags":{"env":"prod","a":"b"}`, false},
		{`"tags":{"env":"prod"}`, `"tags":{}`, false},
		{`"resourceId":"AROA"`, `"resourceId":"AROB"`, false},
		{`"relationships":[{`, `"relationships":[{"resourceType":"T","resourceId":"1","name":"x"},{`, false},
		{`"policyText":null`, `"policyText":"x"`, false},
		{`"Requester":false`, `"Requester":false,"New":[1]`, false},
		{`"configurationItemStatus":"OK"`, `"configurationItemStatus":"ResourceDeleted"`, false},
		{`"configurationItemStatus":"OK"`, `"configurationItemStatus":"ResourceDiscovered"`, true},
		{`"configurationStateId":1582217600123`, `"configurationStateId":1582217600124`, true},
	} {
		src := strings.Replace(fileForm, c.from, c.to, 1)
		if src == fileForm {
			t.Fatalf("the case %s does not apply", c.from)
		}
		other := mustDecode(t, src)
		if SameState(file, other) != c.state || SameState(other, file) != c.state {
			t.Errorf("%s -> %s: same state is %v, want %v", c.from, c.to, !c.state, c.state)
		}
		if c.to != `"owner":{"id":"x","y":null}` && SameItem(file, other) {
			t.Errorf("%s -> %s: is the same item", c.from, c.to)
		}
	}
}
