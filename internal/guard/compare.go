package guard

import "strings"

// equal compares two values; comparable is false when they are of kinds that cannot be equal.
func (r *run) equal(a, b Value) (equal, comparable bool) {
	ka, kb := a.kind(), b.kind()
	if ka != kb {
		return r.mixed(a, b, ka, kb)
	}
	switch ka {
	case Null:
		return true, true
	case Bool:
		return a.bool() == b.bool(), true
	case Int:
		return a.int() == b.int(), true
	case Float:
		return a.float() == b.float(), true
	case String, Char:
		return a.str() == b.str(), true
	case Regex:
		return a.made.re.source == b.made.re.source, true
	case Range:
		return *a.made.span == *b.made.span, true
	case List:
		return r.equalLists(a, b)
	}
	return r.equalMaps(a, b)
}

// mixed compares values of two kinds: a string with a regex, a number or character with a range.
func (r *run) mixed(a, b Value, ka, kb Kind) (equal, comparable bool) {
	if ka == Regex || ka == Range {
		a, b, ka, kb = b, a, kb, ka
	}
	switch {
	case kb == Regex && ka == String:
		return r.match(b.made.re, a.str()), true
	case kb == Range && b.made.span.kind == ka && ka == Char:
		return b.made.span.contains(float64(a.str()[0])), true
	case kb == Range && b.made.span.kind == ka:
		return b.made.span.contains(a.float()), true
	case r.dialect.NumbersMix && number(ka) && number(kb):
		return a.float() == b.float(), true
	}
	return false, false
}

func number(k Kind) bool { return k == Int || k == Float }

func (r *run) equalLists(a, b Value) (bool, bool) {
	if a.size() != b.size() {
		return false, true
	}
	equal, comparable := true, true
	i := 0
	a.children(func(_ string, x Value) bool {
		y, _ := b.elem(i)
		i++
		equal, comparable = r.equal(x, y)
		return equal && r.tick(1)
	})
	return equal, comparable
}

func (r *run) equalMaps(a, b Value) (bool, bool) {
	if a.size() != b.size() {
		return false, true
	}
	equal, comparable := true, true
	a.children(func(key string, x Value) bool {
		y, ok := b.member(key)
		if !ok {
			equal, comparable = false, true
			return false
		}
		equal, comparable = r.equal(x, y)
		return equal && r.tick(1)
	})
	return equal, comparable
}

// match searches a regex; the text's length counts against the budget of the run.
func (r *run) match(re *regex, s string) bool { return r.tick(1+len(s)/64) && re.match(s) }

// order compares two values of one kind that has an order: -1, 0 or 1.
func (r *run) order(a, b Value) (int, bool) {
	ka, kb := a.kind(), b.kind()
	switch {
	case ka != kb && !(r.dialect.NumbersMix && number(ka) && number(kb)):
		return 0, false
	case ka == Null:
		return 0, true
	case ka == Int && kb == Int:
		return sign(a.int() < b.int(), a.int() > b.int()), true
	case number(ka):
		return sign(a.float() < b.float(), a.float() > b.float()), true
	case ka == String || ka == Char:
		return strings.Compare(a.str(), b.str()), true
	}
	return 0, false
}

func sign(less, greater bool) int {
	switch {
	case less:
		return -1
	case greater:
		return 1
	}
	return 0
}

// among reports whether v equals one of the list's elements; ranges in the list are skipped in the 3.1 dialect.
func (r *run) among(v, list Value) bool {
	hit := false
	list.children(func(_ string, e Value) bool {
		if e.kind() == Range && !r.dialect.RangesInLists {
			return true
		}
		hit, _ = r.equal(v, e)
		return !hit && r.tick(1)
	})
	return hit
}

// holdsLists reports whether a list's elements are lists themselves.
func holdsLists(v Value) bool {
	e, ok := v.elem(0)
	return ok && e.kind() == List
}
