package compliance_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
)

const role = "arn:aws:iam::111111111111:role/config"

func TestRecorderAndChannel(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	all := compliance.RecordingGroup{AllSupported: true}
	bucket := compliance.Channel{Bucket: "b"}
	wantCode(t, h.PutChannel(ctx, here, bucket), "NoAvailableConfigurationRecorderException")
	_, err := h.PutRule(ctx, here, compliance.ConfigRule{Name: "r", Owner: "AWS", Identifier: noPublicIP})
	wantCode(t, err, "NoAvailableConfigurationRecorderException")
	wantCode(t, h.StartRecorder(ctx, here, "default"), "NoSuchConfigurationRecorderException")

	r, err := h.PutRecorder(ctx, here, compliance.Recorder{RoleARN: role, Group: all})
	h.ok(err)
	if r.Name != "default" || r.Group.Strategy != compliance.AllTypes || r.Mode.Frequency != "CONTINUOUS" || r.ARN == "" {
		t.Errorf("recorder %+v", r)
	}
	_, err = h.PutRecorder(ctx, here, compliance.Recorder{Name: "second", RoleARN: role, Group: all})
	wantCode(t, err, "MaxNumberOfConfigurationRecordersExceededException")
	wantCode(t, h.StartRecorder(ctx, here, "default"), "NoAvailableDeliveryChannelException")
	h.ok(h.PutChannel(ctx, here, bucket))
	bucket.Name = "second"
	wantCode(t, h.PutChannel(ctx, here, bucket), "MaxNumberOfDeliveryChannelsExceededException")
	h.ok(h.StartRecorder(ctx, here, "default"))
	wantCode(t, h.DeleteChannel(ctx, here, "default"), "LastDeliveryChannelDeleteFailedException")
	wantCode(t, h.DeleteChannel(ctx, here, "nobody"), "NoSuchDeliveryChannelException")
	if _, err := h.PutRecorder(ctx, here, compliance.Recorder{RoleARN: role, Group: compliance.RecordingGroup{Types: []string{"AWS::S3::Bucket"}}}); err != nil {
		t.Error(err)
	}
	rs, err := h.Recorders(ctx, here)
	h.ok(err)
	if !rs[0].Status.Recording || rs[0].Records("AWS::EC2::Instance") || !rs[0].Records("AWS::S3::Bucket") || rs[0].ARN != r.ARN {
		t.Errorf("changed while it runs: %+v", rs[0])
	}
	h.ok(h.StopRecorder(ctx, here, "default"))
	h.ok(h.DeleteChannel(ctx, here, "default"))
	h.ok(h.DeleteRecorder(ctx, here, "default"))
	wantCode(t, h.DeleteRecorder(ctx, here, "default"), "NoSuchConfigurationRecorderException")
	_, err = h.Recorders(ctx, here, "default")
	wantCode(t, err, "NoSuchConfigurationRecorderException")
	_, err = h.Channels(ctx, here, "default")
	wantCode(t, err, "NoSuchDeliveryChannelException")
}

func TestRecorderRefused(t *testing.T) {
	h := newHouse(t)
	s3, iam := []string{"AWS::S3::Bucket"}, []string{"AWS::IAM::User"}
	for i, c := range []struct {
		r    compliance.Recorder
		code string
	}{
		{compliance.Recorder{Name: "AWSConfigurationRecorderForX", RoleARN: role, Group: compliance.RecordingGroup{AllSupported: true}}, "InvalidConfigurationRecorderNameException"},
		{compliance.Recorder{Group: compliance.RecordingGroup{AllSupported: true}}, "InvalidRoleException"},
		{compliance.Recorder{RoleARN: "arn:aws:s3:::bucket", Group: compliance.RecordingGroup{AllSupported: true}}, "InvalidRoleException"},
		{compliance.Recorder{RoleARN: role}, "InvalidRecordingGroupException"},
		{compliance.Recorder{RoleARN: role, Group: compliance.RecordingGroup{AllSupported: true, Types: s3}}, "InvalidRecordingGroupException"},
		{compliance.Recorder{RoleARN: role, Group: compliance.RecordingGroup{Types: s3, Exclude: iam}}, "InvalidRecordingGroupException"},
		{compliance.Recorder{RoleARN: role, Group: compliance.RecordingGroup{Types: s3, Strategy: compliance.ExclusionTypes}}, "InvalidRecordingGroupException"},
		{compliance.Recorder{RoleARN: role, Group: compliance.RecordingGroup{Strategy: compliance.InclusionTypes}}, "InvalidRecordingGroupException"},
		{compliance.Recorder{RoleARN: role, Group: compliance.RecordingGroup{Types: s3, IncludeGlobal: true}}, "InvalidRecordingGroupException"},
		{compliance.Recorder{RoleARN: role, Group: compliance.RecordingGroup{Types: []string{"AWS::S3::Bukket"}}}, "InvalidRecordingGroupException"},
		{compliance.Recorder{RoleARN: role, Group: compliance.RecordingGroup{AllSupported: true}, Mode: compliance.RecordingMode{Frequency: "HOURLY"}}, "ValidationException"},
		{compliance.Recorder{RoleARN: role, Group: compliance.RecordingGroup{AllSupported: true}, Mode: compliance.RecordingMode{Override: &compliance.RecordingOverride{Types: []string{"AWS::Config::ResourceCompliance"}, Frequency: "DAILY"}}}, "ValidationException"},
	} {
		_, err := h.PutRecorder(context.Background(), here, c.r)
		if wantCode(t, err, c.code); t.Failed() {
			t.Fatalf("case %d: %+v", i, c.r)
		}
	}
}

