package cloudtrail

import (
	"context"
	"slices"
	"strings"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trails"
)

// trailPage is how many trails are listed at once.
const trailPage = 100

func (s *Service) registerTrails(r *awswire.Registry) map[string]string {
	api.OnCreateTrail(r, s.createTrail)
	api.OnUpdateTrail(r, s.updateTrail)
	api.OnDeleteTrail(r, s.deleteTrail)
	api.OnGetTrail(r, s.getTrail)
	api.OnDescribeTrails(r, s.describeTrails)
	api.OnListTrails(r, s.listTrails)
	api.OnGetTrailStatus(r, s.getTrailStatus)
	api.OnStartLogging(r, s.startLogging)
	api.OnStopLogging(r, s.stopLogging)
	s.registerSelectors(r)
	return map[string]string{
		"CreateTrail.Name": "InvalidTrailNameException", "UpdateTrail.Name": "InvalidTrailNameException",
		"DeleteTrail.Name": "InvalidTrailNameException", "GetTrail.Name": "InvalidTrailNameException",
		"GetTrailStatus.Name": "InvalidTrailNameException", "StartLogging.Name": "InvalidTrailNameException",
		"StopLogging.Name": "InvalidTrailNameException", "CreateTrail.S3BucketName": "InvalidS3BucketNameException",
		"CreateTrail.TagsList":        "InvalidTagParameterException",
		"PutEventSelectors.TrailName": "InvalidTrailNameException", "GetEventSelectors.TrailName": "InvalidTrailNameException",
		"PutEventSelectors.EventSelectors": "InvalidEventSelectorsException", "PutEventSelectors.AdvancedEventSelectors": "InvalidEventSelectorsException",
		"PutInsightSelectors.InsightSelectors": "InvalidInsightSelectorsException",
		"PutInsightSelectors.EventDataStore":   "InvalidParameterException", "PutInsightSelectors.InsightsDestination": "InvalidParameterException",
		"GetInsightSelectors.EventDataStore":              "InvalidParameterException",
		"PutEventConfiguration.AggregationConfigurations": "InvalidParameterException",
		"PutEventConfiguration.ContextKeySelectors":       "InvalidParameterException", "PutEventConfiguration.MaxEventSize": "InvalidParameterException",
	}
}

// trailPlace is the account and the region that ask.
func trailPlace(ctx context.Context) trails.Place {
	c := awswire.CallerFrom(ctx)
	return trails.Place{Account: c.Account, Region: c.Region}
}

func (s *Service) createTrail(ctx context.Context, in *api.CreateTrailRequest) (*api.CreateTrailResponse, error) {
	tags, err := tagMap(in.TagsList)
	if err != nil {
		return nil, err
	}
	t, err := s.Trails.Create(ctx, trailPlace(ctx), awswire.Val(in.Name), awswire.Val(in.SnsTopicName), trails.Settings{
		Bucket: awswire.Val(in.S3BucketName), Prefix: awswire.Val(in.S3KeyPrefix), KMSKeyID: awswire.Val(in.KmsKeyId),
		GlobalEvents: in.IncludeGlobalServiceEvents == nil || *in.IncludeGlobalServiceEvents,
		MultiRegion:  awswire.Val(in.IsMultiRegionTrail), Organization: awswire.Val(in.IsOrganizationTrail), Validation: awswire.Val(in.EnableLogFileValidation),
		LogGroupARN: awswire.Val(in.CloudWatchLogsLogGroupArn), LogRoleARN: awswire.Val(in.CloudWatchLogsRoleArn),
	}, tags)
	if err != nil {
		return nil, err
	}
	return &api.CreateTrailResponse{
		Name: &t.Name, TrailARN: &t.ARN, S3BucketName: &t.Bucket, S3KeyPrefix: text(t.Prefix), SnsTopicName: text(t.TopicName()), SnsTopicARN: text(t.TopicARN),
		IncludeGlobalServiceEvents: &t.GlobalEvents, IsMultiRegionTrail: &t.MultiRegion, IsOrganizationTrail: &t.Organization,
		LogFileValidationEnabled: &t.Validation, KmsKeyId: text(t.KMSKeyID),
	}, nil
}

