package query

import "slices"

// check refuses statements whose parts do not fit each other.
func (st *Statement) check() error {
	grouped := st.Aggregates()
	for _, p := range st.GroupBy {
		if p.subtree() {
			return invalid(p.At, "%s is an object: group by a property in it.", p.Name)
		}
	}
	types := st.plan().types
	for _, f := range st.Fields {
		if err := st.checkField(f, grouped, types); err != nil {
			return err
		}
	}
	for _, o := range st.OrderBy {
		if o.Path != nil && o.Path.subtree() {
			return invalid(o.At, "%s is an object: order by a property in it.", o.Path.Name)
		}
		if o.Func != "" && !grouped {
			return invalid(o.At, "ORDER BY %s needs an aggregate among the fields, or GROUP BY.", o.Name())
		}
		if err := st.checkField(o.Field, grouped, types); err != nil {
			return err
		}
	}
	return nil
}

func (st *Statement) checkField(f Field, grouped bool, types []string) error {
	switch {
	case f.Path == nil:
		return nil
	case f.Func == "":
		if grouped && !slices.ContainsFunc(st.GroupBy, func(p *Path) bool { return p.Name == f.Path.Name }) {
			return invalid(f.At, "%s stands beside aggregates and is not in GROUP BY: add it there.", f.Path.Name)
		}
		return nil
	case f.Path.subtree():
		return invalid(f.Path.At, "%s is an object: name a property in it.", f.Path.Name)
	case f.Func == Sum || f.Func == Avg:
		if len(types) == 0 && !numeric(kindOf(f.Path.Name, "")) ||
			len(types) > 0 && !slices.ContainsFunc(types, func(t string) bool { return numeric(f.Path.kind(t)) }) {
			return invalid(f.Path.At, "%s takes numbers, and %s has none.", f.Func, f.Path.Name)
		}
	}
	return nil
}