func TestChannelRefused(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	for _, c := range []struct {
		channel compliance.Channel
		code    string
	}{
		{compliance.Channel{}, "NoSuchBucketException"},
		{compliance.Channel{Bucket: "b", Prefix: "/x"}, "InvalidS3KeyPrefixException"},
		{compliance.Channel{Bucket: "b", KMSKeyARN: "key"}, "InvalidS3KmsKeyArnException"},
		{compliance.Channel{Bucket: "b", KMSKeyARN: "arn:aws:kms:eu-west-1:111111111111:key/k"}, "InvalidS3KmsKeyArnException"},
		{compliance.Channel{Bucket: "b", TopicARN: "arn:aws:sqs:eu-west-1:111111111111:q"}, "InvalidSNSTopicARNException"},
		{compliance.Channel{Bucket: "b", Frequency: "Two_Hours"}, "ValidationException"},
	} {
		wantCode(t, h.PutChannel(context.Background(), here, c.channel), c.code)
	}
}

func TestRuleRefused(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	ctx := context.Background()
	base := compliance.ConfigRule{Name: "r", Owner: "AWS", Identifier: noPublicIP}
	for name, change := range map[string]func(*compliance.ConfigRule){
		"no name":       func(r *compliance.ConfigRule) { r.Name = " " },
		"long name":     func(r *compliance.ConfigRule) { r.Name = fmt.Sprintf("%129d", 1) },
		"identifier":    func(r *compliance.ConfigRule) { r.Identifier = "EC2_INSTANCE_NO_PUBLIC_IPS" },
		"lambda":        func(r *compliance.ConfigRule) { r.Owner = "CUSTOM_LAMBDA" },
		"policy":        func(r *compliance.ConfigRule) { r.Owner = "CUSTOM_POLICY" },
		"owner":         func(r *compliance.ConfigRule) { r.Owner = "ME" },
		"parameter":     func(r *compliance.ConfigRule) { r.Parameters = `{"a": "b"}` },
		"not json":      func(r *compliance.ConfigRule) { r.Parameters = `{` },
		"long":          func(r *compliance.ConfigRule) { r.Parameters = fmt.Sprintf("%1025d", 1) },
		"frequency":     func(r *compliance.ConfigRule) { r.Frequency = "Often" },
		"id, no type":   func(r *compliance.ConfigRule) { r.Scope.ID = "i-1" },
		"value, no key": func(r *compliance.ConfigRule) { r.Scope.TagValue = "v" },
		"types":         func(r *compliance.ConfigRule) { r.Scope.Types = make([]string, 101) },
		"unknown, not in the library": func(r *compliance.ConfigRule) {
			r.Identifier, r.Parameters = "ACMPCA_CERTIFICATE_AUTHORITY_TAGGED", `{"nothing": "x"}`
		},
	} {
		r := base
		change(&r)
		_, err := h.PutRule(ctx, here, r)
		if wantCode(t, err, "InvalidParameterValueException"); t.Failed() {
			t.Fatal(name)
		}
	}
	_, err := h.Rules(ctx, here, "r")
	wantCode(t, err, "NoSuchConfigRuleException")
	wantCode(t, h.DeleteRule(ctx, here, "r"), "NoSuchConfigRuleException")
}

func TestRetention(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	_, err := h.PutRetention(ctx, here, 29)
	wantCode(t, err, "InvalidParameterValueException")
	_, err = h.Retentions(ctx, here, "default")
	wantCode(t, err, "NoSuchRetentionConfigurationException")
	for _, days := range []int{30, 2557} {
		_, err := h.PutRetention(ctx, here, days)
		h.ok(err)
		rs, err := h.Retentions(ctx, here)
		h.ok(err)
		if len(rs) != 1 || rs[0].Days != days {
			t.Errorf("retention %+v", rs)
		}
	}
	h.ok(h.DeleteRetention(ctx, here, "default"))
	wantCode(t, h.DeleteRetention(ctx, here, "default"), "NoSuchRetentionConfigurationException")
}

func TestTags(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	ctx := context.Background()
	v := h.rule(here, "r", noPublicIP, "")
	h.ok(h.Tag(ctx, here, v.ARN, map[string]string{"a": "1", "b": "2"}))
	h.ok(h.Untag(ctx, here, v.ARN, []string{"a"}))
	tags, err := h.Tags(ctx, here, v.ARN)
	h.ok(err)
	if len(tags) != 1 || tags["b"] != "2" {
		t.Errorf("tags %v", tags)
	}
	many := map[string]string{}
	for i := range 50 {
		many[fmt.Sprint(i)] = "x"
	}
	wantCode(t, h.Tag(ctx, here, v.ARN, many), "TooManyTagsException")
	_, err = h.Tags(ctx, compliance.Place{Account: accountB, Region: region}, v.ARN)
	wantCode(t, err, "ResourceNotFoundException")
}
