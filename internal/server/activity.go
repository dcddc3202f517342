package server

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/tickmark/tickmark/internal/activity"
	"github.com/tickmark/tickmark/internal/authz"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/s3"
)

// observe records a call of an operation.
func (s *Server) observe(ctx context.Context, c awswire.Call) {
	caller := authz.CallerFrom(ctx)
	if caller.Account == "" { // who follows a link in a message is nobody
		return
	}
	s.activity.Record(&activity.Call{
		Time: c.Start, Account: c.Caller.Account, Region: c.Caller.Region, Service: c.Service, Operation: c.Operation, Identity: identityOf(caller),
		SourceIP: c.Caller.SourceIP, UserAgent: c.Caller.UserAgent, ID: s.cfg.Clock.NewID(), RequestID: c.RequestID,
		Parameters: c.Parameters, Response: c.Response, ErrorCode: c.Code, Error: c.Message,
	})
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
