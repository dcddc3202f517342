package eventbus

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// maxTags is how many tags a bus or a rule may have.
const maxTags = 50

func checkTags(tags map[string]string) error {
	if len(tags) > maxTags {
		return fault.Invalidf("Tags", "At most %d tags are allowed.", maxTags)
	}
	for k := range tags {
		if k == "" || strings.HasPrefix(strings.ToLower(k), "aws:") {
			return fault.Invalidf("Tags", "The tag key %q is not allowed: it must not be empty and not begin with aws:.", k)
		}
	}
	return nil
}

// Tags are those of a bus or a rule. Faults: Invalid, NotFound.
func (p *Program) Tags(ctx context.Context, at Place, name string) (tags map[string]string, err error) {
	err = p.Store.Read(ctx, func(tx Tx) error {
		return tagged(tx, at, name, func(t *map[string]string) bool {
			tags = *t
			return false
		})
	})
	return tags, err
}

// Tag changes the tags of a bus or a rule. Faults: Invalid, NotFound.
func (p *Program) Tag(ctx context.Context, at Place, name string, set map[string]string, remove []string) error {
	var wrong error
	err := p.change(ctx, func(tx Tx) error {
		err := tagged(tx, at, name, func(t *map[string]string) bool {
			out := map[string]string{}
			for k, v := range *t {
				out[k] = v
			}
			for k, v := range set {
				out[k] = v
			}
			for _, k := range remove {
				delete(out, k)
			}
			*t = out
			wrong = checkTags(out)
			return wrong == nil
		})
		if err == nil {
			err = wrong
		}
		return err
	})
	return err
}

// tagged hands the tags of what an ARN names to fn, and writes them back when it says so.
func tagged(tx Tx, at Place, name string, fn func(*map[string]string) bool) error {
	a, err := arn.Parse(name)
	if err != nil || a.Service != "events" {
		return fault.Invalidf("ResourceARN", "%s is not the ARN of an event bus or a rule.", name)
	}
	kind, id, _ := strings.Cut(a.Resource, "/")
	if a.Account != at.Account || a.Region != at.Region {
		return &fault.Error{Kind: fault.NotFound, Type: kind, ID: id, Message: name + " does not exist here."}
	}
	switch kind {
	case "event-bus":
		d, err := busOf(tx, at, id)
		if err != nil || !fn(&d.Value.Tags) {
			return err
		}
		return putBus(tx, d)
	case "rule":
		bus, rule, ok := strings.Cut(id, "/")
		if !ok {
			bus, rule = Default, id
		}
		d, err := ruleOf(tx, at, bus, rule)
		if err != nil || !fn(&d.Value.Tags) {
			return err
		}
		return rules.Update(tx, d)
	}
	return fault.Invalidf("ResourceARN", "%s is not the ARN of an event bus or a rule.", name)
}
