package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// hubDocument is an answer of describe-standards-controls or list-security-control-definitions.
type hubDocument struct {
	Controls    []hubControl `json:"Controls"`
	Definitions []hubControl `json:"SecurityControlDefinitions"`
}

type hubControl struct {
	ID          string `json:"ControlId"`
	SecurityID  string `json:"SecurityControlId"`
	ARN         string `json:"StandardsControlArn"`
	Status      string `json:"ControlStatus"`
	Reason      string `json:"DisabledReason"`
	Title       string `json:"Title"`
	Description string `json:"Description"`
	URL         string `json:"RemediationUrl"`
	line        string
}

// readSecurityHub reads standards of AWS Security Hub: what the AWS command wrote, or a list of ids, one a line. A
// control collects the findings of its id, and the verdicts of the rules that answer it.
func readSecurityHub(b *builder, inputs []Input) error {
	for _, in := range inputs {
		list, err := hubControls(in)
		if err != nil {
			return err
		}
		b.framework(in.Name, stem(in.Name), "", "AWS Security Hub")
		seen := map[string]bool{}
		for i := range list {
			if err := b.hub(in.Name, &list[i], seen); err != nil {
				return err
			}
		}
	}
	return nil
}

func hubControls(in Input) (list []hubControl, err error) {
	body := bytes.TrimLeft(bytes.TrimPrefix(in.Body, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(body) == 0 || body[0] != '{' {
		return hubIDs(string(body)), nil
	}
	d := json.NewDecoder(bytes.NewReader(body)) // pages may follow each other
	for {
		var doc hubDocument
		err := d.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fault(in.Name, fmt.Sprintf("byte %d", d.InputOffset()), "%v", jsonFault(err))
		}
		if doc.Controls == nil && doc.Definitions == nil {
			return nil, fault(in.Name, "", "it is no answer of describe-standards-controls or list-security-control-definitions: it has neither Controls nor SecurityControlDefinitions")
		}
		list = append(append(list, doc.Controls...), doc.Definitions...)
	}
}

func hubIDs(text string) (list []hubControl) {
	n := 0
	for line := range strings.Lines(clean(text)) {
		n++
		line, _, _ = strings.Cut(line, "#")
		for _, id := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(",; \t\n", r) }) {
			list = append(list, hubControl{ID: id, line: fmt.Sprintf("line %d", n)})
		}
	}
	return list
}

// hub takes one control.
func (b *builder) hub(file string, k *hubControl, seen map[string]bool) error {
	id := k.SecurityID
	if id == "" {
		id = k.ID
	}
	where := file + ": " + k.line
	if k.line == "" {
		where = file + ": control " + id
	}
	switch {
	case id == "":
		b.leave(where, k.Title, "it has no ControlId")
		return nil
	case len(id) > 100:
		b.leave(where, cut(id, 40)+"…", "an id has at most 100 characters")
		return nil
	case seen[strings.ToUpper(id)]:
		b.leave(where, id, "it is there already")
		return nil
	case k.Status == "DISABLED":
		b.leave(where, id, "it is disabled%s", because(k.Reason))
		return nil
	}
	seen[strings.ToUpper(id)] = true
	out := authoring.Control{Name: strings.TrimSpace(id + " " + k.Title), Description: k.Description, Sources: sources(catalog.SecurityHub, id)}
	if k.URL != "" {
		out.ActionPlanTitle, out.ActionPlanInstructions = "Remediation", k.URL
	}
	if c, ok := managed.FindControl(id); ok {
		out.Sources = append(sources(catalog.SecurityHub, c.ID), sources(catalog.Config, c.Rules...)...)
		if len(c.Rules) == 0 {
			b.note(where, id, "no rule answers it; it collects findings alone")
		}
	} else {
		b.note(where, id, "it is no control of Security Hub that is known; it collects findings of this id alone")
	}
	service, _, _ := strings.Cut(id, ".")
	_, err := b.control(entry{where: where, set: service, id: id, Control: out})
	return err
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + cut(reason, 100) + ")"
}
