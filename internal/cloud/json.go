package cloud

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/fault"
)

const (
	// MaxInputs bounds a call's inputs; the greatest document that an API takes is far smaller.
	MaxInputs = 4 << 20
	// MaxOutput bounds the JSON of an answer, and the bytes of a stream in it.
	MaxOutput = 8 << 20
)

// decode reads the inputs of a call. None is nil.
func decode(inputs json.RawMessage) (tree any, err error) {
	if len(inputs) > MaxInputs {
		return nil, fault.Invalidf("Inputs", "The inputs have %d bytes; at most %d can be sent.", len(inputs), MaxInputs)
	}
	if len(bytes.TrimSpace(inputs)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(inputs))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, fault.Invalidf("Inputs", "The inputs are not JSON: %v.", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fault.Invalidf("Inputs", "The inputs must be one JSON object and nothing after it.")
	}
	return tree, nil
}

// encode writes an answer as JSON: times as RFC 3339, bytes as text when they are text and else in base64.
func encode(out map[string]any) (json.RawMessage, error) {
	b, err := json.Marshal(plain(out))
	if err == nil && len(b) > MaxOutput {
		err = fmt.Errorf("the answer is larger than %d bytes: ask for less of it", MaxOutput)
	}
	return b, err
}

// plain replaces what JSON has no kind for.
func plain(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = plain(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = plain(item)
		}
		return out
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case []byte:
		if utf8.Valid(v) {
			return string(v)
		}
		return base64.StdEncoding.EncodeToString(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v) // the APIs write strings
		}
	}
	return v
}
