package aws

import (
	"errors"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/collect"
)

var cloudFrontDistribution = &collect.Type{
	Name:   "AWS::CloudFront::Distribution",
	Region: arn.Global,
	Find: []collect.Step{
		{API: "cloudfront:ListDistributions", Each: "DistributionList.Items"},
		{API: "cloudfront:GetDistribution", From: map[string]string{"Id": "Id"}, Each: "Distribution", Only: "Id", Absent: []string{"NoSuchDistribution"}},
	},
	Details: []collect.Detail{
		{API: "cloudfront:ListTagsForResource", From: map[string]string{"Resource": "ARN"}, Take: "Tags.Items", Key: ".Tags", Instead: []any{}, Covers: []string{"tags"}},
		{API: "s3:HeadBucket", Read: originBuckets, Covers: []string{"supplementaryConfiguration.OriginBuckets"}},
	},
	ID:      "{Id}",
	ARN:     "{ARN}",
	Zone:    "Not Applicable",
	Created: "LastModifiedTime",
	Tags:    "Tags",
	Rename: map[string]string{
		"ARN": "arn", "DistributionConfig.Origins.Items.CustomOriginConfig.HTTPPort": "httpPort", "DistributionConfig.Origins.Items.CustomOriginConfig.HTTPSPort": "httpsPort",
	},
	Drop: []string{"Tags", "Status", "InProgressInvalidationBatches", "DistributionConfig.Origins.Items.CustomHeaders.Items.HeaderValue"},
	Finish: func(r *collect.Resource) {
		r.Relate("Is associated with ", "AWS::S3::Bucket", "", bucketOf(r.Text("DistributionConfig.Logging.Bucket")))
		for _, o := range r.Every("DistributionConfig.Origins.Items[].DomainName") {
			if name, ok := o.(string); ok {
				r.Relate("Is associated with ", "AWS::S3::Bucket", "", bucketOf(name))
			}
		}
	},
	Gone: []string{"NoSuchDistribution"},
	Note: "values of the headers sent to origins are left out: they may be secrets",
}

// bucketOf is the bucket of an S3 host name, such as logs.s3.eu-west-1.amazonaws.com; "" for other hosts.
func bucketOf(host string) string {
	at := max(strings.LastIndex(host, ".s3."), strings.LastIndex(host, ".s3-"))
	if at < 0 || !strings.HasSuffix(host, ".amazonaws.com") && !strings.HasSuffix(host, ".amazonaws.com.cn") {
		return ""
	}
	return host[:at]
}

// originBuckets asks whether the buckets of S3 origins exist, also of other accounts: a refusal says that the bucket is
// there. A bucket that cannot be asked for is left out.
func originBuckets(r *collect.Resource, call func(object) (object, error)) error {
	buckets := []any{}
	for _, o := range r.Every("DistributionConfig.Origins.Items[].DomainName") {
		host, _ := o.(string)
		name := bucketOf(host)
		if name == "" {
			continue
		}
		_, err := call(object{"Bucket": name})
		refusal, answered := errors.AsType[*automation.APIError](err)
		switch {
		case err == nil || answered && there(refusal.Code):
			buckets = append(buckets, object{"name": name, "exists": true})
		case answered && (refusal.Code == "NotFound" || refusal.Code == "404" || refusal.Code == "NoSuchBucket"):
			buckets = append(buckets, object{"name": name, "exists": false})
		case !answered:
			return err
		}
	}
	r.Supplement("OriginBuckets", buckets)
	return nil
}

// there reports whether a code of S3's refusals tells that the bucket exists.
func there(code string) bool {
	switch code {
	case "AccessDenied", "Forbidden", "403", "PermanentRedirect", "301", "MovedPermanently", "AllAccessDisabled":
		return true
	}
	return false
}

var cloudFrontStreamingDistribution = &collect.Type{
	Name:   "AWS::CloudFront::StreamingDistribution",
	Region: arn.Global,
	Find: []collect.Step{
		{API: "cloudfront:ListStreamingDistributions", Each: "StreamingDistributionList.Items"},
		{API: "cloudfront:GetStreamingDistribution", From: map[string]string{"Id": "Id"}, Each: "StreamingDistribution", Only: "Id", Absent: []string{"NoSuchStreamingDistribution"}},
	},
	Details: []collect.Detail{
		{API: "cloudfront:ListTagsForResource", From: map[string]string{"Resource": "ARN"}, Take: "Tags.Items", Key: ".Tags", Instead: []any{}, Covers: []string{"tags"}},
	},
	ID:      "{Id}",
	ARN:     "{ARN}",
	Zone:    "Not Applicable",
	Created: "LastModifiedTime",
	Tags:    "Tags",
	Rename:  map[string]string{"ARN": "arn"},
	Drop:    []string{"Tags", "Status"},
	Finish: func(r *collect.Resource) {
		bucket := bucketOf(r.Text("StreamingDistributionConfig.S3Origin.DomainName"))
		r.Relate("Is associated with ", "AWS::S3::Bucket", bucket, bucket)
	},
	Gone: []string{"NoSuchStreamingDistribution"},
}
