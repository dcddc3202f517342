package trail

// Members calls yield with the members of a JSON object in their order, until it returns false: the name without
// escapes and the value's text. Of what is no object there are none. The text is one that Decode or Member gave.
func Members(object []byte, yield func(name string, value []byte) bool) {
	s := scanner{b: object}
	if c, err := s.peek(); err != nil || c != '{' {
		return
	}
	s.i++
	if c, err := s.peek(); err != nil || c == '}' {
		return
	}
	for {
		k, err := s.key()
		if err != nil {
			return
		}
		v, err := s.value(1)
		if err != nil || !yield(str(object, k), v.text(object)) {
			return
		}
		if done, err := s.separator('}'); done || err != nil {
			return
		}
	}
}

// Elements calls yield with the text of each element of a JSON array, until it returns false.
func Elements(array []byte, yield func(value []byte) bool) {
	s := scanner{b: array}
	if c, err := s.peek(); err != nil || c != '[' {
		return
	}
	s.i++
	if c, err := s.peek(); err != nil || c == ']' {
		return
	}
	for {
		v, err := s.value(1)
		if err != nil || !yield(v.text(array)) {
			return
		}
		if done, err := s.separator(']'); done || err != nil {
			return
		}
	}
}

// text is the value's text in b, with the quotes of a string.
func (v span) text(b []byte) []byte {
	if v.str {
		return b[v.start-1 : v.end+1]
	}
	return b[v.start:v.end]
}
