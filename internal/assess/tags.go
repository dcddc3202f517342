package assess

import (
	"context"
	"maps"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
)

// checkTags checks keys and values.
func checkTags(tags map[string]string) error {
	if len(tags) > 50 {
		return fault.Invalidf("tags", "A resource has at most 50 tags.")
	}
	for k, v := range tags {
		if strings.HasPrefix(strings.ToLower(k), "aws:") {
			return fault.Invalidf("tags", "The tag key %q begins with aws:, which is reserved.", k)
		}
		if err := firstOf(length("tags", k, 1, 128), length("tags", v, 0, 256)); err != nil {
			return err
		}
	}
	return nil
}

// Tags are a resource's tags.
func (s *Service) Tags(ctx context.Context, c Caller, resource string) (map[string]string, error) {
	return read(ctx, s, func(tx Tx) (map[string]string, error) {
		var out map[string]string
		err := s.tagged(tx, c, resource, func(tags map[string]string) map[string]string {
			out = tags
			return tags
		})
		return out, err
	})
}

// Tag adds or replaces tags of a resource.
func (s *Service) Tag(ctx context.Context, c Caller, resource string, tags map[string]string) error {
	_, err := write(ctx, s, func(tx Tx) (struct{}, error) {
		var bad error
		err := s.tagged(tx, c, resource, func(old map[string]string) map[string]string {
			merged := maps.Clone(old)
			if merged == nil {
				merged = map[string]string{}
			}
			maps.Copy(merged, tags)
			if bad = checkTags(merged); bad != nil {
				return old
			}
			return merged
		})
		return struct{}{}, firstOf(err, bad)
	})
	return err
}

// Untag removes tags from a resource.
func (s *Service) Untag(ctx context.Context, c Caller, resource string, keys []string) error {
	_, err := write(ctx, s, func(tx Tx) (struct{}, error) {
		return struct{}{}, s.tagged(tx, c, resource, func(old map[string]string) map[string]string {
			left := maps.Clone(old)
			for _, k := range keys {
				delete(left, k)
			}
			return left
		})
	})
	return err
}

// tagged finds the resource of an ARN and lets change look at, or replace, its tags.
func (s *Service) tagged(tx Tx, c Caller, resource string, change func(map[string]string) map[string]string) error {
	if err := registered(tx, c); err != nil {
		return err
	}
	a, err := arn.Parse(resource)
	kind, id, ok := strings.Cut(a.Resource, "/")
	if err != nil || a.Service != "auditmanager" || !ok {
		return fault.Invalidf("resourceArn", "%q is not the ARN of an assessment, a framework or a control.", resource)
	}
	if a.Account != c.Account {
		return fault.Missing("resource", resource)
	}
	switch kind {
	case "assessment":
		d, err := assessment(tx, c, id)
		if err != nil {
			return err
		}
		old := d.Value.Tags
		d.Value.Tags = change(old)
		if maps.Equal(old, d.Value.Tags) {
			return nil
		}
		return firstOf(c.owns(&d.Value), assessments.Update(tx, d))
	case "control":
		if _, ok := s.o.Library.Control(id); ok {
			return unchangeable(change(nil), resource)
		}
		d, err := controls.Get(tx, "", "", id)
		if err != nil {
			return err
		}
		old := d.Value.Tags
		if d.Value.Tags = change(old); maps.Equal(old, d.Value.Tags) {
			return nil
		}
		return firstOf(owned(c, d.Value.Owner, resource), controls.Update(tx, d))
	case "assessmentFramework":
		if _, ok := s.o.Library.Framework(id); ok {
			return unchangeable(change(nil), resource)
		}
		d, err := frameworks.Get(tx, "", "", id)
		if err != nil {
			return err
		}
		old := d.Value.Tags
		if d.Value.Tags = change(old); maps.Equal(old, d.Value.Tags) {
			return nil
		}
		return firstOf(owned(c, d.Value.Owner, resource), frameworks.Update(tx, d))
	}
	return fault.Invalidf("resourceArn", "%q is not the ARN of an assessment, a framework or a control.", resource)
}

// owned fails when another account made the definition; the transaction is given up with it.
func owned(c Caller, owner, resource string) error {
	if owner == c.Account {
		return nil
	}
	return fault.New(fault.Denied, "%s belongs to account %s, which alone may tag it.", resource, owner)
}

// unchangeable refuses tags on what ships with the program.
func unchangeable(tags map[string]string, resource string) error {
	if len(tags) == 0 {
		return nil
	}
	return fault.Invalidf("resourceArn", "%s is standard and cannot be tagged.", resource)
}
