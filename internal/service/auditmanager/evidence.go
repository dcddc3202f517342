package auditmanager

import (
	"context"
	"maps"
	"strconv"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/ledger"
)

// getEvidenceByEvidenceFolder is a page of a folder. The control set may also be the folder's id, as a much-copied
// example of AWS's calls it.
func (s *Service) getEvidenceByEvidenceFolder(ctx context.Context, in *api.GetEvidenceByEvidenceFolderRequest) (*api.GetEvidenceByEvidenceFolderResponse, error) {
	const op = "GetEvidenceByEvidenceFolder"
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, op, id)
	if err != nil {
		return nil, err
	}
	var leaf int64
	var after *int64
	if more, err := s.o.Tokens.Open(ctx, op, awswire.Val(in.NextToken), in, &leaf); err != nil {
		return nil, err
	} else if more {
		after = &leaf
	}
	limit := size(in.MaxResults)
	list, err := s.audit.FolderEvidence(ctx, c, id, awswire.Val(in.ControlSetId), awswire.Val(in.EvidenceFolderId), after, limit+1)
	if err != nil {
		return nil, err
	}
	more := len(list) > limit
	if more {
		list = list[:limit]
		leaf = list[limit-1].LeafIndex
	}
	next, err := s.seal(ctx, op, in, more, leaf)
	return &api.GetEvidenceByEvidenceFolderResponse{Evidence: convert(list, evidence), NextToken: next}, err
}

func (s *Service) getEvidence(ctx context.Context, in *api.GetEvidenceRequest) (*api.GetEvidenceResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "GetEvidence", id)
	if err != nil {
		return nil, err
	}
	e, err := s.audit.GetEvidence(ctx, c, id, awswire.Val(in.ControlSetId), awswire.Val(in.EvidenceFolderId), awswire.Val(in.EvidenceId))
	if err != nil {
		return nil, err
	}
	return &api.GetEvidenceResponse{Evidence: new(evidence(&e))}, nil
}

func evidence(e *assess.Evidence) api.Evidence {
	selected := "No"
	if e.Selected {
		selected = "Yes"
	}
	return api.Evidence{
		Id: &e.ID, EvidenceFolderId: &e.Folder, Time: new(e.Time()), DataSource: &e.Source, EventSource: text(e.Body.Service),
		EventName: text(cut(e.Body.Event, 100)), EvidenceByType: &e.Body.Type, ComplianceCheck: text(e.Check()), IamId: text(e.Body.Actor),
		AwsAccountId: &e.Owner, EvidenceAwsAccountId: text(e.Account), AssessmentReportSelection: &selected, Attributes: attributes(e),
		ResourcesIncluded: convert(e.Resources, func(r *ledger.Subject) api.Resource {
			return api.Resource{Arn: text(r.ARN), Value: text(r.ID), ComplianceCheck: text(e.ResourceCheck(*r))}
		}),
	}
}

// longestValue is how long an attribute's value may be; what the reader has to have whole is not cut to it.
const longestValue = 200

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-3]) + "..."
	}
	return s
}

// attributes are what was recorded of the raw object, and what stands in the log of how it came to be.
func attributes(e *assess.Evidence) map[string]string {
	out := map[string]string{}
	for k, v := range e.Body.Attributes {
		out[cut(k, 100)] = cut(v, longestValue)
	}
	set := func(k, v string) {
		if v != "" {
			out[k] = v
		}
	}
	set("awsRegion", e.Region)
	set("collectedAt", e.CollectedAt.UTC().Format(time.RFC3339))
	set("ledgerIndex", strconv.FormatInt(e.LeafIndex, 10))
	set("textResponse", e.Body.Text)
	set("fileName", cut(e.Body.FileName, longestValue))
	set("integrity", e.Body.Integrity)
	set("reason", e.Body.Reason)
	set("exception", e.Exception)
	set("afterFreeze", e.AfterFreeze)
	set("verdict", string(e.Verdict))
	if !e.Body.Raw.IsZero() {
		set("sha256", e.Body.Raw.String())
	}
	if e.Backfilled {
		set("backfilled", "true")
	}
	if e.Members != nil {
		set("resourceCount", strconv.FormatInt(e.Members.Count, 10))
	}
	if r := e.Body.Rule; r != nil {
		set("rule", r.ID)
		set("ruleVersion", r.Version)
	}
	maps.Copy(out, production(e.Produced))
	return out
}

// production tells how an automated item was collected.
func production(p *ledger.Produced) map[string]string {
	if p == nil {
		return nil
	}
	out := map[string]string{"producedComplete": strconv.FormatBool(p.Complete)}
	for k, v := range map[string]string{"producedBy": p.Tool, "producedCall": p.Call, "producedCaller": p.Caller, "producedGap": p.Gap} {
		if v != "" {
			out[k] = cut(v, longestValue)
		}
	}
	return out
}
