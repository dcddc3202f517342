package server

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/tickmark/tickmark/internal/activity"
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/service/s3"
	"github.com/tickmark/tickmark/internal/trail"
)

// observe records a call of an operation.
func (s *Server) observe(ctx context.Context, c awswire.Call) {
	caller := authz.CallerFrom(ctx)
	if caller.Account == "" { // who follows a link in a message is nobody
		return
	}
	data, resources := dataOf(&c)
	s.activity.Record(&activity.Call{
		Data: data, Resources: resources,
		Time: c.Start, Account: c.Caller.Account, Region: c.Caller.Region, Service: c.Service, Operation: c.Operation, Identity: identityOf(caller),
		SourceIP: c.Caller.SourceIP, UserAgent: c.Caller.UserAgent, ID: s.cfg.Clock.NewID(), RequestID: c.RequestID,
		Parameters: c.Parameters, Response: c.Response, ErrorCode: c.Code, Error: c.Message,
	})
}

// dataCalls are the calls that CloudTrail counts among those on data, with the type of what they are about and the
// parameter that names it; a call without it is about the default event bus.
var dataCalls = map[string]struct{ kind, named string }{
	"sns Publish":                    {"AWS::SNS::Topic", "topicArn"},
	"cloudtrail-data PutAuditEvents": {"AWS::CloudTrail::Channel", "channelArn"},
	"events PutEvents":               {"AWS::Events::EventBus", ""},
}

// dataOf tells whether a call is one on data, and what it is about.
func dataOf(c *awswire.Call) (bool, []activity.Resource) {
	d, ok := dataCalls[c.Service+" "+c.Operation]
	if !ok {
		return false, nil
	}
	var names []string
	if d.named != "" {
		names = []string{trail.MemberText(c.Parameters, d.named)}
	} else {
		names = busesOf(c)
	}
	var out []activity.Resource
	for _, n := range names {
		if a, err := arn.Parse(n); err == nil && !slices.ContainsFunc(out, func(r activity.Resource) bool { return r.ARN == n }) {
			out = append(out, activity.Resource{AccountID: a.Account, Type: d.kind, ARN: n})
		}
	}
	return true, out
}

// busesOf are the ARNs of the buses that events are put on.
func busesOf(c *awswire.Call) (out []string) {
	var in struct {
		Entries []struct {
			EventBusName string `json:"eventBusName"`
		} `json:"entries"`
	}
	_ = json.Unmarshal(c.Parameters, &in) // a call that was refused may have none
	for _, e := range in.Entries {
		at := eventbus.Place{Account: c.Caller.Account, Region: c.Caller.Region}
		if name, err := eventbus.BusName(at, e.EventBusName); err == nil {
			b := eventbus.Bus{Place: at, Name: name}
			out = append(out, b.ARN())
		}
	}
	return out
}

// identityOf is a caller as CloudTrail shows it.
func identityOf(c authz.Caller) activity.Identity {
	id := activity.Identity{Type: "IAMUser", PrincipalID: c.UserID(), ARN: c.ARN(), AccountID: c.Account, AccessKeyID: c.AccessKeyID, UserName: c.Name}
	switch c.Kind {
	case authz.Root:
		id.Type, id.UserName = "Root", ""
	case authz.Role:
		id.Type, id.UserName = "AssumedRole", ""
		id.SessionContext = &activity.SessionContext{
			SessionIssuer: &activity.Issuer{Type: "Role", PrincipalID: c.ID, ARN: c.PrincipalARN(), AccountID: c.Account, UserName: c.Name},
			Attributes:    map[string]string{"mfaAuthenticated": "false"},
		}
	}
	return id
}

// status remembers how a request was answered.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	if s.code == 0 {
		s.code = code
	}
	s.ResponseWriter.WriteHeader(code)
}

// observeObject records a request of the S3 face that was answered.
func (s *Server) observeObject(req *http.Request, caller authz.Caller, region string, code int) {
	name, bucket, key := s3.Operation(req)
	if name == "" {
		return
	}
	c := activity.Call{
		Time: s.cfg.Clock.Now(), Account: caller.Account, Region: region, Service: "s3", Operation: name, Identity: identityOf(caller),
		SourceIP: remoteIP(req), UserAgent: req.UserAgent(), ID: s.cfg.Clock.NewID(), RequestID: s.cfg.Clock.NewID(), Data: key != "",
		ErrorCode: objectErrors[code],
	}
	parameters := map[string]string{"Host": req.Host}
	if bucket != "" {
		parameters["bucketName"] = bucket
		c.Resources = []activity.Resource{{AccountID: caller.Account, Type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::" + bucket}}
	}
	if key != "" {
		parameters["key"] = key
		c.Resources = append([]activity.Resource{{Type: "AWS::S3::Object", ARN: "arn:aws:s3:::" + bucket + "/" + key}}, c.Resources...)
	}
	c.Parameters, _ = json.Marshal(parameters) // texts always encode
	s.activity.Record(&c)
}

// objectErrors are the codes of CloudTrail for answers of the S3 face that are no success.
var objectErrors = map[int]string{400: "InvalidRequest", 403: "AccessDenied", 404: "NoSuchKey", 409: "BucketAlreadyExists", 500: "InternalError", 501: "NotImplemented", 503: "ServiceUnavailable"}
