package trails

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/fault"
)

var (
	bucketForm = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	prefixForm = regexp.MustCompile(`^[A-Za-z0-9!_.*'()/ &$@=;:+,?-]*$`)
	keyForm    = regexp.MustCompile(`^(alias/[A-Za-z0-9/_-]+|[A-Za-z0-9-]{1,64}|arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:(alias|key)/[A-Za-z0-9/_-]+)$`)
)

// examine checks settings as a whole and fills what follows from them: where the bucket lies and the topic's ARN. What
// has not changed since old is not probed again.
func (d *Directory) examine(ctx context.Context, at, home Place, topic string, s *Settings, old Settings) error {
	if err := s.check(); err != nil {
		return err
	}
	if s.Bucket != old.Bucket || s.Prefix != old.Prefix || s.KMSKeyID != old.KMSKeyID {
		if err := d.locate(ctx, at, home, s); err != nil {
			return err
		}
	}
	return d.topic(ctx, home, topic, s)
}

// check refuses what no trail can have.
func (s *Settings) check() error {
	switch {
	case len(s.Bucket) < 3 || len(s.Bucket) > 63 || !bucketForm.MatchString(s.Bucket) || strings.Contains(s.Bucket, ".."):
		return fault.Invalidf("S3BucketName", "%q is not a bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens.", short(s.Bucket)).With("InvalidS3BucketNameException")
	case len(s.Prefix) > 200 || !prefixForm.MatchString(s.Prefix) || strings.HasPrefix(s.Prefix, "/") || strings.HasSuffix(s.Prefix, "/"):
		return fault.Invalidf("S3KeyPrefix", "The key prefix has more than 200 characters, begins or ends with a slash, or has characters that keys should not have.").With("InvalidS3PrefixException")
	case s.KMSKeyID != "" && !keyForm.MatchString(s.KMSKeyID):
		return fault.Invalidf("KmsKeyId", "%q names no KMS key: give its id, its ARN, or an alias.", short(s.KMSKeyID)).With("InvalidKmsKeyIdException")
	case s.MultiRegion && !s.GlobalEvents:
		return fault.Invalidf("IncludeGlobalServiceEvents", "A trail of all regions includes the events of global services: leave IncludeGlobalServiceEvents out, or make it true.").With("InvalidParameterCombinationException")
	}
	return s.checkLogs()
}

// checkLogs refuses log groups: broken ones with AWS's codes, good ones because nothing is delivered to them.
func (s *Settings) checkLogs() error {
	if s.LogGroupARN == "" && s.LogRoleARN == "" {
		return nil
	}
	group, errGroup := arn.Parse(s.LogGroupARN)
	role, errRole := arn.Parse(s.LogRoleARN)
	switch {
	case s.LogGroupARN == "" || s.LogRoleARN == "":
		return fault.Invalidf("CloudWatchLogsRoleArn", "CloudWatchLogsLogGroupArn and CloudWatchLogsRoleArn go together.").With("InvalidParameterCombinationException")
	case errGroup != nil || group.Service != "logs" || !strings.HasPrefix(group.Resource, "log-group:"):
		return fault.Invalidf("CloudWatchLogsLogGroupArn", "%q is not the ARN of a log group.", short(s.LogGroupARN)).With("InvalidCloudWatchLogsLogGroupArnException")
	case errRole != nil || role.Service != "iam" || !strings.HasPrefix(role.Resource, "role/"):
		return fault.Invalidf("CloudWatchLogsRoleArn", "%q is not the ARN of a role.", short(s.LogRoleARN)).With("InvalidCloudWatchLogsRoleArnException")
	}
	return fault.Invalidf("CloudWatchLogsLogGroupArn", "Nothing is delivered to CloudWatch Logs here: leave the log group out and read the bucket, or react with rules of EventBridge.").With("CloudWatchLogsDeliveryUnavailableException")
}

// locate finds where the bucket lies, and proves that it takes files.
// Faults: S3BucketDoesNotExistException, InsufficientS3BucketPolicyException, KmsKeyNotFoundException, KmsException,
// InvalidS3PrefixException.
func (d *Directory) locate(ctx context.Context, at, home Place, s *Settings) error {
	s.Remote, s.BucketAccount = false, at.Account
	_, err := d.Shelf.Owned(ctx, at.Account, s.Bucket)
	if fault.KindOf(err) == fault.Denied && home.Account != at.Account { // the organization's trail, made by an administrator
		s.BucketAccount = home.Account
		_, err = d.Shelf.Owned(ctx, home.Account, s.Bucket)
	}
	switch fault.KindOf(err) {
	case fault.NotFound:
		if d.Remote == nil {
			return fault.New(fault.NotFound, "There is no bucket %q here: make it first.", s.Bucket).With("S3BucketDoesNotExistException")
		}
		s.Remote, s.BucketAccount = true, ""
		return d.probe(ctx, home, s)
	case fault.Denied:
		return fault.New(fault.Denied, "The bucket %q belongs to another account and takes no files of %s.", s.Bucket, at.Account).With("InsufficientS3BucketPolicyException")
	}
	if err != nil {
		return err
	}
	if s.KMSKeyID != "" {
		return fault.Invalidf("KmsKeyId", "There are no KMS keys here: files in buckets of this installation are not encrypted with them. Leave KmsKeyId out, or deliver to another S3.").With("KmsKeyNotFoundException")
	}
	return nil
}

// probe leaves the empty folder that AWS leaves there, too.
func (d *Directory) probe(ctx context.Context, home Place, s *Settings) error {
	key := "AWSLogs/" + home.Account + "/CloudTrail/"
	if s.Prefix != "" {
		key = s.Prefix + "/" + key
	}
	err := d.Remote(ctx, delivery.File{Region: home.Region, Bucket: s.Bucket, Key: key, KMSKeyARN: s.KMSKeyID}, strings.NewReader(""))
	f, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok:
		return err
	case f.Kind == fault.NotFound:
		return f.With("S3BucketDoesNotExistException")
	case f.Kind == fault.Invalid && f.Field == "s3KmsKeyArn":
		return f.With("KmsException")
	case f.Kind == fault.Invalid:
		return f.With("InvalidS3PrefixException")
	case f.Kind == fault.Denied, f.Code != "" && (f.Kind == fault.Unavailable || f.Kind == fault.Throttled):
		return &fault.Error{Kind: fault.Denied, Code: "InsufficientS3BucketPolicyException", Message: f.Message, Err: f.Err}
	}
	return err
}

// topic finds the topic by its name or ARN. Faults: InvalidSnsTopicNameException, InsufficientSnsTopicPolicyException.
func (d *Directory) topic(ctx context.Context, home Place, topic string, s *Settings) error {
	if topic == s.TopicARN || topic == "" {
		s.TopicARN = topic
		return nil
	}
	name := topic
	if !strings.HasPrefix(name, "arn:") {
		name = arn.New("sns", home.Region, home.Account, name)
	}
	if len(topic) > 256 {
		return fault.Invalidf("SnsTopicName", "The name of a topic has at most 256 characters.").With("InvalidSnsTopicNameException")
	}
	found, _, _, err := d.Topics.Topic(ctx, name)
	switch {
	case fault.KindOf(err) == fault.Invalid:
		return fault.Invalidf("SnsTopicName", "%q is neither the name nor the ARN of a topic.", short(topic)).With("InvalidSnsTopicNameException")
	case fault.KindOf(err) == fault.NotFound, err == nil && found.Account != home.Account:
		return fault.New(fault.NotFound, "There is no topic %s of this account: create it first.", name).With("InsufficientSnsTopicPolicyException")
	}
	s.TopicARN = name
	return err
}
