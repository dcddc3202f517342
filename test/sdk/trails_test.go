package sdk_test

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

// trails are made, read at home and abroad, changed and deleted.
func trails(k *kit) {
	ctx, c, away := k.Context(), cloudtrail.NewFromConfig(k.config(home)), cloudtrail.NewFromConfig(k.config(abroad))
	if status, body := k.s3(home, http.MethodPut, "/sdk-trails", ""); status != http.StatusOK {
		k.Fatalf("bucket: %d %s", status, body)
	}
	_, err := c.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: aws.String("sdk"), S3BucketName: aws.String("sdk-no-bucket")})
	fails[*types.S3BucketDoesNotExistException](k, err)
	made := must(c.CreateTrail(ctx, &cloudtrail.CreateTrailInput{
		Name: aws.String("sdk"), S3BucketName: aws.String("sdk-trails"), IsMultiRegionTrail: aws.Bool(true), EnableLogFileValidation: aws.Bool(true),
		TagsList: []types.Tag{{Key: aws.String("team"), Value: aws.String("sre")}},
	}))(k)
	arn := made.TrailARN
	must(c.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: arn}))(k)
	_, err = away.StopLogging(ctx, &cloudtrail.StopLoggingInput{Name: arn})
	fails[*types.InvalidHomeRegionException](k, err)
	if st := must(away.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: arn}))(k); !*st.IsLogging || st.StartLoggingTime == nil {
		k.Errorf("status %+v", st)
	}
	_, err = away.GetTrail(ctx, &cloudtrail.GetTrailInput{Name: aws.String("sdk")})
	fails[*types.TrailNotFoundException](k, err)
	if t := must(away.GetTrail(ctx, &cloudtrail.GetTrailInput{Name: arn}))(k).Trail; *t.HomeRegion != home || !*t.IsMultiRegionTrail {
		k.Errorf("trail %+v", t)
	}
	for shadows, want := range map[bool]bool{true: true, false: false} {
		list := must(away.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: &shadows}))(k).TrailList
		if got := slices.ContainsFunc(list, func(t types.Trail) bool { return *t.TrailARN == *arn }); got != want {
			k.Errorf("with shadows %v the trail shows: %v", shadows, got)
		}
	}
	listed := must(away.ListTrails(ctx, &cloudtrail.ListTrailsInput{}))(k).Trails
	if !slices.ContainsFunc(listed, func(t types.TrailInfo) bool { return *t.TrailARN == *arn }) {
		k.Errorf("listed %v", listed)
	}
	k.selectors(c, arn)
	k.tagsOfTrails(c, arn)
	must(c.UpdateTrail(ctx, &cloudtrail.UpdateTrailInput{Name: aws.String("sdk"), S3KeyPrefix: aws.String("p")}))(k)
	must(c.StopLogging(ctx, &cloudtrail.StopLoggingInput{Name: aws.String("sdk")}))(k)
	must(c.ListPublicKeys(ctx, &cloudtrail.ListPublicKeysInput{}))(k)
	_, err = c.ListPublicKeys(ctx, &cloudtrail.ListPublicKeysInput{StartTime: aws.Time(time.Now()), EndTime: aws.Time(time.Now().Add(-time.Hour))})
	fails[*types.InvalidTimeRangeException](k, err)
	must(c.DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: arn}))(k)
	_, err = c.DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: arn})
	fails[*types.TrailNotFoundException](k, err)
	k.delegates(c)
}

func (k *kit) selectors(c *cloudtrail.Client, arn *string) {
	ctx := k.Context()
	objects := types.EventSelector{DataResources: []types.DataResource{{Type: aws.String("AWS::S3::Object"), Values: []string{"arn:aws:s3:::photos"}}}}
	_, err := c.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{TrailName: arn, EventSelectors: []types.EventSelector{objects}})
	fails[*types.InvalidEventSelectorsException](k, err)
	objects.DataResources[0].Values[0] += "/"
	must(c.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{TrailName: arn, EventSelectors: []types.EventSelector{objects}}))(k)
	got := must(c.GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: arn}))(k).EventSelectors
	if len(got) != 1 || got[0].ReadWriteType != types.ReadWriteTypeAll || !*got[0].IncludeManagementEvents || got[0].DataResources[0].Values[0] != "arn:aws:s3:::photos/" {
		k.Errorf("selectors %+v", got)
	}
	_, err = c.GetInsightSelectors(ctx, &cloudtrail.GetInsightSelectorsInput{TrailName: arn})
	fails[*types.InsightNotEnabledException](k, err)
	must(c.PutInsightSelectors(ctx, &cloudtrail.PutInsightSelectorsInput{TrailName: arn, InsightSelectors: []types.InsightSelector{{InsightType: types.InsightTypeApiCallRateInsight}}}))(k)
	if got := must(c.GetInsightSelectors(ctx, &cloudtrail.GetInsightSelectorsInput{TrailName: arn}))(k).InsightSelectors; len(got) != 1 {
		k.Errorf("insights %+v", got)
	}
	must(c.PutEventConfiguration(ctx, &cloudtrail.PutEventConfigurationInput{TrailName: arn}))(k)
	must(c.GetEventConfiguration(ctx, &cloudtrail.GetEventConfigurationInput{TrailName: arn}))(k)
}

