package collect

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Object is a JSON object as a Caller gives it: members as the API's model names them; times are time.Time or text.
type Object = map[string]any

// At gives what lies at a path of members: "Attachment.InstanceId". A list on the way, or "[]", is looked into at its
// first element. nil when there is nothing.
func At(v any, path string) any {
	all := Every(v, path)
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

// Text is At as a text; "" when there is nothing.
func Text(v any, path string) string { return text(At(v, path)) }

func text(v any) string {
	switch t := v.(type) {
	case nil:
		return ""
	case string:
		return t
	case time.Time:
		return t.UTC().Format(time.RFC3339)
	case Object, []any:
		b, _ := json.Marshal(t)
		return string(b)
	}
	return fmt.Sprint(v)
}

// Every gives all that lies at a path; lists on the way, and at its end when it ends with "[]", are gone through. The
// empty path is the value itself.
func Every(v any, path string) []any {
	if v == nil {
		return nil
	}
	if path == "" {
		return []any{v}
	}
	step, rest, _ := strings.Cut(path, ".")
	name, spread := strings.CutSuffix(step, "[]")
	switch t := v.(type) {
	case Object:
		if name != "" {
			v = t[name]
		}
	case []any:
		var all []any
		for _, e := range t {
			all = append(all, Every(e, path)...)
		}
		return all
	default:
		return nil
	}
	list, ok := v.([]any)
	if !ok || !spread {
		return Every(v, rest)
	}
	var all []any
	for _, e := range list {
		all = append(all, Every(e, rest)...)
	}
	return all
}

// Texts is Every as texts, without empty ones.
func Texts(v any, path string) []string {
	var all []string
	for _, e := range Every(v, path) {
		if s := text(e); s != "" {
			all = append(all, s)
		}
	}
	return all
}

// Set puts a value at a path, making objects on the way; nil is left out.
func Set(o Object, path string, v any) {
	if v == nil {
		return
	}
	for {
		step, rest, more := strings.Cut(path, ".")
		if !more {
			o[step] = v
			return
		}
		next, ok := o[step].(Object)
		if !ok {
			next = Object{}
			o[step] = next
		}
		o, path = next, rest
	}
}

// JSONText reads a document that the API gives as text (a policy); URL-encoded text stays as it is. The text itself when
// it is not JSON.
func JSONText(v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	var doc any
	if json.Unmarshal([]byte(s), &doc) != nil {
		return s
	}
	return doc
}

// expand fills the {path} places of a template from a value: "arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}".
// It is "" when a place has nothing to fill it.
func expand(template string, look func(path string) string) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(template, "{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		path, after, closed := strings.Cut(rest, "}")
		s := look(path)
		if !closed || s == "" {
			return ""
		}
		b.WriteString(s)
		template = after
	}
}
