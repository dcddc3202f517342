package guard

import "fmt"

// result is a value that a query found, or the deepest value it reached.
type result struct {
	v    Value
	miss *miss
}

// miss says why a query ended early.
type miss struct {
	query  *query
	at     int // the step that found nothing
	reason string
}

// remaining is the part of the query that was not walked.
func (m *miss) remaining() string {
	s := ""
	for i := m.at; i < len(m.query.steps); i++ {
		s += m.query.steps[i].String()
	}
	if len(s) > 0 && s[0] == '.' {
		return s[1:]
	}
	return s
}

func (s *step) String() string {
	switch s.kind {
	case stepKey:
		return "." + s.key
	case stepIndex:
		return fmt.Sprintf("[%d]", s.index)
	case stepEach:
		return ".*"
	case stepAll:
		return "[*]"
	case stepVar:
		return ".%" + s.key
	case stepNames:
		return "[" + s.capture + "]"
	case stepKeys:
		return "[keys]"
	}
	return "[filter]"
}

// query walks from a context and appends what it finds to out.
func (r *run) query(q *query, sc *scope, ctx Value, out []result) []result {
	if q.variable == "" {
		if q.typed != "" && ctx == r.doc.root() {
			if found, ok := r.doc.ofType(q.typed); ok {
				for _, v := range found {
					out = r.walk(sc, q, q.typedAt, v, -1, out)
				}
				return out
			}
		}
		return r.walk(sc, q, 0, ctx, -1, out)
	}
	for _, x := range r.lookup(sc, q.variable).results {
		if x.miss != nil {
			out = append(out, x)
			continue
		}
		out = r.walk(sc, q, 0, x.v, -1, out)
	}
	return out
}

// lend gives a slice for short-lived results; giveBack takes it again.
func (r *run) lend() []result {
	if n := len(r.pool); n > 0 {
		s := r.pool[n-1]
		r.pool = r.pool[:n-1]
		return s
	}
	return make([]result, 0, 8)
}

func (r *run) giveBack(s []result) {
	if cap(s) <= 1<<16 {
		r.pool = append(r.pool, s[:0])
	}
}

func missing(v Value, q *query, at int, reason string) result {
	return result{v, &miss{q, at, reason}}
}

// walk takes the steps from number i on. spelling is the number of the other spelling that a key was found under, which
// serves for the rest of the path, or -1.
func (r *run) walk(sc *scope, q *query, i int, v Value, spelling int, out []result) []result {
	for ; i < len(q.steps); i++ {
		if !r.tick(1) {
			return out
		}
		s := &q.steps[i]
		var next Value
		ok, reason := false, ""
		switch s.kind {
		case stepKey:
			next, spelling, ok = r.key(v, s, spelling)
			reason = "there is no such key"
		case stepIndex:
			next, ok = v.elem(abs(s.index))
			reason = "there is no such element"
		default:
			return r.fan(sc, q, i, v, spelling, out)
		}
		if !ok {
			return append(out, missing(v, q, i, reason))
		}
		v = next
	}
	if len(out) >= maxResults {
		r.fail("%s finds more than %d values", clip(q.text, 80), maxResults)
		return out
	}
	return append(out, result{v: v})
}

// key is a member under its own name or, where that is missing, under another spelling of it.
func (r *run) key(v Value, s *step, spelling int) (Value, int, bool) {
	if v.kind() != Map {
		return Value{}, spelling, false
	}
	if m, ok := v.member(s.key); ok {
		return m, spelling, true
	}
	for i, name := range s.variants {
		if spelling >= 0 && i != spelling {
			continue
		}
		if m, ok := v.member(name); ok && r.tick(1) {
			return m, i, true
		}
	}
	return Value{}, spelling, false
}