func (s *Service) updateTrail(ctx context.Context, in *api.UpdateTrailRequest) (*api.UpdateTrailResponse, error) {
	t, err := s.Trails.Update(ctx, trailPlace(ctx), awswire.Val(in.Name), trails.Change{
		Bucket: in.S3BucketName, Prefix: in.S3KeyPrefix, Topic: in.SnsTopicName, KMSKeyID: in.KmsKeyId,
		LogGroupARN: in.CloudWatchLogsLogGroupArn, LogRoleARN: in.CloudWatchLogsRoleArn,
		GlobalEvents: in.IncludeGlobalServiceEvents, MultiRegion: in.IsMultiRegionTrail, Organization: in.IsOrganizationTrail, Validation: in.EnableLogFileValidation,
	})
	if err != nil {
		return nil, err
	}
	return &api.UpdateTrailResponse{
		Name: &t.Name, TrailARN: &t.ARN, S3BucketName: &t.Bucket, S3KeyPrefix: text(t.Prefix), SnsTopicName: text(t.TopicName()), SnsTopicARN: text(t.TopicARN),
		IncludeGlobalServiceEvents: &t.GlobalEvents, IsMultiRegionTrail: &t.MultiRegion, IsOrganizationTrail: &t.Organization,
		LogFileValidationEnabled: &t.Validation, KmsKeyId: text(t.KMSKeyID),
	}, nil
}

func (s *Service) deleteTrail(ctx context.Context, in *api.DeleteTrailRequest) (*api.DeleteTrailResponse, error) {
	return nil, s.Trails.Delete(ctx, trailPlace(ctx), awswire.Val(in.Name))
}

func (s *Service) getTrail(ctx context.Context, in *api.GetTrailRequest) (*api.GetTrailResponse, error) {
	t, err := s.Trails.Get(ctx, trailPlace(ctx), awswire.Val(in.Name))
	if err != nil {
		return nil, err
	}
	return &api.GetTrailResponse{Trail: new(trailOut(&t))}, nil
}

func trailOut(t *trails.Trail) api.Trail {
	return api.Trail{
		Name: &t.Name, TrailARN: &t.ARN, HomeRegion: &t.HomeRegion, S3BucketName: &t.Bucket, S3KeyPrefix: text(t.Prefix),
		SnsTopicName: text(t.TopicName()), SnsTopicARN: text(t.TopicARN), KmsKeyId: text(t.KMSKeyID),
		IncludeGlobalServiceEvents: &t.GlobalEvents, IsMultiRegionTrail: &t.MultiRegion, IsOrganizationTrail: &t.Organization,
		LogFileValidationEnabled: &t.Validation, HasCustomEventSelectors: new(t.CustomSelectors()), HasInsightSelectors: new(len(t.Insights) > 0),
	}
}

// describeTrails gives all trails that show in the region, or those that are asked for: what is not there is left out.
func (s *Service) describeTrails(ctx context.Context, in *api.DescribeTrailsRequest) (*api.DescribeTrailsResponse, error) {
	at, shadows := trailPlace(ctx), in.IncludeShadowTrails == nil || *in.IncludeShadowTrails
	list, err := s.Trails.List(ctx, at, shadows)
	if err != nil {
		return nil, err
	}
	if len(in.TrailNameList) > 0 {
		if list, err = s.named(ctx, at, in.TrailNameList, shadows); err != nil {
			return nil, err
		}
	}
	out := &api.DescribeTrailsResponse{TrailList: []api.Trail{}}
	for i := range list {
		out.TrailList = append(out.TrailList, trailOut(&list[i]))
	}
	return out, nil
}

// named finds trails by names of the region, and by ARNs of any.
func (s *Service) named(ctx context.Context, at trails.Place, names []string, shadows bool) (out []trails.Trail, err error) {
	for _, name := range names {
		t, err := s.Trails.Get(ctx, at, name)
		switch {
		case fault.KindOf(err) == fault.NotFound:
			continue
		case err != nil:
			return nil, err
		case !shadows && t.Place() != at, slices.ContainsFunc(out, func(o trails.Trail) bool { return o.ARN == t.ARN }):
			continue
		}
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b trails.Trail) int { return strings.Compare(a.ARN, b.ARN) })
	return out, nil
}

func (s *Service) listTrails(ctx context.Context, in *api.ListTrailsRequest) (*api.ListTrailsResponse, error) {
	list, err := s.Trails.Home(ctx, trailPlace(ctx).Account)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.Tokens, "ListTrails", in, in.NextToken, nil, trailPage, list, func(t *trails.Trail) string { return t.ARN })
	if err != nil {
		return nil, err
	}
	out := &api.ListTrailsResponse{Trails: []api.TrailInfo{}, NextToken: next}
	for _, t := range page {
		out.Trails = append(out.Trails, api.TrailInfo{Name: new(t.Name), TrailARN: new(t.ARN), HomeRegion: new(t.HomeRegion)})
	}
	return out, nil
}
