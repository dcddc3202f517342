package aws_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// leaf is how a path of items is written, and the kinds of its values.
type leaf struct {
	spelled string
	kinds   map[string]bool
}

// TestLikeRealItems holds the golden items against items that AWS Config itself wrote: what both have is spelled alike
// and of one kind. (Whether a path exists at all is held against the published schema by collecttest.)
func TestLikeRealItems(t *testing.T) {
	real, compared := realItems(t), map[string]int{}
	for file, rec := range records(t) {
		for _, it := range rec.Items {
			typ, got := leaves(t, it)
			for at, l := range got {
				want, ok := real[typ][at]
				if !ok {
					continue
				}
				compared[typ]++
				if l.spelled != want.spelled {
					t.Errorf("%s: %s has %s, AWS Config writes %s", file, typ, l.spelled, want.spelled)
				}
				for k := range l.kinds {
					if !want.kinds[k] {
						t.Errorf("%s: %s %s is a %s, AWS Config writes %v", file, typ, l.spelled, k, want.kinds)
					}
				}
			}
		}
	}
	if len(compared) < 60 {
		t.Errorf("only %d types were compared: %v", len(compared), compared)
	}
}

// realItems are the paths of AWS Config's own items by type and by the path in lower case.
func realItems(t *testing.T) map[string]map[string]leaf {
	f, err := os.Open("../../inventory/testdata/rdk-example-items.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all := map[string]map[string]leaf{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct{ Item json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		typ, got := leaves(t, line.Item)
		if all[typ] == nil {
			all[typ] = got
			continue
		}
		for at, l := range got {
			if have, ok := all[typ][at]; ok {
				for k := range l.kinds {
					have.kinds[k] = true
				}
				continue
			}
			all[typ][at] = l
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// leaves are the values of an item by their paths in lower case. JSON in texts is gone into.
func leaves(t *testing.T, raw []byte) (typ string, out map[string]leaf) {
	var it struct {
		Type          string `json:"resourceType"`
		Configuration any    `json:"configuration"`
		Supplementary any    `json:"supplementaryConfiguration"`
	}
	if err := json.Unmarshal(raw, &it); err != nil {
		t.Fatal(err)
	}
	out = map[string]leaf{}
	into(out, "configuration", it.Configuration)
	into(out, "supplementaryConfiguration", it.Supplementary)
	return it.Type, out
}

func into(out map[string]leaf, at string, v any) {
	if s, ok := v.(string); ok && strings.HasPrefix(s, "{") {
		var inner map[string]any
		if json.Unmarshal([]byte(s), &inner) == nil {
			v = inner
		}
	}
	switch t := v.(type) {
	case map[string]any:
		for k, e := range t {
			into(out, at+"."+k, e)
		}
	case []any:
		for _, e := range t {
			into(out, at, e)
		}
	case nil:
	default:
		key := strings.ToLower(at)
		l, ok := out[key]
		if !ok {
			l = leaf{at, map[string]bool{}}
			out[key] = l
		}
		l.kinds[fmt.Sprintf("%T", t)] = true
	}
}
