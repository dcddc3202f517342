package sdk_test

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

// insights reads the rates of calls that were made here, and what a trail's insights say of them: nothing unusual.
func insights(k *kit) {
	ctx, c := k.Context(), cloudtrail.NewFromConfig(k.config(home))
	made := must(c.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: aws.String("sdk-insights"), S3BucketName: aws.String("sdk-trails")}))(k)
	must(c.PutInsightSelectors(ctx, &cloudtrail.PutInsightSelectorsInput{TrailName: made.Name, InsightSelectors: []types.InsightSelector{
		{InsightType: types.InsightTypeApiCallRateInsight, EventCategories: []types.SourceEventCategory{"Management", "Data"}},
	}}))(k)
	in := &cloudtrail.ListInsightsMetricDataInput{
		EventSource: aws.String("cloudtrail.amazonaws.com"), EventName: aws.String("CreateTrail"), InsightType: types.InsightTypeApiCallRateInsight,
		Period: aws.Int32(60), StartTime: aws.Time(time.Now().Add(-time.Hour)), DataType: types.InsightsMetricDataTypeFillWithZeros, MaxResults: aws.Int32(20),
	}
	k.eventually("the call of CreateTrail is counted", func() bool {
		calls := 0.0
		walk(k, cloudtrail.NewListInsightsMetricDataPaginator(c, in), func(o *cloudtrail.ListInsightsMetricDataOutput) int {
			for _, v := range o.Values {
				calls += v
			}
			return len(o.Timestamps)
		})
		return calls >= 1
	})
	in.Period = aws.Int32(90)
	_, err := c.ListInsightsMetricData(ctx, in)
	fails[*types.InvalidParameterException](k, err)
	q := &cloudtrail.ListInsightsDataInput{InsightSource: made.TrailARN, DataType: types.ListInsightsDataTypeInsightsEvents}
	if list := must(c.ListInsightsData(ctx, q))(k).Events; len(list) != 0 {
		k.Errorf("%d Insights events of a trail that is new", len(list))
	}
	must(c.DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: made.TrailARN}))(k)
	_, err = c.ListInsightsData(ctx, q)
	fails[*types.InvalidParameterException](k, err)
}
