package wire

import (
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// NextPage makes the input of the page after an answer, from the input of the first. more is false when there is none.
// An answer that leads back to where it came from is an error: following it would never end.
func NextPage(p *models.Page, in, out Object) (next Object, more bool, err error) {
	if p == nil {
		return nil, false, nil
	}
	if p.More != "" {
		if v, ok := At(out, p.More).(bool); ok && !v {
			return nil, false, nil
		}
	}
	next = make(Object, len(in)+1)
	for k, v := range in {
		next[k] = v
	}
	changed := false
	for i, name := range p.In {
		if i >= len(p.Out) {
			break
		}
		v := At(out, p.Out[i])
		if v == nil || v == "" {
			delete(next, name)
			continue
		}
		more = true
		if fmt.Sprint(in[name]) != fmt.Sprint(v) || in[name] == nil {
			changed = true
		}
		next[name] = v
	}
	if more && !changed {
		return nil, false, fmt.Errorf("the answer's %s leads to the same page again", strings.Join(p.Out, ", "))
	}
	return next, more, nil
}

// At evaluates one of the expressions that paginators have: "A.B", "A[-1].B", "A || B".
func At(tree any, expression string) any {
	for path := range strings.SplitSeq(expression, " || ") {
		if v := follow(tree, path); v != nil && v != "" {
			return v
		}
	}
	return nil
}

func follow(tree any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		name, last := strings.CutSuffix(step, "[-1]")
		object, ok := tree.(Object)
		if !ok {
			return nil
		}
		tree = object[name]
		if last {
			list, _ := tree.([]any)
			if len(list) == 0 {
				return nil
			}
			tree = list[len(list)-1]
		}
	}
	return tree
}
