package eventbus

import (
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

// Transformer makes a target's input of parts of the event.
type Transformer struct {
	// Paths are the JSON paths of variables, Template has the variables as <name>.
	Paths    map[string]string `json:",omitempty"`
	Template string
}

// The limits of a transformer.
const (
	maxVariables = 100
	maxTemplate  = 8192
)

// predefined are the variables that need no path.
const (
	varRuleARN  = "aws.events.rule-arn"
	varRuleName = "aws.events.rule-name"
	varTime     = "aws.events.event.ingestion-time"
	varEvent    = "aws.events.event" // without detail
	varJSON     = "aws.events.event.json"
)

var predefined = map[string]bool{varRuleARN: true, varRuleName: true, varTime: true, varEvent: true, varJSON: true}

// placeholder is a variable in a template.
var placeholder = regexp.MustCompile(`<([A-Za-z0-9_.\-]+)>`)

// input is what a target gets for an event.
func (t *Target) input(r *Rule, event string, taken time.Time) (string, error) {
	if t.Input != "" {
		return t.Input, nil
	}
	if t.InputPath == "" && t.Transformer == nil {
		return event, nil
	}
	d, err := tree.ParseString(event)
	if err != nil {
		return "", err
	}
	if t.Transformer == nil {
		p, _ := parsePath(t.InputPath) // checked when it was put
		v, ok := p.find(d.Root())
		if !ok {
			v = "{}"
		}
		return v, nil
	}
	return t.Transformer.fill(func(name string) (string, bool) {
		switch name {
		case varRuleARN:
			return quote(r.ARN()), true
		case varRuleName:
			return quote(r.Name), true
		case varTime:
			return quote(taken.UTC().Format("2006-01-02T15:04:05Z")), true
		case varEvent:
			return withoutDetail(d.Root()), true
		case varJSON:
			return event, true
		}
		p, _ := parsePath(t.Transformer.Paths[name])
		return p.find(d.Root())
	}), nil
}

// fill puts the JSON texts of variables into the template. Inside quotes a text stands without its own quotes, and an
// object or a list without any; what is not there is an empty text.
func (t *Transformer) fill(value func(name string) (string, bool)) string {
	var out strings.Builder
	quoted := false
	text := t.Template
	for text != "" {
		at := placeholder.FindStringSubmatchIndex(text)
		if at == nil {
			at = []int{len(text), len(text), 0, 0}
		}
		for i := 0; i < at[0]; i++ {
			switch {
			case text[i] == '\\' && quoted && i+1 < at[0]:
				i++
			case text[i] == '"':
				quoted = !quoted
			}
		}
		out.WriteString(text[:at[0]])
		if at[3] > 0 {
			v, ok := value(text[at[2]:at[3]])
			switch {
			case !ok:
				v = `""`
				fallthrough
			case quoted && strings.HasPrefix(v, `"`):
				if quoted {
					v = v[1 : len(v)-1]
				}
			case quoted:
				v = strings.ReplaceAll(v, `"`, "")
			}
			out.WriteString(v)
		}
		text = text[at[1]:]
	}
	return out.String()
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil { // texts always encode
		panic(err)
	}
	return string(b)
}

// withoutDetail is the event without its detail.
func withoutDetail(event tree.Node) string {
	var parts []string
	event.Members(func(name string, v tree.Node) bool {
		if name != "detail" {
			parts = append(parts, quote(name)+":"+v.Raw())
		}
		return true
	})
	return "{" + strings.Join(parts, ",") + "}"
}

// check refuses a transformer whose variables are unknown or whose template cannot become JSON.
func (t *Transformer) check(target string) error {
	wrong := func(format string, args ...any) error {
		f := fault.Invalidf("Targets", format, args...)
		f.Message = "Invalid InputTemplate for target " + target + " : [" + f.Message + "]."
		return f
	}
	if len(t.Paths) > maxVariables || len(t.Template) > maxTemplate || t.Template == "" {
		return wrong("it must have from 1 to %d bytes and at most %d variables", maxTemplate, maxVariables)
	}
	for name, text := range t.Paths {
		if strings.HasPrefix(strings.ToLower(name), "aws") {
			return wrong("the name %s begins with AWS, which is reserved", name)
		}
		if _, why := parsePath(text); why != "" {
			return wrong("the path %s of %s is not valid: %s", text, name, why)
		}
	}
	for _, m := range placeholder.FindAllStringSubmatch(t.Template, -1) {
		if _, ok := t.Paths[m[1]]; !ok && !predefined[m[1]] {
			return wrong("the variable %s has no path", m[1])
		}
	}
	filled := t.fill(func(string) (string, bool) { return `"x"`, true })
	if !isJSON(filled) {
		return wrong("it does not become JSON: texts need quotes around them")
	}
	return nil
}

// isJSON tells whether a text is JSON values, one behind the other: a template may have several lines of texts.
func isJSON(text string) bool {
	d := json.NewDecoder(strings.NewReader(text))
	for n := 0; ; n++ {
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return err == io.EOF && n > 0
		}
	}
}
