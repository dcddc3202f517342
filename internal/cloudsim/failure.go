package cloudsim

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// Failure is an error as a service answers it.
type Failure struct {
	Status        int
	Code, Message string
}

func (f *Failure) Error() string { return f.Code + ": " + f.Message }

// Fail is an error that the caller made.
func Fail(code, format string, args ...any) *Failure {
	return &Failure{Status: http.StatusBadRequest, Code: code, Message: fmt.Sprintf(format, args...)}
}

// throttled is what a service says when it is asked too often: each has its own code and status.
func throttled(s *models.Service) *Failure {
	f := &Failure{Status: http.StatusBadRequest, Code: "ThrottlingException", Message: "Rate exceeded"}
	switch {
	case s.Protocol == "ec2":
		f.Status, f.Code, f.Message = http.StatusServiceUnavailable, "RequestLimitExceeded", "Request limit exceeded."
	case s.Name == "s3":
		f.Status, f.Code, f.Message = http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate."
	case s.Protocol == "query":
		f.Code = "Throttling"
	case s.Protocol == "rest-json", s.Protocol == "rest-xml":
		f.Status, f.Code = http.StatusTooManyRequests, "TooManyRequestsException"
	}
	return f
}

// denied is what a service says to a role that may not make a call.
func denied(c Call) *Failure {
	f := &Failure{Status: http.StatusBadRequest, Code: "AccessDeniedException"}
	switch {
	case c.Op.Service.Protocol == "ec2":
		f.Status, f.Code = http.StatusForbidden, "UnauthorizedOperation"
	case c.Op.Service.Protocol == "query" || c.Op.Service.Protocol == "rest-xml":
		f.Status, f.Code = http.StatusForbidden, "AccessDenied"
	case c.Op.Service.Protocol == "rest-json":
		f.Status = http.StatusForbidden
	}
	f.Message = "User: arn:aws:sts::123456789012:assumed-role/collector/scan is not authorized to perform: " + c.API()
	return f
}

// disabled is what a service says in a region that the account has not enabled.
func disabled(s *models.Service) *Failure {
	switch s.Protocol {
	case "ec2":
		return &Failure{http.StatusUnauthorized, "AuthFailure", "AWS was not able to validate the provided access credentials"}
	case "query", "rest-xml":
		return &Failure{http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid"}
	}
	return &Failure{http.StatusBadRequest, "UnrecognizedClientException", "The security token included in the request is invalid."}
}

const requestID = "7a62c49f-347e-4fc4-9331-6e8eEXAMPLE"

// write answers a failure in the form of a service's protocol.
func (f *Failure) write(w http.ResponseWriter, s *models.Service) {
	h, text := w.Header(), escaped
	h.Set("X-Amzn-Requestid", requestID)
	var body string
	switch {
	case s.Protocol == "json" || s.Protocol == "rest-json":
		content := "application/json"
		if s.Protocol == "json" {
			content = "application/x-amz-json-" + s.JSONVersion
		}
		h.Set("Content-Type", content)
		told := map[string]string{"message": f.Message}
		if s.Protocol == "json" {
			told["__type"] = f.Code
		} else {
			h.Set("X-Amzn-Errortype", f.Code)
		}
		b, _ := json.Marshal(told) // two strings
		body = string(b)
	case s.Protocol == "ec2":
		body = "<Response><Errors><Error><Code>" + text(f.Code) + "</Code><Message>" + text(f.Message) + "</Message></Error></Errors><RequestID>" + requestID + "</RequestID></Response>"
	case s.Name == "s3":
		body = "<Error><Code>" + text(f.Code) + "</Code><Message>" + text(f.Message) + "</Message><RequestId>" + requestID + "</RequestId></Error>"
	default:
		body = "<ErrorResponse><Error><Type>Sender</Type><Code>" + text(f.Code) + "</Code><Message>" + text(f.Message) + "</Message></Error><RequestId>" + requestID + "</RequestId></ErrorResponse>"
	}
	if h.Get("Content-Type") == "" {
		h.Set("Content-Type", "text/xml")
	}
	w.WriteHeader(f.Status)
	_, _ = w.Write([]byte(body))
}
