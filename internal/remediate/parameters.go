package remediate

import (
	"context"
	"strings"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
)

// roleParameter is the parameter by which a configuration names the role that a document runs as.
const roleParameter = "AutomationAssumeRole"

// aliases are names that are in use for documents that AWS publishes under others.
var aliases = map[string]string{
	"AWS-AttachIAMPolicy":           "AWS-AttachIAMToInstance",
	"AWS-DisableS3BucketPublicRead": "AWS-DisableS3BucketPublicReadWrite",
	"AWS-EnableEBSVolumeEncryption": "AWSConfigRemediation-EnableEbsEncryptionByDefault",
}

func place(at Place) automation.Place {
	return automation.Place{Account: at.Account, Region: at.Region}
}

// document finds the document of a configuration: its name and the version to run. A published document has one version
// here, whatever number it has at AWS.
func (p *Program) document(ctx context.Context, r compliance.Remedy) (name, version string, doc *automation.Document, err error) {
	if p.Library == nil || p.Automation == nil {
		return "", "", nil, fault.New(fault.Invalid, "Automation documents are not available here.")
	}
	name, version = r.Config.TargetID, r.Config.Version
	if _, doc, ok := strings.Cut(name, ":document/"); ok { // the ARN of a document
		name = doc
	}
	b, v, err := p.Library.Get(ctx, place(r.Place), name, "", "")
	if to, ok := aliases[name]; ok && fault.KindOf(err) == fault.NotFound {
		name = to
		b, v, err = p.Library.Get(ctx, place(r.Place), name, "", "")
	}
	if err != nil {
		return name, version, nil, err
	}
	if b.Published {
		version = ""
	} else if version != "" {
		if _, v, err = p.Library.Get(ctx, place(r.Place), name, version, ""); err != nil {
			return name, version, nil, err
		}
	}
	doc, err = automation.Parse([]byte(v.Content))
	return name, version, doc, err
}

// order is what is asked of Automation for a run.
func (p *Program) order(ctx context.Context, r compliance.Remedy, run *Run, s Setting) (automation.Start, string, error) {
	name, version, doc, err := p.document(ctx, r)
	if err != nil {
		return automation.Start{}, "", err
	}
	start := automation.Start{
		Place: place(run.Place), Document: name, Version: version, Parameters: map[string][]string{}, DryRun: run.DryRun,
		Cause: causePrefix + run.ID, By: run.By, Token: run.Token,
	}
	if start.By == "" {
		start.By = "config.amazonaws.com"
	}
	for name, v := range r.Config.Parameters {
		if start.Parameters[name] = v.Values; v.ResourceID {
			start.Parameters[name] = []string{run.Subject.ID}
		}
	}
	role := strings.Join(start.Parameters[roleParameter], "")
	if role == "" {
		role = s.Role
		for i := range doc.Parameters {
			if doc.Parameters[i].Name == roleParameter && role != "" {
				start.Parameters[roleParameter] = []string{role}
			}
		}
	}
	if role == "" {
		return start, "", fault.Invalidf("role", "No role to remediate as: name one by %s in the remediation configuration of %q, or by tickmark remediation enable --role ARN.", roleParameter, r.Rule.Name)
	}
	return start, role, nil
}
