package guard

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// JSON writes a value for reports; regexes and ranges, which JSON has not, as strings in the rules' notation.
func (v Value) JSON() string {
	if v.made == nil {
		if raw := v.node.Raw(); raw != "" {
			return raw
		}
		return "null"
	}
	var b strings.Builder
	v.write(&b)
	return b.String()
}

func (v Value) write(b *strings.Builder) {
	if v.made == nil {
		b.WriteString(v.JSON())
		return
	}
	switch m := v.made; m.kind {
	case Bool:
		b.WriteString(strconv.FormatBool(m.truth))
	case Int:
		b.WriteString(strconv.FormatInt(m.whole, 10))
	case Float:
		if math.IsNaN(m.real) || math.IsInf(m.real, 0) {
			writeString(b, strconv.FormatFloat(m.real, 'g', -1, 64))
			return
		}
		b.WriteString(strconv.FormatFloat(m.real, 'g', -1, 64))
	case String, Char:
		writeString(b, m.text)
	case Regex:
		writeString(b, "/"+m.re.source+"/")
	case Range:
		writeString(b, m.span.String())
	case List, Map:
		m.writeChildren(b)
	default:
		b.WriteString("null")
	}
}

func (m *made) writeChildren(b *strings.Builder) {
	ends := "[]"
	if m.kind == Map {
		ends = "{}"
	}
	b.WriteByte(ends[0])
	for i, e := range m.list {
		if i > 0 {
			b.WriteByte(',')
		}
		if m.kind == Map {
			writeString(b, m.keys[i])
			b.WriteByte(':')
		}
		e.write(b)
	}
	b.WriteByte(ends[1])
}

func writeString(b *strings.Builder, s string) {
	t, _ := json.Marshal(s)
	b.Write(t)
}

func (s *span) String() string {
	open, shut := "[", "]"
	if s.openLow {
		open = "("
	}
	if s.openH {
		shut = ")"
	}
	show := func(f float64) string {
		if s.kind == Char {
			return "'" + string(rune(f)) + "'"
		}
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return "r" + open + show(s.low) + "," + show(s.high) + shut
}