func (k *kit) tagsOfTrails(c *cloudtrail.Client, arn *string) {
	ctx := k.Context()
	must(c.AddTags(ctx, &cloudtrail.AddTagsInput{ResourceId: arn, TagsList: []types.Tag{{Key: aws.String("env"), Value: aws.String("test")}}}))(k)
	must(c.RemoveTags(ctx, &cloudtrail.RemoveTagsInput{ResourceId: arn, TagsList: []types.Tag{{Key: aws.String("team")}}}))(k)
	got := must(c.ListTags(ctx, &cloudtrail.ListTagsInput{ResourceIdList: []string{*arn}}))(k).ResourceTagList
	if len(got) != 1 || len(got[0].TagsList) != 1 || *got[0].TagsList[0].Value != "test" {
		k.Errorf("tags %+v", got)
	}
	store := must(c.CreateEventDataStore(ctx, &cloudtrail.CreateEventDataStoreInput{Name: aws.String("sdk-policy"), TerminationProtectionEnabled: aws.Bool(false)}))(k).EventDataStoreArn
	_, err := c.GetResourcePolicy(ctx, &cloudtrail.GetResourcePolicyInput{ResourceArn: store})
	fails[*types.ResourcePolicyNotFoundException](k, err)
	text := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"cloudtrail:StartQuery","Resource":"*"}]}`
	must(c.PutResourcePolicy(ctx, &cloudtrail.PutResourcePolicyInput{ResourceArn: store, ResourcePolicy: &text}))(k)
	if got := must(c.GetResourcePolicy(ctx, &cloudtrail.GetResourcePolicyInput{ResourceArn: store}))(k).ResourcePolicy; *got != text {
		k.Errorf("policy %s", *got)
	}
	must(c.DeleteResourcePolicy(ctx, &cloudtrail.DeleteResourcePolicyInput{ResourceArn: store}))(k)
	must(c.DeleteEventDataStore(ctx, &cloudtrail.DeleteEventDataStoreInput{EventDataStore: store}))(k)
}

// delegates lets a member administer CloudTrail for a while.
func (k *kit) delegates(c *cloudtrail.Client) {
	ctx := k.Context()
	_, err := cloudtrail.NewFromConfig(k.member(home)).RegisterOrganizationDelegatedAdmin(ctx, &cloudtrail.RegisterOrganizationDelegatedAdminInput{MemberAccountId: aws.String(member)})
	fails[*types.NotOrganizationManagementAccountException](k, err)
	org := organizations.NewFromConfig(k.config(home))
	must(org.EnableAWSServiceAccess(ctx, &organizations.EnableAWSServiceAccessInput{ServicePrincipal: aws.String("cloudtrail.amazonaws.com")}))(k)
	must(c.RegisterOrganizationDelegatedAdmin(ctx, &cloudtrail.RegisterOrganizationDelegatedAdminInput{MemberAccountId: aws.String(member)}))(k)
	made := must(cloudtrail.NewFromConfig(k.member(home)).CreateTrail(ctx, &cloudtrail.CreateTrailInput{
		Name: aws.String("whole"), S3BucketName: aws.String("sdk-trails"), IsOrganizationTrail: aws.Bool(true),
	}))(k)
	if !strings.Contains(*made.TrailARN, k.env.Account) {
		k.Errorf("%s does not belong to the management account", *made.TrailARN)
	}
	must(c.DeregisterOrganizationDelegatedAdmin(ctx, &cloudtrail.DeregisterOrganizationDelegatedAdminInput{DelegatedAdminAccountId: aws.String(member)}))(k)
	must(c.DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: made.TrailARN}))(k)
	must(org.DisableAWSServiceAccess(ctx, &organizations.DisableAWSServiceAccessInput{ServicePrincipal: aws.String("cloudtrail.amazonaws.com")}))(k)
}
