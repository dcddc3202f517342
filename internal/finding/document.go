package finding

import (
	"encoding/json"
	"fmt"
)

// members is a JSON object by its top-level members, each as it was written.
type members map[string]json.RawMessage

// ofCustomers are the members that a provider may set when it creates a finding but not change afterwards.
var ofCustomers = []string{"Note", "UserDefinedFields", "VerificationState", "Workflow"}

// ofBoth are the members that a provider may go on setting until a customer has.
var ofBoth = []string{"Confidence", "Criticality", "RelatedFindings", "Severity", "Types"}

// Document is the finding as Security Hub shows it: what the provider sent, what a customer set in its place, and
// the members that Security Hub adds.
func (f *Finding) Document() ([]byte, error) {
	doc, err := object(f.Raw)
	if err != nil {
		return nil, err
	}
	custom, err := object(f.Custom)
	if err != nil {
		return nil, err
	}
	for _, k := range ofCustomers { // the first import's stand in custom, later ones do not count
		delete(doc, k)
	}
	provider := members{}
	for _, k := range ofBoth {
		if v, ok := doc[k]; ok {
			provider[k] = v
		}
	}
	if _, ok := doc["FindingProviderFields"]; !ok && len(provider) > 0 {
		if doc["FindingProviderFields"], err = json.Marshal(provider); err != nil {
			return nil, err
		}
	}
	if _, ok := doc["Severity"]; !ok {
		var fields struct{ Severity json.RawMessage }
		if err := json.Unmarshal(doc["FindingProviderFields"], &fields); err == nil && fields.Severity != nil {
			doc["Severity"] = fields.Severity
		}
	}
	for k, v := range custom {
		doc[k] = v
	}
	if err := f.added(doc); err != nil {
		return nil, err
	}
	return json.Marshal(doc)
}

// added fills in what Security Hub adds to every finding.
func (f *Finding) added(doc members) error {
	var sev map[string]json.RawMessage
	if err := json.Unmarshal(doc["Severity"], &sev); err != nil || sev == nil {
		sev = map[string]json.RawMessage{}
	}
	if sev["Label"] == nil {
		sev["Label"] = quoted(f.Severity)
	}
	if sev["Normalized"] == nil {
		sev["Normalized"] = json.RawMessage(fmt.Sprint(f.Normalized))
	}
	var err error
	if doc["Severity"], err = json.Marshal(sev); err != nil {
		return err
	}
	for k, v := range map[string]string{"RecordState": f.Record, "Region": f.Region, "WorkflowState": "NEW"} {
		if doc[k] == nil {
			doc[k] = quoted(v)
		}
	}
	doc["Workflow"], err = json.Marshal(map[string]string{"Status": f.Workflow})
	return err
}

func quoted(s string) json.RawMessage {
	b, _ := json.Marshal(s) // a string can always be encoded
	return b
}

func object(b []byte) (members, error) {
	m := members{}
	if len(b) == 0 {
		return m, nil
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("read a stored finding: %w", err)
	}
	return m, nil
}
