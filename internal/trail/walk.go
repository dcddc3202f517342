package trail

// walk calls visit for every member, at any depth, below the object or array at v whose value is a string, a number
// or a boolean. The text has been checked by the scanner before; depth is 1 for v's own members.
func walk(b []byte, v span, visit func(depth int, key, value span)) {
	if v.empty() || v.str {
		return
	}
	s := scanner{b: b[:v.end], i: v.start}
	depth := 0
	var key span
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case '{', '[':
			depth++
			key = span{}
			s.i++
		case '}', ']':
			depth--
			key = span{}
			s.i++
		case '"':
			str, err := s.str()
			if err != nil {
				return
			}
			switch next, _ := s.peek(); {
			case next == ':':
				key = str
				s.i++
			case !key.empty():
				visit(depth, key, str)
				key = span{}
			}
		case ',', ' ', '\n', '\t', '\r', ':':
			s.i++
		default:
			start := s.i
			for s.i < len(s.b) && s.b[s.i] > ' ' && s.b[s.i] != ',' && s.b[s.i] != '}' && s.b[s.i] != ']' {
				s.i++
			}
			if !key.empty() {
				visit(depth, key, span{start: start, end: s.i})
				key = span{}
			}
		}
	}
}
