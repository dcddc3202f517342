package automation

import (
	"context"
	"encoding/json"
	"fmt"
)

// Call is one AWS API request that a step makes.
type Call struct {
	// Account and Region are where the call goes; Role is the ARN of the role to assume, "" for the
	// deployment's own credentials.
	Account, Region, Role string
	// Service is the namespace a document names (ec2, s3, rds, elbv2 ...), API its operation as the document
	// spells it: DescribeInstances, or describe_instances.
	Service, API string
	// Inputs is a JSON object, its members named as the API's model names them. Null or empty means none.
	Inputs json.RawMessage
}

// Caller makes AWS API calls and returns their output as a JSON object, members named as the API's model names them.
// An error of the API comes back as *APIError; any other error means that no answer was received.
type Caller interface {
	Call(ctx context.Context, c Call) (json.RawMessage, error)
}

// Chooser is a Caller that does not make every call. Makes says why it would not make one; it is asked before anything
// is written down about the call.
type Chooser interface {
	Makes(ctx context.Context, c Call) error
}

// APIError is an answer of an AWS API that is an error.
type APIError struct {
	Service, API string
	// Code and Message are the API's own: "InvalidInstanceID.NotFound".
	Code, Message string
	// Retryable says that the same call may succeed later: throttling, a fault of the service.
	Retryable bool
}

func (e *APIError) Error() string {
	return fmt.Sprintf("%s:%s: %s: %s", e.Service, e.API, e.Code, e.Message)
}
