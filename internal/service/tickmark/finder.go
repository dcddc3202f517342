package tickmark

import (
	"context"
	"encoding/json"
	"time"

	"github.com/tickmark/tickmark/internal/authz"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/service/auditcaller"
)

// filter checks who asks, and reads what is asked for.
func (s *Service) filter(ctx context.Context, operation string, in *api.EvidenceFilter) (finder.Filter, finder.Sight, error) {
	if in == nil {
		in = &api.EvidenceFilter{}
	}
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, operation, id)
	if err == nil {
		_, _, err = s.Audit.GetAssessment(ctx, c, id)
	}
	if err != nil {
		return finder.Filter{}, finder.Sight{}, err
	}
	sight, err := auditcaller.Sight(ctx, s.Audit)
	if err != nil {
		return finder.Filter{}, sight, err
	}
	q := finder.Filter{
		Assessment: id, Compliance: in.Compliance, Controls: in.Controls, Accounts: in.Accounts, Domains: in.ControlDomains, DataSources: in.DataSources,
		EventNames: in.EventNames, ResourceARNs: in.ResourceArns, ResourceTypes: in.ResourceTypes, Services: in.Services,
		ServiceCategories: in.ServiceCategories, GroupBy: in.GroupBy,
	}
	if q.From, err = startOf("from", in.From); err != nil {
		return q, sight, err
	}
	if q.To, err = startOf("to", in.To); err == nil && !q.To.IsZero() {
		q.To = q.To.AddDate(0, 0, 1)
	}
	return q, sight, err
}

// startOf is the beginning of a day; zero for none.
func startOf(field string, day *string) (time.Time, error) {
	if day == nil {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.DateOnly, *day)
	if err != nil {
		err = fault.Invalidf(field, "%q is not a day; write it as 2006-01-02.", *day)
	}
	return t, err
}

// findEvidence gives a page of what a filter finds. Pages go on where the one before ended, in the order of the ledger,
// to which evidence is only added; groups are counted anew for each page.
func (s *Service) findEvidence(ctx context.Context, in *api.FindEvidenceRequest) (*api.FindEvidenceResponse, error) {
	q, sight, err := s.filter(ctx, "FindEvidence", in.Filter)
	if err != nil {
		return nil, err
	}
	if _, err := s.Tokens.Open(ctx, "FindEvidence", awswire.Val(in.NextToken), in, &q.Offset); err != nil {
		return nil, err
	}
	limit := int(awswire.Val(in.MaxResults))
	if limit == 0 {
		limit = pageSize
	}
	q.Limit = limit + 1
	out := &api.FindEvidenceResponse{Rows: []map[string]string{}}
	err = s.Finder.Find(ctx, awswire.CallerFrom(ctx).Account, sight, q, 1, func(columns []string) error {
		out.Columns = columns
		return nil
	}, func(row []*string) error {
		m := map[string]string{}
		for i, v := range row {
			if v != nil {
				m[out.Columns[i]] = *v
			}
		}
		out.Rows = append(out.Rows, m)
		return nil
	})
	if err != nil || len(out.Rows) <= limit {
		return out, err
	}
	out.Rows = out.Rows[:limit]
	token, err := s.Tokens.Seal(ctx, "FindEvidence", in, q.Offset+limit)
	out.NextToken = &token
	return out, err
}

// startEvidenceExport begins to write what a filter finds into a bucket: QUERY/result.csv.gz and the file that signs it.
// The query is one of CloudTrail Lake, whose DescribeQuery tells how far it is.
func (s *Service) startEvidenceExport(ctx context.Context, in *api.StartEvidenceExportRequest) (*api.StartEvidenceExportResponse, error) {
	q, sight, err := s.filter(ctx, "StartEvidenceExport", in.Filter)
	if err != nil {
		return nil, err
	}
	wire := awswire.CallerFrom(ctx)
	if err := authz.Decide(authz.CallerFrom(ctx), "s3", "PutObject", wire.Account, ""); err != nil { // who may read may not therefore write
		return nil, err
	}
	c, err := caller(ctx, "StartEvidenceExport", q.Assessment)
	if err != nil {
		return nil, err
	}
	to := awswire.Val(in.Destination)
	if to == "" {
		settings, err := s.Audit.Settings(ctx, c)
		if err != nil {
			return nil, err
		}
		if to = settings.Exports.Path; to == "" {
			return nil, fault.Invalidf("destination", "There is no default export destination: give a destination, or set one with UpdateSettings of Audit Manager.")
		}
	}
	statement, err := q.Statement(finder.StoreID(wire.Account))
	if err != nil {
		return nil, err
	}
	started, err := s.Lake.StartQuery(ctx, lake.Place{Account: wire.Account, Region: wire.Region}, lake.Statement{
		Text: statement, DeliverTo: to, Export: true, Eventless: true,
		Sight: func(context.Context) (json.RawMessage, error) { return json.Marshal(sight) },
	})
	if err != nil {
		return nil, own(err)
	}
	return &api.StartEvidenceExportResponse{
		QueryId: &started.ID, EventDataStoreArn: new(finder.StoreARN(wire.Account, wire.Region)), Destination: new(started.ExportFolder()),
	}, nil
}

// own takes the codes of CloudTrail off a fault; the kind alone decides in this API. What there is not is the bucket.
func own(err error) error {
	f, ok := err.(*fault.Error)
	switch {
	case !ok:
		return err
	case f.Kind == fault.NotFound || f.Kind == fault.Invalid:
		return fault.Invalidf("destination", "%s", f.Message)
	}
	plain := *f
	plain.Code = ""
	return &plain
}
