package trail

// Member returns the JSON text of a member of a record, by the names on the way to it, and whether it is there. The
// record is one that Decode accepted; of a name that comes twice the first counts.
func Member(raw []byte, path ...string) ([]byte, bool) {
	s := scanner{b: raw}
	for _, name := range path {
		if c, err := s.peek(); err != nil || c != '{' {
			return nil, false
		}
		s.i++
		if !s.find(name) {
			return nil, false
		}
	}
	v, err := s.value(1)
	if err != nil && err != errShort { // errShort: a number that ends the text
		return nil, false
	}
	if v.str {
		return raw[v.start-1 : v.end+1], true
	}
	return raw[v.start:v.end], true
}

// MemberText is a member that is a string, a number or a boolean, without quotes and escapes; "" for all others.
func MemberText(raw []byte, path ...string) string {
	v, ok := Member(raw, path...)
	switch {
	case !ok || len(v) == 0 || v[0] == '{' || v[0] == '[' || string(v) == "null":
		return ""
	case v[0] != '"':
		return string(v)
	}
	s := scanner{b: v}
	sp, err := s.str()
	if err != nil {
		return ""
	}
	return str(v, sp)
}

// find stands before the value of a member of the object whose first member is next; false when it has none.
func (s *scanner) find(name string) bool {
	for {
		if c, err := s.peek(); err != nil || c == '}' {
			return false
		}
		k, err := s.key()
		if err != nil {
			return false
		}
		if str(s.b, k) == name {
			_, err := s.peek()
			return err == nil
		}
		if _, err := s.value(1); err != nil {
			return false
		}
		if done, err := s.separator('}'); done || err != nil {
			return false
		}
	}
}
