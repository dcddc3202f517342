package intake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/tickmark/tickmark/internal/authoring"
	"github.com/tickmark/tickmark/internal/catalog"
)

// awsDocument is an answer of the AWS command: of get-assessment-framework, get-control, list-controls,
// list-assessment-frameworks, or the framework or control in it.
type awsDocument struct {
	Framework  *awsFramework   `json:"framework"`
	Control    *awsControl     `json:"control"`
	Controls   []awsControl    `json:"controlMetadataList"`
	Frameworks []awsFramework  `json:"frameworkMetadataList"`
	Sets       []awsSet        `json:"controlSets"`
	Mapping    json.RawMessage `json:"controlMappingSources"`
}

type awsFramework struct {
	ID             string            `json:"id"`
	Name           string            `json:"name"`
	Type           string            `json:"type"`
	Description    string            `json:"description"`
	ComplianceType string            `json:"complianceType"`
	Sets           []awsSet          `json:"controlSets"`
	Tags           map[string]string `json:"tags"`
}

type awsSet struct {
	Name     string       `json:"name"`
	Controls []awsControl `json:"controls"`
}

type awsControl struct {
	ID                     string            `json:"id"`
	Name                   string            `json:"name"`
	Type                   string            `json:"type"`
	Description            string            `json:"description"`
	TestingInformation     string            `json:"testingInformation"`
	ActionPlanTitle        string            `json:"actionPlanTitle"`
	ActionPlanInstructions string            `json:"actionPlanInstructions"`
	Tags                   map[string]string `json:"tags"`
	Sources                []awsSource       `json:"controlMappingSources"`
}

type awsSource struct {
	Name        string `json:"sourceName"`
	Description string `json:"sourceDescription"`
	Type        string `json:"sourceType"`
	Keyword     struct {
		Input string `json:"keywordInputType"`
		Value string `json:"keywordValue"`
	} `json:"sourceKeyword"`
	Frequency       string `json:"sourceFrequency"`
	Troubleshooting string `json:"troubleshootingText"`
}

// awsList is everything that the files hold, in order.
type awsList struct {
	frameworks []awsFramework
	controls   []awsControl // whole ones
	byID       map[string]*awsControl
	listed     []awsControl // of list-controls
	from       map[string]string
}

// readAWS reads what the AWS command wrote, one or many answers in each file. Frameworks name their controls; what
// proves them is in the answers of get-control.
func readAWS(b *builder, inputs []Input) error {
	l := awsList{byID: map[string]*awsControl{}, from: map[string]string{}}
	for _, in := range inputs {
		d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(in.Body, []byte("\xef\xbb\xbf"))))
		for n := 1; ; n++ {
			var raw json.RawMessage
			err := d.Decode(&raw)
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				err = l.take(b, in.Name, raw)
			}
			if err != nil {
				return fault(in.Name, fmt.Sprintf("line %d", 1+bytes.Count(in.Body[:min(int(d.InputOffset()), len(in.Body))], []byte("\n"))), "%v", jsonFault(err))
			}
		}
	}
	for i := range l.controls {
		l.byID[l.controls[i].ID] = &l.controls[i]
	}
	return l.build(b)
}

// jsonFault says what is wrong with JSON in words of the list.
func jsonFault(err error) error {
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		return fmt.Errorf("%s is %s where the AWS command writes something else", typ.Field, typ.Value)
	}
	return err
}

func (l *awsList) take(b *builder, file string, raw json.RawMessage) error {
	if trimmed := bytes.TrimLeft(raw, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		var list []json.RawMessage
		if err := json.Unmarshal(raw, &list); err != nil {
			return err
		}
		for _, r := range list {
			if err := l.take(b, file, r); err != nil {
				return err
			}
		}
		return nil
	}
	var d awsDocument
	if err := json.Unmarshal(raw, &d); err != nil {
		return err
	}
	switch {
	case d.Framework != nil:
		l.frameworks = append(l.frameworks, *d.Framework)
	case d.Control != nil:
		l.controls = append(l.controls, *d.Control)
	case d.Controls != nil:
		l.listed = append(l.listed, d.Controls...)
	case d.Frameworks != nil:
		for _, f := range d.Frameworks {
			b.note(file, "framework "+f.Name, "the list tells no controls: add the output of 'aws auditmanager get-assessment-framework --framework-id %s'", f.ID)
		}
	case d.Sets != nil:
		var f awsFramework
		if err := json.Unmarshal(raw, &f); err != nil {
			return err
		}
		l.frameworks = append(l.frameworks, f)
	case d.Mapping != nil:
		var k awsControl
		if err := json.Unmarshal(raw, &k); err != nil {
			return err
		}
		l.controls = append(l.controls, k)
	default:
		return fmt.Errorf("it is no answer of get-assessment-framework, get-control, list-controls or list-assessment-frameworks")
	}
	return nil
}

func (l *awsList) build(b *builder) error {
	written := map[string]string{} // id -> the name it got
	for i := range l.frameworks {
		f := &l.frameworks[i]
		b.framework(f.Name, f.Name, f.Description, f.ComplianceType)
		b.now.Tags = f.Tags
		for _, s := range f.Sets {
			for _, k := range s.Controls {
				if err := l.place(b, f.Name, s.Name, k, written); err != nil {
					return err
				}
			}
		}
	}
	b.end()
	for _, k := range l.controls {
		if _, ok := written[k.ID]; !ok {
			name, err := b.control(entry{where: k.Name, Control: k.control()})
			if err != nil {
				return err
			}
			written[k.ID] = name
		}
	}
	for _, k := range l.listed {
		if _, ok := written[k.ID]; !ok {
			b.leave("control "+k.ID, k.Name, "the list does not tell its sources: add the output of 'aws auditmanager get-control --control-id %s'", k.ID)
		}
	}
	return nil
}

func (l *awsList) place(b *builder, framework, set string, k awsControl, written map[string]string) error {
	if name, ok := written[k.ID]; ok {
		b.place(framework, set, authoring.Entry{Use: name})
		return nil
	}
	whole, ok := l.byID[k.ID]
	if !ok && len(k.Sources) > 0 {
		whole, ok = &k, true
	}
	if !ok {
		b.leave(framework+": control "+k.ID, k.Name, "its definition is not given: add the output of 'aws auditmanager get-control --control-id %s'", k.ID)
		return nil
	}
	name, err := b.control(entry{where: framework + ": control " + k.ID, set: set, Control: whole.control()})
	written[k.ID] = name
	return err
}

func (k *awsControl) control() authoring.Control {
	out := authoring.Control{
		Name: k.Name, Description: k.Description, TestingInformation: k.TestingInformation,
		ActionPlanTitle: k.ActionPlanTitle, ActionPlanInstructions: k.ActionPlanInstructions, Tags: k.Tags,
	}
	for _, s := range k.Sources {
		x := authoring.Source{
			Type: s.Type, Keyword: s.Keyword.Value, Frequency: s.Frequency, Name: s.Name, Description: s.Description, Troubleshooting: s.Troubleshooting,
		}
		if s.Type == string(catalog.Manual) {
			x.KeywordInput = s.Keyword.Input
		}
		if x.Name == s.Type+" "+x.Keyword || x.Name == s.Type && x.Keyword == "" {
			x.Name = ""
		}
		out.Sources = append(out.Sources, x)
	}
	return out
}
