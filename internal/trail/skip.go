package trail

// skip rejects the damaged record at s.pos and looks for its end by its brackets and quotes alone, so that the
// records behind it are not lost. Text that is no object ends at the next comma or bracket.
func (s *Splitter) skip(reason error) error {
	if reason == errShort {
		return s.broken(reason)
	}
	s.n++
	s.Reject(recordPlace(s.n), reason.Error())
	m := matcher{}
	for {
		for s.pos < len(s.buf) {
			stop, take := m.step(s.buf[s.pos])
			if take {
				s.pos++
			}
			if stop {
				return nil
			}
		}
		if !s.fill() {
			s.pos = len(s.buf)
			return s.broken(errShort)
		}
	}
}

// matcher follows brackets and strings through text that need not be JSON.
type matcher struct {
	depth             int
	quoted, backslash bool
	last              byte
}

// step looks at one byte: whether the record ends there, and whether the byte belongs to it.
func (m *matcher) step(c byte) (stop, take bool) {
	last := m.last
	m.last = c
	if last == '\n' && c == '{' { // a new record at the start of a line ends whatever came before
		return true, false
	}
	if m.quoted {
		switch {
		case m.backslash:
			m.backslash = false
		case c == '\\':
			m.backslash = true
		case c == '"', c == '\n': // no JSON string holds a line end: a lost quote must not swallow the file
			m.quoted = false
		}
		return false, true
	}
	switch c {
	case '"':
		m.quoted = true
	case '{', '[':
		m.depth++
	case '}', ']':
		if m.depth == 0 {
			return true, c == '}' // the bracket belongs to the list; a stray brace to nothing
		}
		m.depth--
		return m.depth == 0, true
	case ',':
		return m.depth == 0, m.depth > 0
	}
	return false, true
}
