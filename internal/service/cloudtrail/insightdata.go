package cloudtrail

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/insight"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
)

// maxRates is how many points of a series one answer holds.
const maxRates = 21600

func (s *Service) registerInsights(r *awswire.Registry) map[string]string {
	api.OnListInsightsMetricData(r, s.listInsightsMetricData)
	api.OnListInsightsData(r, s.listInsightsData)
	invalid := map[string]string{}
	for op, members := range map[string][]string{
		"ListInsightsMetricData": {"EventSource", "EventName", "InsightType", "ErrorCode", "Period", "DataType", "MaxResults", "NextToken", "StartTime", "EndTime"},
		"ListInsightsData":       {"InsightSource", "DataType", "Dimensions", "MaxResults", "NextToken", "StartTime", "EndTime"},
	} {
		for _, m := range members {
			invalid[op+"."+m] = "InvalidParameterException"
		}
	}
	return invalid
}

// rated is the last point of the page before.
type rated struct{ Minute insight.Minute }

func (s *Service) listInsightsMetricData(ctx context.Context, in *api.ListInsightsMetricDataRequest) (*api.ListInsightsMetricDataResponse, error) {
	q, trailARN, err := s.rateQuery(ctx, in)
	if err != nil {
		return nil, err
	}
	var last rated
	if _, err := s.Tokens.Open(ctx, "ListInsightsMetricData", awswire.Val(in.NextToken), in, &last); err != nil {
		return nil, notParameter(err)
	}
	q.After = last.Minute
	rates, more, err := s.Rates.Rates(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &api.ListInsightsMetricDataResponse{
		TrailARN: text(trailARN), EventSource: in.EventSource, EventName: in.EventName, InsightType: in.InsightType, ErrorCode: in.ErrorCode,
		Timestamps: make([]time.Time, len(rates)), Values: make([]float64, len(rates)),
	}
	for i, r := range rates {
		out.Timestamps[i], out.Values[i] = r.Time(), r.Mean
	}
	if more {
		token, err := s.Tokens.Seal(ctx, "ListInsightsMetricData", in, rated{rates[len(rates)-1].Minute})
		if err != nil {
			return nil, err
		}
		out.NextToken = &token
	}
	return out, nil
}

// rateQuery is what a request asks; of the data events of a trail where it names one.
func (s *Service) rateQuery(ctx context.Context, in *api.ListInsightsMetricDataRequest) (q insight.RateQuery, trailARN string, err error) {
	c := awswire.CallerFrom(ctx)
	q = insight.RateQuery{
		Metric: insight.Metric{
			Account: c.Account, Region: c.Region, Category: trail.Management, Source: awswire.Val(in.EventSource), Name: awswire.Val(in.EventName),
			ErrorCode: awswire.Val(in.ErrorCode),
		},
		Period: 60, From: awswire.Val(in.StartTime), To: awswire.Val(in.EndTime), Limit: maxRates,
		Zeros: awswire.Val(in.DataType) == api.InsightsMetricDataTypeFillWithZeros,
	}
	switch period := awswire.Val(in.Period); period {
	case 0: // not given
	case 60, 300, 3600:
		q.Period = insight.Minute(period / 60)
	default:
		return q, "", parameter("Period is %d seconds. Use 60, 300 or 3600.", period)
	}
	if n := awswire.Val(in.MaxResults); n > 0 {
		q.Limit = int(n)
	}
	if err := ordered(in.StartTime, in.EndTime); err != nil {
		return q, "", err
	}
	errorRate := awswire.Val(in.InsightType) == insight.ErrorRate
	if errorRate != (q.ErrorCode != "") {
		return q, "", parameter("ErrorCode belongs to ApiErrorRateInsight: give both, or neither.")
	}
	if in.TrailName != nil {
		t, err := s.Trails.Get(ctx, trailPlace(ctx), *in.TrailName)
		if err != nil {
			return q, "", recode(err, "TrailNotFoundException", "InvalidTrailNameException", "CloudTrailARNInvalidException", "InvalidTrailNameException")
		}
		q.Category, trailARN = trail.Data, t.ARN
	}
	return q, trailARN, nil
}

func (s *Service) listInsightsData(ctx context.Context, in *api.ListInsightsDataRequest) (*api.ListInsightsDataResponse, error) {
	c := awswire.CallerFrom(ctx)
	t, err := s.Trails.Get(ctx, trailPlace(ctx), awswire.Val(in.InsightSource))
	if err != nil {
		return nil, notParameter(err)
	}
	if err := ordered(in.StartTime, in.EndTime); err != nil {
		return nil, err
	}
	var last place
	if _, err := s.Tokens.Open(ctx, "ListInsightsData", awswire.Val(in.NextToken), in, &last); err != nil {
		return nil, notParameter(err)
	}
	q := insight.EventQuery{
		Scope: arn.In(c.Account, c.Region), From: awswire.Val(in.StartTime), To: awswire.Val(in.EndTime), After: trail.Cursor(last), Limit: pageSize,
		ID: in.Dimensions[api.ListInsightsDataDimensionKeyEventId], Name: in.Dimensions[api.ListInsightsDataDimensionKeyEventName],
		Source: in.Dimensions[api.ListInsightsDataDimensionKeyEventSource],
	}
	if n := awswire.Val(in.MaxResults); n > 0 {
		q.Limit = int(n)
	}
	out := &api.ListInsightsDataResponse{Events: []api.Event{}}
	if !asksForData(&t) {
		return out, nil
	}
	page, err := s.Rates.DataEvents(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range page.Events {
		out.Events = append(out.Events, event(&page.Events[i]))
	}
	if !page.Next.IsZero() {
		token, err := s.Tokens.Seal(ctx, "ListInsightsData", in, place(page.Next))
		if err != nil {
			return nil, err
		}
		out.NextToken = &token
	}
	return out, nil
}

// asksForData reports whether a trail asks for the Insights of data events.
func asksForData(t *trails.Trail) bool {
	for _, i := range t.Insights {
		for _, category := range i.Categories {
			if category == trail.Data {
				return true
			}
		}
	}
	return false
}

func parameter(format string, args ...any) error {
	return awswire.Errorf("InvalidParameterException", format, args...)
}

func ordered(start, end *time.Time) error {
	if start != nil && end != nil && start.After(*end) {
		return parameter("The start time %s is after the end time %s. Exchange them.", start.UTC().Format(time.RFC3339), end.UTC().Format(time.RFC3339))
	}
	return nil
}

// notParameter gives mistakes of the user the one code that the operations list for them.
func notParameter(err error) error {
	if f, ok := err.(*fault.Error); ok && (f.Kind == fault.Invalid || f.Kind == fault.NotFound) {
		return f.With("InvalidParameterException")
	}
	return err
}
