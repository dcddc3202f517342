package securityhub

import (
	"context"
	"encoding/json"

	api "github.com/tickmark/tickmark/internal/awsapi/securityhub"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/finding"
)

// pageSize is the largest page of findings, and the one given when none is asked for.
const pageSize = 100

func (s *Service) batchImportFindings(ctx context.Context, in *api.BatchImportFindingsRequest) (*api.BatchImportFindingsResponse, error) {
	c := awswire.CallerFrom(ctx)
	done, err := s.findings.Import(ctx, c.Account, c.Region, in.Findings)
	if err != nil {
		return nil, err
	}
	out := &api.BatchImportFindingsResponse{
		SuccessCount: new(int64(done.Stored + done.Duplicates)), FailedCount: new(int64(len(done.Failed))), FailedFindings: []api.ImportFindingsError{},
	}
	for _, f := range done.Failed {
		out.FailedFindings = append(out.FailedFindings, api.ImportFindingsError{Id: new(f.ID), ErrorCode: new(f.Code), ErrorMessage: new(f.Message)})
	}
	return out, nil
}

func (s *Service) batchUpdateFindings(ctx context.Context, in *api.BatchUpdateFindingsRequest) (*api.BatchUpdateFindingsResponse, error) {
	ids := make([]finding.Identifier, len(in.FindingIdentifiers))
	for i, f := range in.FindingIdentifiers {
		ids[i] = finding.Identifier{ID: awswire.Val(f.Id), ProductArn: awswire.Val(f.ProductArn)}
	}
	u, err := updateOf(in)
	if err != nil {
		return nil, err
	}
	done, not, err := s.findings.Update(ctx, scope(ctx), ids, u)
	if err != nil {
		return nil, err
	}
	out := &api.BatchUpdateFindingsResponse{ProcessedFindings: []api.AwsSecurityFindingIdentifier{}, UnprocessedFindings: []api.BatchUpdateFindingsUnprocessedFinding{}}
	for _, id := range done {
		out.ProcessedFindings = append(out.ProcessedFindings, identifier(id))
	}
	for _, n := range not {
		out.UnprocessedFindings = append(out.UnprocessedFindings, api.BatchUpdateFindingsUnprocessedFinding{
			FindingIdentifier: new(identifier(n.Identifier)), ErrorCode: new(n.Code), ErrorMessage: new(n.Message),
		})
	}
	return out, nil
}

func identifier(id finding.Identifier) api.AwsSecurityFindingIdentifier {
	return api.AwsSecurityFindingIdentifier{Id: new(id.ID), ProductArn: new(id.ProductArn)}
}

// cursor is the place behind which the next page begins; text and number are apart so that numbers stay whole.
type cursor struct {
	Text   *string `json:",omitempty"`
	Number *int64  `json:",omitempty"`
	finding.Key
}

func (s *Service) getFindings(ctx context.Context, in *api.GetFindingsRequest) (*api.GetFindingsResponse, error) {
	filters, err := filtersOf(in.Filters)
	if err != nil {
		return nil, err
	}
	order, err := sortOf(in.SortCriteria)
	if err != nil {
		return nil, err
	}
	var at cursor
	more, err := s.tokens.Open(ctx, "GetFindings", awswire.Val(in.NextToken), in, &at)
	if err != nil {
		return nil, err
	}
	var after *finding.Place
	if more {
		after = at.place()
	}
	limit := int(awswire.Val(in.MaxResults))
	if limit == 0 {
		limit = pageSize
	}
	page, err := s.findings.Get(ctx, scope(ctx), filters, order, after, limit)
	if err != nil {
		return nil, err
	}
	out := &api.GetFindingsResponse{Findings: []json.RawMessage{}}
	for i := range page.Findings {
		doc, err := page.Findings[i].Document()
		if err != nil {
			return nil, err
		}
		out.Findings = append(out.Findings, doc)
	}
	if page.Next != nil {
		token, err := s.tokens.Seal(ctx, "GetFindings", in, cursorOf(*page.Next))
		if err != nil {
			return nil, err
		}
		out.NextToken = new(token)
	}
	return out, nil
}

func cursorOf(p finding.Place) cursor {
	c := cursor{Key: p.Key}
	switch v := p.Value.(type) {
	case string:
		c.Text = &v
	case int64:
		c.Number = &v
	case int:
		c.Number = new(int64(v))
	}
	return c
}

func (c cursor) place() *finding.Place {
	p := &finding.Place{Key: c.Key}
	if c.Text != nil {
		p.Value = *c.Text
	}
	if c.Number != nil {
		p.Value = *c.Number
	}
	return p
}
