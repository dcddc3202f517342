package custom

import (
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/guard"
	"github.com/tickmark/tickmark/internal/tree"
)

// params are the parameters of one config rule.
type params struct {
	keys   []string
	values []guard.Value
	plain  map[string]string
}

// parse reads the parameters. They are strings; for Guard one that holds a JSON list or object is opened.
func parse(text string) (params, error) {
	p := params{plain: map[string]string{}}
	if strings.TrimSpace(text) == "" {
		return p, nil
	}
	doc, err := tree.ParseString(text)
	if err != nil || doc.Root().Kind() != tree.Object {
		return p, fmt.Errorf("the parameters are not a JSON object")
	}
	for key, n := range doc.Root().Members {
		p.plain[key] = n.Str()
		v := guard.Node(n)
		if s := strings.TrimSpace(n.Str()); n.Kind() == tree.String && (strings.HasPrefix(s, "[") || strings.HasPrefix(s, "{")) {
			if inner, err := tree.ParseString(s); err == nil {
				v = guard.Node(inner.Root())
			}
		}
		p.keys, p.values = append(p.keys, key), append(p.values, v)
	}
	return p, nil
}