// fan takes a step that may lead to any number of values.
func (r *run) fan(sc *scope, q *query, i int, v Value, spelling int, out []result) []result {
	switch s := &q.steps[i]; s.kind {
	case stepEach, stepAll:
		return r.each(sc, q, i, v, spelling, out)
	case stepFilter:
		return r.filter(sc, q, i, v, spelling, out)
	case stepNames:
		if v.kind() != Map {
			return append(out, missing(v, q, i, "it has no members"))
		}
		v.children(func(key string, m Value) bool {
			r.keep(s.capture, key)
			out = r.walk(sc, q, i+1, m, spelling, out)
			return r.err == nil
		})
		return out
	case stepKeys:
		return r.byKeys(sc, q, i, v, spelling, out)
	default:
		return r.interpolate(sc, q, i, v, spelling, out)
	}
}

func (r *run) each(sc *scope, q *query, i int, v Value, spelling int, out []result) []result {
	kind := v.kind()
	if kind != List && kind != Map || (kind == Map && q.steps[i].kind == stepAll) {
		return r.walk(sc, q, i+1, v, spelling, out)
	}
	if v.size() == 0 {
		return append(out, missing(v, q, i, "it is empty"))
	}
	v.children(func(_ string, e Value) bool {
		out = r.walk(sc, q, i+1, e, spelling, out)
		return r.err == nil
	})
	return out
}

func (r *run) filter(sc *scope, q *query, i int, v Value, spelling int, out []result) []result {
	s := &q.steps[i]
	kind := v.kind()
	test := func(key string, e Value) bool {
		if r.quiet(s.filter, sc, e) == Pass {
			if s.capture != "" && key != "" {
				r.keep(s.capture, key)
			}
			out = r.walk(sc, q, i+1, e, spelling, out)
		}
		return r.tick(1)
	}
	switch {
	case kind == List, kind == Map && s.after == behindKey:
		v.children(test)
	case kind == Map, s.after == behindAll:
		test("", v)
	default:
		return append(out, missing(v, q, i, "it is neither a list nor a map"))
	}
	return out
}

func (r *run) keep(name, key string) {
	if r.captures == nil {
		r.captures = map[string][]Value{}
	}
	r.captures[name] = append(r.captures[name], text(key))
}

func (r *run) byKeys(sc *scope, q *query, i int, v Value, spelling int, out []result) []result {
	s := &q.steps[i]
	if v.kind() != Map {
		return append(out, missing(v, q, i, "it has no keys"))
	}
	right := r.operand(&s.keys.right, sc, sc.ctx)
	v.children(func(key string, m Value) bool {
		if r.keyMatches(text(key), right, s.keys) {
			if s.capture != "" {
				r.keep(s.capture, key)
			}
			out = r.walk(sc, q, i+1, m, spelling, out)
		}
		return r.tick(1)
	})
	return out
}

func (r *run) keyMatches(key Value, right bound, t *keysTest) bool {
	hit := false
	for _, x := range right.results {
		switch {
		case x.miss != nil:
		case x.v.kind() == List:
			hit = hit || r.among(key, x.v)
		default:
			same, _ := r.equal(key, x.v)
			hit = hit || same
		}
	}
	return hit != t.not
}

// interpolate uses the strings of a variable as keys.
func (r *run) interpolate(sc *scope, q *query, i int, v Value, spelling int, out []result) []result {
	s := &q.steps[i]
	var keys []string
	for _, x := range r.lookup(sc, s.key).results {
		if x.miss != nil {
			out = append(out, missing(v, q, i, "the variable of the key holds nothing"))
			continue
		}
		if x.v.kind() == String {
			keys = append(keys, x.v.str())
			continue
		}
		if x.v.kind() != List {
			r.fail("variable %%%s is used as a key in %s but holds no string", s.key, clip(q.text, 80))
			return out
		}
		x.v.children(func(_ string, e Value) bool {
			if e.kind() == String {
				keys = append(keys, e.str())
			}
			return true
		})
	}
	if s.index >= 0 {
		if s.index >= len(keys) {
			return append(out, missing(v, q, i, "the variable of the key holds fewer values"))
		}
		keys = keys[s.index : s.index+1]
	}
	for _, key := range keys {
		m, ok := v, false
		if v.kind() == Map {
			m, ok = v.member(key)
		}
		if !ok {
			out = append(out, missing(v, q, i, "there is no key "+key))
			continue
		}
		if out = r.walk(sc, q, i+1, m, spelling, out); r.err != nil {
			return out
		}
	}
	return out
}
