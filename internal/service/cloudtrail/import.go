package cloudtrail

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/lake"
)

func (s *Service) registerImports(r *awswire.Registry) map[string]string {
	api.OnStartImport(r, s.startImport)
	api.OnStopImport(r, s.stopImport)
	api.OnGetImport(r, s.getImport)
	api.OnListImports(r, s.listImports)
	api.OnListImportFailures(r, s.listImportFailures)
	return nil
}

func (s *Service) startImport(ctx context.Context, in *api.StartImportRequest) (*api.StartImportResponse, error) {
	var i lake.Import
	var err error
	switch {
	case in.ImportId != nil && (in.ImportSource != nil || len(in.Destinations) > 0 || in.StartEventTime != nil || in.EndEventTime != nil):
		return nil, awswire.Errorf("InvalidParameterException", "ImportId tries an import again as it was: leave the other members out.")
	case in.ImportId != nil:
		i, err = s.Lake.RetryImport(ctx, lakePlace(ctx), *in.ImportId)
	case in.ImportSource == nil || in.ImportSource.S3 == nil || len(in.Destinations) == 0:
		return nil, awswire.Errorf("InvalidParameterException", "Give ImportSource and Destinations for a new import, or ImportId to try one again.")
	default:
		from := in.ImportSource.S3
		i, err = s.Lake.StartImport(ctx, lake.Import{
			Place: lakePlace(ctx), Store: in.Destinations[0], URI: awswire.Val(from.S3LocationUri), BucketRegion: awswire.Val(from.S3BucketRegion),
			Role: awswire.Val(from.S3BucketAccessRoleArn), From: awswire.Val(in.StartEventTime), To: awswire.Val(in.EndEventTime),
		})
	}
	if err != nil {
		return nil, err
	}
	return &api.StartImportResponse{
		ImportId: &i.ID, Destinations: []string{i.StoreARN()}, ImportSource: importSource(&i), ImportStatus: &i.Status,
		StartEventTime: moment(i.From), EndEventTime: moment(i.To), CreatedTimestamp: &i.Created, UpdatedTimestamp: &i.Updated,
	}, nil
}

func (s *Service) stopImport(ctx context.Context, in *api.StopImportRequest) (*api.StopImportResponse, error) {
	i, err := s.Lake.StopImport(ctx, lakePlace(ctx), awswire.Val(in.ImportId))
	if err != nil {
		return nil, err
	}
	return &api.StopImportResponse{
		ImportId: &i.ID, Destinations: []string{i.StoreARN()}, ImportSource: importSource(&i), ImportStatus: &i.Status, ImportStatistics: importStatistics(&i),
		StartEventTime: moment(i.From), EndEventTime: moment(i.To), CreatedTimestamp: &i.Created, UpdatedTimestamp: &i.Updated,
	}, nil
}

func (s *Service) getImport(ctx context.Context, in *api.GetImportRequest) (*api.GetImportResponse, error) {
	i, err := s.Lake.Import(ctx, lakePlace(ctx), awswire.Val(in.ImportId))
	if err != nil {
		return nil, err
	}
	return &api.GetImportResponse{
		ImportId: &i.ID, Destinations: []string{i.StoreARN()}, ImportSource: importSource(&i), ImportStatus: &i.Status, ImportStatistics: importStatistics(&i),
		StartEventTime: moment(i.From), EndEventTime: moment(i.To), CreatedTimestamp: &i.Created, UpdatedTimestamp: &i.Updated,
	}, nil
}

func (s *Service) listImports(ctx context.Context, in *api.ListImportsRequest) (*api.ListImportsResponse, error) {
	list, err := s.Lake.Imports(ctx, lakePlace(ctx), awswire.Val(in.Destination), awswire.Val(in.ImportStatus))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.Tokens, "ListImports", in, in.NextToken, in.MaxResults, lakePage, list, func(i *lake.Import) string { return inverted(i.ID) })
	if err != nil {
		return nil, err
	}
	out := &api.ListImportsResponse{Imports: []api.ImportsListItem{}, NextToken: next}
	for _, i := range page {
		out.Imports = append(out.Imports, api.ImportsListItem{
			ImportId: &i.ID, ImportStatus: &i.Status, Destinations: []string{i.StoreARN()}, CreatedTimestamp: &i.Created, UpdatedTimestamp: &i.Updated,
		})
	}
	return out, nil
}

func (s *Service) listImportFailures(ctx context.Context, in *api.ListImportFailuresRequest) (*api.ListImportFailuresResponse, error) {
	var after string
	if _, err := s.Tokens.Open(ctx, "ListImportFailures", awswire.Val(in.NextToken), in, &after); err != nil {
		return nil, err
	}
	limit := int(awswire.Val(in.MaxResults))
	if limit == 0 {
		limit = lakePage
	}
	list, err := s.Lake.ImportFailures(ctx, lakePlace(ctx), awswire.Val(in.ImportId), after, limit+1)
	if err != nil {
		return nil, err
	}
	out := &api.ListImportFailuresResponse{Failures: []api.ImportFailureListItem{}}
	for k, f := range list {
		if k == limit {
			token, err := s.Tokens.Seal(ctx, "ListImportFailures", in, list[k-1].Location)
			if err != nil {
				return nil, err
			}
			out.NextToken = &token
			break
		}
		out.Failures = append(out.Failures, api.ImportFailureListItem{
			Location: &f.Location, ErrorType: &f.Kind, ErrorMessage: &f.Message, Status: new(api.ImportFailureStatusFailed), LastUpdatedTime: &f.At,
		})
	}
	return out, nil
}

func importSource(i *lake.Import) *api.ImportSource {
	return &api.ImportSource{S3: &api.S3ImportSource{S3LocationUri: &i.URI, S3BucketRegion: &i.BucketRegion, S3BucketAccessRoleArn: &i.Role}}
}

// importStatistics are the counts of an import. Folders are found as they are read, so that found and completed differ
// only by the one that is being read.
func importStatistics(i *lake.Import) *api.ImportStatistics {
	done := i.Counts.Prefixes
	if i.Status == lake.ImportRunning && done > 0 {
		done--
	}
	return &api.ImportStatistics{
		PrefixesFound: &i.Counts.Prefixes, PrefixesCompleted: &done, FilesCompleted: &i.Counts.Files, EventsCompleted: &i.Counts.Events, FailedEntries: &i.Counts.Failed,
	}
}
