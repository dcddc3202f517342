package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// Tags keep the hashes of different kinds of things apart: no content of one kind can pass for another.
const (
	bodyTag       = "tickmark evidence body v1\n"
	occurrenceTag = "tickmark evidence occurrence v1\n"
	idTag         = "tickmark evidence id v1\n"
	producedTag   = "tickmark evidence produced v1\n"
	membersTag    = "tickmark evidence members v1\n"
	checkpointTag = "tickmark account checkpoint v1\n"
	changeTag     = "tickmark key change v1\n"
)

func tagged(tag string, data []byte) Hash {
	h := sha256.New()
	h.Write([]byte(tag))
	h.Write(data)
	return Hash(h.Sum(nil))
}

// encode writes canonical JSON: keys sorted, no blanks, no empty members, strings as short as JSON allows except
// U+2028 and U+2029, which are escaped.
func encode(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	out := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	// Bytes that are not UTF-8 come out as an escape; write it as the character, so that decoding and encoding
	// again changes nothing. A backslash before it would make it text.
	return replaceEscape(out, `\ufffd`, "\ufffd"), nil
}

func replaceEscape(b []byte, escape, char string) []byte {
	if !bytes.Contains(b, []byte(escape)) {
		return b
	}
	var out []byte
	for i := 0; i < len(b); {
		switch {
		case bytes.HasPrefix(b[i:], []byte(escape)):
			out = append(out, char...)
			i += len(escape)
		case b[i] == '\\':
			out = append(out, b[i], b[i+1])
			i += 2
		default:
			out = append(out, b[i])
			i++
		}
	}
	return out
}

// decode reads canonical JSON; unknown members and any other spelling of the same value are errors.
func decode[T any](noun string, data []byte) (T, error) {
	var v T
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		return v, fmt.Errorf("read %s: %w", noun, err)
	}
	again, err := encode(v)
	if err != nil {
		return v, fmt.Errorf("read %s: %w", noun, err)
	}
	if !bytes.Equal(again, data) {
		return v, fmt.Errorf("read %s: not in its canonical form", noun)
	}
	return v, nil
}
